// SPDX-License-Identifier: MIT
#include "media/labelled_video.h"

#include <algorithm>
#include <string>

#include "fovea/core/formatted.h"
#include "media/analysis_plan.h"
#include "media/pipeline.h"

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

/* Decoded frames through \a stage to a file */
Chain video_chain(const MediaInfo &media, const Stage &stage, const std::filesystem::path &output)
{
    Chain chain = intake(media.is_upright);
    const Chain rest = {
        {"capsfilter", {{"name", range_filter_name}, {"caps", "video/x-raw"}}},
        {"videoconvert", {}},
        {"videoscale", {}},
        {"capsfilter", {{"caps", frame_caps(media.size)}}},
        stage,
        // B-frames: mp4mux ends its track by decoding times, before the last frames of a rate that varies
        {"x264enc",
         {{"pass", "qual"},
          {"quantizer", quality},
          {"speed-preset", "veryfast"},
          {"bframes", "0"}}},
        {"queue", {}},
        {"mp4mux", {{"name", muxer_name}}},
        {"filesink", {{"location", output.string()}}}};
    chain.insert(chain.end(), rest.begin(), rest.end());
    return chain;
}

/* The encoder of the video holds back seconds of frames: the sound must be able to wait as long. */
Stage patient_queue()
{
    return {"queue",
            {{"max-size-buffers", "0"}, {"max-size-time", "0"}, {"max-size-bytes", "67108864"}}};
}

Chain audio_encoding()
{
    return {{"audioconvert", {}}, {"audioresample", {}}, {"avenc_aac", {}}, patient_queue()};
}

} // namespace

void write_labelled_video(const MediaInfo &media, const std::filesystem::path &results,
                          const std::filesystem::path &output,
                          const std::function<void(double)> &progress)
{
    const Stage overlay = {"foveaoverlay", {{"results", results.string()}}};
    Chain audio;
    if (media.has_audio) {
        audio = audio_encoding();
        audio.insert(audio.begin(), {"queue", {}});
    }
    FilePipeline pipeline({media.file, video_chain(media, overlay, output), audio});
    pipeline.run({progress, {}});
}

bool write_summary_video(const MediaInfo &media, const std::filesystem::path &results,
                         const SummaryRule &rule, const std::filesystem::path &output,
                         const std::function<void(double)> &progress)
{
    const Stage highlight = {"foveahighlight",
                             {{"name", cutter_name},
                              {"results", results.string()},
                              {"ratio", to_text(rule.ratio)},
                              {"normal-label", rule.normal}}};
    PipelineSpec spec = {media.file, video_chain(media, highlight, output), {}};
    if (media.has_audio) {
        spec.audio = audio_encoding();
        spec.audio_to_cutter = {{"audioconvert", {}}, patient_queue()};
    }
    bool kept = false;
    const auto note_piece = [&kept](const GstStructure *message) {
        kept = kept || gst_structure_has_name(message, "fovea-highlight") != FALSE;
    };
    FilePipeline(spec).run({progress, note_piece});
    return kept;
}

} // namespace fovea
