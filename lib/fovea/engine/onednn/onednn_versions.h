// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <unordered_map>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

namespace fovea {

/**
 * \brief Where an 8-bit convolution adds its bias: oneDNN 2 (Debian 12) to the sums of steps times
 * steps, which the scales then multiply; oneDNN 3 (Debian 13) behind the scales
 */
constexpr bool bias_before_scales = DNNL_VERSION_MAJOR < 3;

/** \brief A primitive's description: oneDNN 2 has a class for what 3 takes as arguments */
template <class Primitive, class... Arguments>
typename Primitive::primitive_desc describe(const dnnl::engine &engine,
                                            const dnnl::primitive_attr &attr,
                                            const Arguments &...arguments)
{
#if DNNL_VERSION_MAJOR < 3
    return {typename Primitive::desc(arguments...), attr, engine};
#else
    return {engine, arguments..., attr};
#endif
}

/** \brief A pool's description, without holes in its window: oneDNN 3 wants that said */
inline dnnl::pooling_forward::primitive_desc describe_pool(
    const dnnl::engine &engine, const dnnl::primitive_attr &attr, dnnl::algorithm algorithm,
    const dnnl::memory::desc &source, const dnnl::memory::desc &target,
    const dnnl::memory::dims &stride, const dnnl::memory::dims &kernel,
    const dnnl::memory::dims &before, const dnnl::memory::dims &after)
{
    return describe<dnnl::pooling_forward>(engine, attr, dnnl::prop_kind::forward_inference,
                                           algorithm, source, target, stride, kernel,
#if DNNL_VERSION_MAJOR >= 3
                                           dnnl::memory::dims(kernel.size(), 0),
#endif
                                           before, after);
}

inline void append_eltwise(dnnl::post_ops &ops, dnnl::algorithm algorithm, float alpha, float beta)
{
#if DNNL_VERSION_MAJOR < 3
    ops.append_eltwise(1.0F, algorithm, alpha, beta);
#else
    ops.append_eltwise(algorithm, alpha, beta);
#endif
}

/** \brief Numbers by output channel, which oneDNN 3 takes when a primitive runs */
inline dnnl::memory scales_memory(const dnnl::engine &engine, const std::vector<float> &scales)
{
    const dnnl::memory::desc numbers({static_cast<dnnl::memory::dim>(scales.size())},
                                     dnnl::memory::data_type::f32, dnnl::memory::format_tag::a);
    dnnl::memory memory(numbers, engine);
    std::copy(scales.begin(), scales.end(), static_cast<float *>(memory.get_data_handle()));
    return memory;
}

/** \brief The dimensions of weights that tell output channels apart, as a mask */
inline int channels_of_weights(bool groups)
{
    return groups ? 1 << 0 | 1 << 1 : 1 << 0;
}

/** \brief A convolution's sums are multiplied by these; when it runs, see add_output_scales() */
inline void set_output_scales(dnnl::primitive_attr &attr,
                              [[maybe_unused]] const std::vector<float> &scales,
                              [[maybe_unused]] bool groups)
{
#if DNNL_VERSION_MAJOR < 3
    attr.set_output_scales(/*mask=*/1 << 1, scales);
#else
    attr.set_scales_mask(DNNL_ARG_WEIGHTS, channels_of_weights(groups));
#endif
}

inline void add_output_scales([[maybe_unused]] std::unordered_map<int, dnnl::memory> &arguments,
                              [[maybe_unused]] const dnnl::engine &engine,
                              [[maybe_unused]] const std::vector<float> &scales)
{
#if DNNL_VERSION_MAJOR >= 3
    arguments.emplace(DNNL_ARG_ATTR_SCALES | DNNL_ARG_WEIGHTS, scales_memory(engine, scales));
#endif
}

/** \brief Weights from one order to another, divided by their steps where there are any */
inline void reorder_weights(const dnnl::engine &engine, dnnl::memory &from, dnnl::memory &to,
                            const std::vector<float> &steps, bool groups)
{
    dnnl::primitive_attr attr;
    std::unordered_map<int, dnnl::memory> arguments = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    if (!steps.empty()) {
#if DNNL_VERSION_MAJOR < 3
        std::vector<float> factors = steps;
        for (float &factor : factors)
            factor = 1 / factor;
        attr.set_output_scales(channels_of_weights(groups), factors);
#else
        attr.set_scales_mask(DNNL_ARG_TO, channels_of_weights(groups));
        arguments.emplace(DNNL_ARG_ATTR_SCALES | DNNL_ARG_TO, scales_memory(engine, steps));
#endif
    }
    dnnl::stream stream(engine);
    dnnl::reorder(from, to, attr).execute(stream, arguments);
    stream.wait();
}

} // namespace fovea
