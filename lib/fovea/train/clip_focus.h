#pragma once

#include <memory>
#include <mutex>

#include <ATen/ATen.h>

#include "fovea/core/geometry.h"
#include "fovea/nn/backbone.h"
#include "fovea/nn/saliency.h"

namespace fovea {

/** \brief Says which part of a clip deserves a closer look */
class ClipFocus
{
public:
    virtual ~ClipFocus() = default;

    /**
     * \brief Called from several threads at once
     * \param clip [3, T, H, W], normalised
     * \return the part, normalised to the clip's pictures
     */
    virtual Box look(const at::Tensor &clip) const = 0;
};

/**
 * \brief Where a change of the pixels would change the network's entropy most
 *
 * Source: Sydorov et al., Focused Attention for Action Recognition, BMVC 2019, section 3.1
 */
class SaliencyFocus final : public ClipFocus
{
public:
    /** \param network with a classifier; not to be trained meanwhile */
    explicit SaliencyFocus(std::shared_ptr<nn::Backbone> network,
                           nn::SaliencyLoss loss = nn::SaliencyLoss::PaperEntropy);

    Box look(const at::Tensor &clip) const override;

private:
    std::shared_ptr<nn::Backbone> network_;
    nn::SaliencyLoss loss_;
    mutable std::mutex mutex_; ///< guards the network: a backward pass leaves its mode changed
};

} // namespace fovea
