// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/engine/feature_extractor.h"
#include "fovea/engine/onednn/onednn_network.h"

namespace fovea {

/**
 * \brief A backbone on oneDNN, on the CPU: several times as fast as LibTorch runs it
 *
 * Weights are taken when it is made. Long clips go through a stream inside, so that memory does not
 * grow with their length.
 */
class OnednnExtractor final : public FeatureExtractor
{
public:
    /** \throw Error Settings for a device other than the CPU or a precision it does not have */
    OnednnExtractor(DescribedNetwork network, const ClipSize &clip, const EngineOptions &options);

    /** \brief Of a module, as described() */
    OnednnExtractor(std::shared_ptr<nn::Backbone> backbone, const ClipSize &clip,
                    const EngineOptions &options);

    Array rows(const Array &clips) override;

    std::int64_t channels() const override;

    std::int64_t rows_of(std::int64_t frames) const override;

    std::int64_t frames_per_row() const override;

    std::unique_ptr<FeatureStream> open_stream(const StreamOptions &options) override;

    std::string runtime() const override;

    const OnednnNetwork &network() const { return *network_; }

private:
    Array rows_of_batch(const PlanarClips &clips);
    Array rows_of_long(const PlanarClips &clip);

    std::shared_ptr<OnednnNetwork> network_;
    std::int64_t batch_size_; ///< 0: by memory
};

} // namespace fovea
