// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/primitives.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "fovea/engine/onednn/bf16x3.h"
#include "fovea/engine/onednn/onednn_versions.h"

namespace fovea {

namespace {

using dnnl::memory;
using nn::Size3;

constexpr std::int64_t few_channels = 4;

/** A node as a primitive sees it */
struct Form {
    memory::dims source; ///< N, C, sizes
    memory::dims target;
    memory::dims kernel;
    memory::dims stride;
    memory::dims before;
    memory::dims after;

    memory::format_tag tag() const
    {
        return source.size() == 4 ? memory::format_tag::nhwc : memory::format_tag::ndhwc;
    }
};

std::int64_t floor_half(std::int64_t value)
{
    return value >= 0 ? value / 2 : -((1 - value) / 2);
}

/** Columns 2 w + o of the map are channels of column w: kernel columns from first to last */
struct FoldedColumns {
    std::int64_t first;
    std::int64_t last;

    FoldedColumns(std::int64_t kernel, std::int64_t before)
        : first(floor_half(-before)), last(floor_half(kernel - 1 - before))
    {
    }

    std::int64_t count() const { return last - first + 1; }
};

/**
 * Kernels without extent in time see N T pictures, those without extent in space one picture of
 * time by pixels: oneDNN has faster (and for depthwise ones: only) kernels of two dimensions.
 */
Form form_of(const nn::KernelWindow &window, const nn::Padding &padding, const PartShape &in,
             const PartShape &out)
{
    const auto &[kernel, stride] = std::tie(window.kernel, window.stride);
    const auto tail = [](const Size3 &size) { return memory::dims{size[1], size[2]}; };
    const auto all = [](const Size3 &size) { return memory::dims{size[0], size[1], size[2]}; };
    const auto flat = [](const Size3 &size) { return memory::dims{size[0], 0}; };
    const bool no_time = kernel[0] == 1 && stride[0] == 1;
    const bool no_space = kernel[1] == 1 && kernel[2] == 1 && stride[1] == 1 && stride[2] == 1 &&
                          in.height == out.height && in.width == out.width;
    if (no_time && padding.before[0] == 0 && padding.after[0] == 0)
        return {{in.streams * in.frames, in.channels, in.height, in.width},
                {out.streams * out.frames, out.channels, out.height, out.width},
                tail(kernel),
                tail(stride),
                tail(padding.before),
                tail(padding.after)};
    if (no_space)
        return {{in.streams, in.channels, in.frames, in.height * in.width},
                {out.streams, out.channels, out.frames, out.height * out.width},
                {kernel[0], 1},
                {stride[0], 1},
                flat(padding.before),
                flat(padding.after)};
    return {{in.streams, in.channels, in.frames, in.height, in.width},
            {out.streams, out.channels, out.frames, out.height, out.width},
            all(kernel),
            all(stride),
            all(padding.before),
            all(padding.after)};
}

/** The map of twice the channels and half the width, the window that walks over it */
Form folded_form(const nn::Node &node, const nn::Padding &padding, const PartShape &in,
                 const PartShape &out)
{
    const FoldedColumns columns(node.window.kernel[2], padding.before[2]);
    nn::KernelWindow window = node.window;
    window.kernel[2] = columns.count();
    window.stride[2] = 1;
    PartShape halved = in;
    halved.width /= 2;
    halved.channels *= 2;
    nn::Padding pad = padding;
    pad.before[2] = -columns.first;
    pad.after[2] = out.width - 1 + columns.last - (halved.width - 1);
    return form_of(window, pad, halved, out);
}

dnnl::primitive_attr attributes(const dnnl::post_ops &ops)
{
    dnnl::primitive_attr attr;
    attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    attr.set_post_ops(ops);
    return attr;
}

memory::dims weight_dims(const nn::Node &node, const Form &form)
{
    memory::dims dims;
    if (node.groups > 1)
        dims = {node.groups, node.weight.size(0) / node.groups, node.weight.size(1)};
    else
        dims = {node.weight.size(0), form.source[1]};
    dims.insert(dims.end(), form.kernel.begin(), form.kernel.end());
    return dims;
}

memory::dims row_major(const memory::dims &dims)
{
    memory::dims strides(dims.size(), 1);
    for (std::size_t i = dims.size() - 1; i > 0; --i)
        strides[i - 1] = strides[i] * dims[i];
    return strides;
}

/** By output channel: the largest weight is the last step */
std::vector<float> weight_scales(const SharedArray &weight)
{
    std::vector<float> scales(static_cast<std::size_t>(weight.size(0)));
    const std::int64_t of_filter = weight.count() / weight.size(0);
    const float *from = weight.data();
    for (float &scale : scales) {
        float largest = 0;
        for (std::int64_t i = 0; i < of_filter; ++i)
            largest = std::max(largest, std::abs(*from++));
        scale = largest > 0 ? largest / int8_steps : 1;
    }
    return scales;
}

/** \param scale of one step, where the numbers are steps; else 1 */
void append_activation(dnnl::post_ops &ops, const nn::Activation &activation, float scale)
{
    if (activation.slope != 1)
        append_eltwise(ops, dnnl::algorithm::eltwise_relu, activation.slope, 0.0F);
    if (activation.has_limit())
        append_eltwise(ops, dnnl::algorithm::eltwise_clip, std::numeric_limits<float>::lowest(),
                       activation.limit / scale);
}

/** What follows a convolution, on its sums of products: steps of source times weight */
dnnl::primitive_attr convolution_attributes(const ConvolutionPlan &plan, bool groups,
                                            const std::vector<float> &output_scales)
{
    const bool integers = !output_scales.empty();
    dnnl::post_ops ops;
    if (plan.sum && integers)
        ops.append_sum(plan.addend.scale / plan.target.scale, /*zero_point=*/0,
                       data_type(plan.addend.element));
    else if (plan.sum)
        ops.append_sum(1.0F);
    append_activation(ops, plan.activation, plan.target.scale);
    dnnl::primitive_attr attr = attributes(ops);
    if (integers)
        set_output_scales(attr, output_scales, groups);
    return attr;
}

} // namespace

const dnnl::engine &onednn_cpu()
{
    static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
    return cpu;
}

memory::data_type data_type(Element element)
{
    switch (element) {
    case Element::Float32:
        return memory::data_type::f32;
    case Element::BFloat16:
        return memory::data_type::bf16;
    case Element::Int8:
        return memory::data_type::s8;
    case Element::UInt8:
        return memory::data_type::u8;
    }
    return memory::data_type::undef;
}

bool is_reference(const std::string &implementation)
{
    return implementation.find("ref") != std::string::npos;
}

bool folds_width(const nn::Node &node, const MapShape &in, const MapShape &out)
{
    if (node.op != nn::Op::Convolution || node.groups != 1 || in.channels > few_channels ||
        node.window.stride[2] != 2 || in.width % 2 != 0)
        return false;
    const nn::Padding padding = node.window.padding({1, in.height, in.width});
    const FoldedColumns columns(node.window.kernel[2], padding.before[2]);
    return out.width - 1 + columns.last >= in.width / 2 - 1;
}

SharedArray plain_weights(const nn::Node &node, const WeightForm &form)
{
    const SharedArray w = form.bf16x3 ? split_weights(node.weight) : node.weight;
    if (form.fold_before < 0)
        return w;
    const std::int64_t kernel = w.size(4);
    const FoldedColumns columns(kernel, form.fold_before);
    Array folded({w.size(0), 2 * w.size(1), w.size(2), w.size(3), columns.count()});
    const std::int64_t rows = w.size(2) * w.size(3); // of a channel
    const float *from = w.data();
    for (std::int64_t filter = 0; filter < w.size(0); ++filter) {
        for (std::int64_t channel = 0; channel < w.size(1); ++channel) {
            for (std::int64_t row = 0; row < rows; ++row) {
                for (std::int64_t k = 0; k < kernel; ++k) {
                    const std::int64_t column = floor_half(k - form.fold_before);
                    const std::int64_t odd = k - form.fold_before - 2 * column;
                    const std::int64_t to_channel =
                        (2 * filter + odd) * w.size(1) + channel; // of all filters
                    const std::int64_t to =
                        (to_channel * rows + row) * columns.count() + column - columns.first;
                    folded.values[static_cast<std::size_t>(to)] = *from++;
                }
            }
        }
    }
    return SharedArray(std::move(folded));
}

SharedArray scaled_bias(const nn::Node &node, const Primitive &primitive, float step)
{
    if (primitive.weight_scales.empty())
        return node.bias;
    Array bias({node.bias.count()});
    std::copy_n(node.bias.data(), bias.values.size(), bias.values.begin());
    for (std::size_t i = 0; i < primitive.weight_scales.size(); ++i) {
        float &value = bias.values[i];
        value /= primitive.weight_scales[i] * step; // in steps times steps
        if (!bias_before_scales)
            value *= primitive.output_scales[i];
    }
    return SharedArray(std::move(bias));
}

namespace {

// On tiles oneDNN 2.6 writes past its scratchpad (found with guarded pages, strides of 2 and maps of
// one column), fails on null where it would read very many channels, and mixes up its threads'
// buffers where a kernel of one column has a stride in width: wrong numbers.
constexpr std::size_t tiles_overrun = std::size_t(1) << 17; ///< bytes; more than was seen
constexpr std::int64_t most_channels_on_tiles = 5120;

bool runs_on_tiles(const std::string &implementation)
{
    return implementation.find("amx") != std::string::npos;
}

bool fails_on_tiles(const Form &form)
{
    const bool one_tap = std::all_of(form.kernel.begin(), form.kernel.end(),
                                     [](std::int64_t taps) { return taps == 1; });
    return !one_tap && (form.source[1] > most_channels_on_tiles ||
                        (form.kernel.back() == 1 && form.stride.back() > 1));
}

} // namespace

std::optional<Primitive> make_convolution(const nn::Node &node, const ConvolutionPlan &plan,
                                          const PartShape &in, const PartShape &out,
                                          std::string &why)
{
    const Form form = plan.fold_width ? folded_form(node, plan.padding, in, out)
                                      : form_of(node.window, plan.padding, in, out);
    const memory::dims weights = weight_dims(node, form);
    const bool integers = is_integer(plan.source.element);
    const std::vector<float> scales = integers ? weight_scales(node.weight) : std::vector<float>();
    std::vector<float> output_scales = scales;
    for (float &scale : output_scales)
        scale *= plan.source.scale / plan.target.scale;
    try {
        const auto description = describe<dnnl::convolution_forward>(
            onednn_cpu(), convolution_attributes(plan, node.groups > 1, output_scales),
            dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
            memory::desc(form.source, data_type(plan.source.element), form.tag()),
            memory::desc(weights, data_type(integers ? Element::Int8 : plan.source.element),
                         memory::format_tag::any),
            memory::desc({out.channels}, memory::data_type::f32, memory::format_tag::a),
            memory::desc(form.target, data_type(plan.target.element), form.tag()), form.stride,
            form.before, form.after);
        why = description.impl_info_str();
        const bool tiles = runs_on_tiles(why);
        if (is_reference(why) || (tiles && fails_on_tiles(form)))
            return std::nullopt;
        return Primitive{dnnl::convolution_forward(description),
                         description.src_desc(),
                         description.dst_desc(),
                         description.weights_desc(),
                         memory::desc(weights, memory::data_type::f32, row_major(weights)),
                         description.scratchpad_desc().get_size() + (tiles ? tiles_overrun : 0),
                         scales,
                         output_scales};
    } catch (const dnnl::error &error) {
        why = error.what();
        return std::nullopt;
    }
}

namespace {

/**
 * \brief An operation without weights, as \a described says
 * \param why what oneDNN would run, or why it runs nothing
 * \return none where that is slow or nothing
 */
template <typename Operation, typename Describe>
std::optional<Primitive> without_weights(const Describe &described, std::string &why)
{
    try {
        const auto description = described();
        why = description.impl_info_str();
        if (is_reference(why))
            return std::nullopt;
        return Primitive{Operation(description),
                         description.src_desc(),
                         description.dst_desc(),
                         {},
                         {},
                         description.scratchpad_desc().get_size()};
    } catch (const dnnl::error &error) {
        why = error.what();
        return std::nullopt;
    }
}

} // namespace

std::optional<Primitive> make_pool(const nn::Node &node, const nn::Padding &padding,
                                   Element element, const PartShape &in, const PartShape &out,
                                   std::string &why)
{
    const Form form = form_of(node.window, padding, in, out);
    const auto algorithm = node.op == nn::Op::MaxPool
                               ? dnnl::algorithm::pooling_max
                               : dnnl::algorithm::pooling_avg_include_padding;
    return without_weights<dnnl::pooling_forward>(
        [&] {
            return describe_pool(onednn_cpu(), attributes({}), algorithm,
                                 memory::desc(form.source, data_type(element), form.tag()),
                                 memory::desc(form.target, data_type(element), form.tag()),
                                 form.stride, form.kernel, form.before, form.after);
        },
        why);
}

std::optional<Primitive> make_upsampling(const nn::Node &node, Element element, const PartShape &in,
                                         const PartShape &out, std::string &why)
{
    const auto pictures = [element](const PartShape &part) {
        return memory::desc({part.streams * part.frames, part.channels, part.height, part.width},
                            data_type(element), memory::format_tag::nhwc);
    };
    const auto algorithm = node.upsampling == nn::Upsampling::Nearest
                               ? dnnl::algorithm::resampling_nearest
                               : dnnl::algorithm::resampling_linear;
    return without_weights<dnnl::resampling_forward>(
        [&] {
            return describe<dnnl::resampling_forward>(onednn_cpu(), attributes({}),
                                                      dnnl::prop_kind::forward_inference, algorithm,
                                                      pictures(in), pictures(out));
        },
        why);
}

} // namespace fovea
