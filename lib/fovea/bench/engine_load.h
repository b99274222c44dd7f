// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "fovea/bundle/bundle.h"
#include "fovea/core/array.h"
#include "fovea/engine/feature_extractor.h"

namespace fovea {

/** \brief The engine's calls that a pipeline makes of a video, and nothing else: what it is held against */
class EngineLoad
{
public:
    /**
     * \param regions looked at in each timestep
     * \param one_clip all timesteps are one clip, run as a stream where the network has streams
     * \throw Error as load_feature_extractor()
     */
    EngineLoad(const Bundle &model, const EngineOptions &options, int regions, bool one_clip);

    void run(int timesteps) const;

    std::string runtime() const { return extractor_->runtime(); }

private:
    void run_clips(int timesteps) const;
    void run_stream(int timesteps) const;

    int regions_;
    SamplingOptions sampling_;
    ImageSize size_;
    std::unique_ptr<FeatureExtractor> extractor_;
    bool streams_;
    std::int64_t batch_;
    Array full_;   ///< of clips, as many as go into one call
    Array rest_;   ///< those of the last call
    Array pushed_; ///< frames of a stream
};

} // namespace fovea
