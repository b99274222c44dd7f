// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "fovea/engine/onednn/frame_kernels.h"
#include "fovea/engine/onednn/graph_shapes.h"
#include "fovea/nn/graph.h"

namespace fovea {

/** \brief The one CPU engine of oneDNN */
const dnnl::engine &onednn_cpu();

dnnl::memory::data_type data_type(Element element);

/** \brief Size of the part of a map that a primitive works on: of one step, of N streams */
struct PartShape {
    std::int64_t streams = 1;
    std::int64_t frames = 0;
    std::int64_t height = 0;
    std::int64_t width = 0;
    std::int64_t channels = 0;
};

/** \brief A convolution or pool as oneDNN runs it, without its buffers; all maps channels last */
struct Primitive {
    dnnl::primitive run;
    dnnl::memory::desc source;
    dnnl::memory::desc target;
    dnnl::memory::desc weights;            ///< as the primitive wants them; pools: empty
    dnnl::memory::desc plain;              ///< of the weights as plain_weights() gives them
    std::size_t scratch = 0;               ///< bytes
    std::vector<float> weight_scales = {}; ///< 8-bit weights: their steps by output channel
    std::vector<float> output_scales =
        {}; ///< then: of steps of source times weight, to the target's
};

/**
 * \brief True for the name of an implementation that oneDNN takes, without a word, where it has no
 * fast one: such a primitive needs minutes and is refused
 */
bool is_reference(const std::string &implementation);

struct ConvolutionPlan {
    nn::Padding padding; ///< of this step
    bool sum = false;    ///< added to what the target holds
    nn::Activation activation;
    bool fold_width = false; ///< see folds_width()
    ValueFormat source;
    ValueFormat target;
    ValueFormat addend; ///< with sum: of what the target holds
};

/**
 * \brief True where two columns can be seen as one of twice the channels
 *
 * A first convolution of 3 channels and stride 2 fills vectors badly; of 6 channels and stride 1 it
 * runs 1.5 times as fast in bf16. The map's bytes are the same, the kernel is rearranged.
 */
bool folds_width(const nn::Node &node, const MapShape &in, const MapShape &out);

/** \brief How the weights are arranged before a primitive takes them */
struct WeightForm {
    std::int64_t fold_before = -1; ///< columns of padding before a map whose width is folded
    bool bf16x3 = false;           ///< for a map of split channels: see bf16x3.h
};

/** \brief The weights as a primitive's `plain` describes them: float, contiguous */
SharedArray plain_weights(const nn::Node &node, const WeightForm &form);

/** \brief The bias in the units of a primitive's sums \param step of what it reads, see ValueFormat */
SharedArray scaled_bias(const nn::Node &node, const Primitive &primitive, float step);

/**
 * \param why set when there is none: the name of what oneDNN would have run, or its error
 * \return none where oneDNN has nothing but a reference implementation, or not even that
 */
std::optional<Primitive> make_convolution(const nn::Node &node, const ConvolutionPlan &plan,
                                          const PartShape &in, const PartShape &out,
                                          std::string &why);

/** \brief Likewise, Op::MaxPool or Op::AveragePool */
std::optional<Primitive> make_pool(const nn::Node &node, const nn::Padding &padding,
                                   Element element, const PartShape &in, const PartShape &out,
                                   std::string &why);

/** \brief Likewise, Op::Upsample */
std::optional<Primitive> make_upsampling(const nn::Node &node, Element element, const PartShape &in,
                                         const PartShape &out, std::string &why);

} // namespace fovea
