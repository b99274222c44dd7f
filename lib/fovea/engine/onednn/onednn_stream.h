// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "fovea/engine/feature_stream.h"
#include "fovea/engine/onednn/onednn_network.h"

namespace fovea {

/** \brief A network compiled for oneDNN over N streams side by side */
class OnednnStream final : public FeatureStream
{
public:
    /** \throw Error Settings for sizes that do not fit, or a layer that needs all frames at once */
    OnednnStream(std::shared_ptr<OnednnNetwork> network, const StreamOptions &options);

    Array push(const Array &frames) override;

    /** \brief The same without a check of shapes */
    Array push(const PlanarClips &frames);

    Array finish() override;

    void reset(std::int64_t frames = 0) override;

    std::int64_t frames_per_row() const override { return network_->temporal_stride(); }

    std::int64_t look_ahead() const override { return first_row_ - frames_per_row(); }

private:
    void check(const Array &frames) const;
    Array step(const PlanarClips &frames, std::int64_t begin, std::int64_t count, bool last);
    Array joined(const std::vector<Array> &parts) const;

    std::shared_ptr<OnednnNetwork> network_;
    StreamOptions options_;
    std::int64_t first_row_ = 0; ///< frames to the first row
    std::vector<MapShape> shapes_;
    std::unique_ptr<GraphClock> clock_;
    StreamState state_;
    Array pending_; ///< [N, 3, step, H, W]: frames too few for a step
    std::int64_t pending_count_ = 0;
    std::int64_t next_step_ = 0; ///< frames of the step to come
    std::int64_t seen_ = 0;
    bool finished_ = false;
};

} // namespace fovea
