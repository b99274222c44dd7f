// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/train/data/frame_cache.h"

namespace fovea {

/** \brief Decodes videos for the frame cache through a pipeline */
class PipelineReader final : public VideoReader
{
public:
    Info info(const std::filesystem::path &video) const override;
    void read(const std::filesystem::path &video, const KeptFrames &kept,
              const std::function<void(const FrameView &)> &frame) const override;
};

/**
 * \brief The frame cache of a model, which decodes what is not in it
 * \param asked its detector as choose_detector() takes it, settled here and told where it is hog
 * \throw as FrameCache and choose_detector()
 */
std::unique_ptr<ClipSource> decoding_cache(const ActivityCard &card, FrameCacheSettings asked);

} // namespace fovea
