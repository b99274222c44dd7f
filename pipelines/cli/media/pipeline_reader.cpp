// SPDX-License-Identifier: MIT
#include "media/pipeline_reader.h"

#include <cmath>
#include <string>
#include <utility>

#include "media/analysis_plan.h"
#include "media/frame_reader.h"
#include "media/media.h"
#include "options/detector_option.h"

namespace fovea {

VideoReader::Info PipelineReader::info(const std::filesystem::path &video) const
{
    const MediaInfo media = media_info(video);
    return {media.size, media.fps};
}

void PipelineReader::read(const std::filesystem::path &video, const KeptFrames &kept,
                          const std::function<void(const FrameView &)> &frame) const
{
    Chain chain = intake();
    std::string rate;
    if (kept.resampled) {
        chain.push_back({"videorate", {}});
        rate = ",framerate=" + std::to_string(std::lround(kept.fps * 1000)) + "/1000";
    }
    chain.push_back({"videoscale", {{"method", "bilinear2"}, {"add-borders", "false"}}});
    chain.push_back({"capsfilter",
                     {{"caps", "video/x-raw,format=I420,pixel-aspect-ratio=1/1,width=" +
                                   std::to_string(kept.size.width) +
                                   ",height=" + std::to_string(kept.size.height) + rate}}});
    read_frames(video, chain, frame);
}

std::unique_ptr<ClipSource> decoding_cache(const ActivityCard &card, FrameCacheSettings asked)
{
    asked.detector = detector_for(asked.detector, card);
    return std::make_unique<FrameCache>(card, asked, std::make_shared<PipelineReader>());
}

} // namespace fovea
