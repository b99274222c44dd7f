#include "labelled_video.h"

#include <algorithm>
#include <string>

#include "pipeline.h"
#include "plan.h"

namespace fovea {

namespace {

constexpr const char *quality = "22"; // x264's constant rate factor: no loss to be seen
constexpr int smallest_side = 16;     // pixels; mp4mux takes no less

/* One size for the whole file, whatever the stream does midway; even, as 4:2:0 needs. */
std::string frame_caps(ImageSize size)
{
    const auto fit = [](int pixels) {
        return std::to_string(std::max(smallest_side, pixels + pixels % 2));
    };
    return "video/x-raw,format=(string){I420,NV12},width=" + fit(size.width) +
           ",height=" + fit(size.height);
}

Chain video_chain(const MediaInfo &media, const std::filesystem::path &results,
                  const std::filesystem::path &output)
{
    Chain chain = intake();
    const Chain rest = {
        {"videoscale", {}},
        {"capsfilter", {{"caps", frame_caps(media.size)}}},
        {"foveaoverlay", {{"results", results.string()}}},
        {"x264enc", {{"pass", "qual"}, {"quantizer", quality}, {"speed-preset", "veryfast"}}},
        {"queue", {}},
        {"mp4mux", {{"name", muxer_name}}},
        {"filesink", {{"location", output.string()}}}};
    chain.insert(chain.end(), rest.begin(), rest.end());
    return chain;
}

/* The encoder of the video holds back seconds of frames: the sound must be able to wait as long. */
Chain audio_chain()
{
    return {{"queue", {}},
            {"audioconvert", {}},
            {"audioresample", {}},
            {"avenc_aac", {}},
            {"queue",
             {{"max-size-buffers", "0"}, {"max-size-time", "0"}, {"max-size-bytes", "67108864"}}}};
}

} // namespace

void write_labelled_video(const MediaInfo &media, const std::filesystem::path &results,
                          const std::filesystem::path &output,
                          const std::function<void(double)> &progress)
{
    const Chain audio = media.has_audio ? audio_chain() : Chain{};
    FilePipeline pipeline({media.file, video_chain(media, results, output), audio});
    pipeline.run({progress, {}});
}

} // namespace fovea
