// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/torch_layer.h"

#include <array>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <omp.h>

#include "fovea/core/array.h"
#include "fovea/core/errors.h"
#include "fovea/nn/evaluate.h"

namespace fovea {

namespace {

/** \brief The map in place, as LibTorch orders dimensions: [N, C, T, H, W] */
at::Tensor view(std::byte *at, const TorchLayer::Map &map)
{
    const PartShape &shape = map.shape;
    constexpr std::array<at::ScalarType, 4> types = {at::kFloat, at::kBFloat16, at::kChar,
                                                     at::kByte};
    const at::ScalarType type = types.at(static_cast<std::size_t>(map.format.element));
    return at::from_blob(
               at, {shape.streams, shape.frames, shape.height, shape.width, shape.channels}, type)
        .permute({0, 4, 1, 2, 3});
}

at::Tensor in_float(std::byte *at, const TorchLayer::Map &map)
{
    const at::Tensor values = view(at, map).to(at::kFloat).contiguous();
    return is_integer(map.format.element) ? values * map.format.scale : values;
}

/** Of what a view holds as integers: their steps, rounded */
at::Tensor steps_of(const at::Tensor &values, const ValueFormat &format)
{
    const bool has_sign = format.element == Element::Int8;
    return (values / format.scale)
        .round()
        .clamp(has_sign ? -int8_steps : 0, has_sign ? int8_steps : uint8_steps);
}

/**
 * LibTorch sets OpenMP's threads in each thread that calls it first, to the cores it counts without their
 * hyper-threads: asked for here, it does so now, and the plan goes on with the threads it had
 */
void keep_threads()
{
    const int threads = omp_get_max_threads();
    at::get_num_threads();
    omp_set_num_threads(threads);
}

} // namespace

void run_torch_layer(const TorchLayer &layer, const std::vector<std::byte *> &from, std::byte *to)
{
    keep_threads();
    const c10::InferenceMode no_grad;
    std::vector<at::Tensor> inputs;
    for (std::size_t i = 0; i < from.size(); ++i)
        inputs.push_back(in_float(from[i], layer.sources[i]));
    at::Tensor made = nn::evaluate(layer.node, inputs, layer.padding);
    at::Tensor out = view(to, layer.target);
    if (made.sizes() != out.sizes())
        throw Error(Error::Kind::Settings, "layer '" + layer.node.name + "': expected " +
                                               sizes_text(out.sizes()) + ", got " +
                                               sizes_text(made.sizes()));
    if (layer.sum)
        made = made + in_float(to, {layer.target.shape, layer.addend});
    made = nn::bent(made, layer.sum_activation);
    out.copy_(is_integer(layer.target.format.element) ? steps_of(made, layer.target.format) : made);
}

std::vector<std::int64_t> torch_layer_shape(const nn::Node &node,
                                            const std::vector<std::int64_t> &shape)
{
    return node.torch_layer(at::zeros(shape)).sizes().vec();
}

} // namespace fovea
