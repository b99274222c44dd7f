// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/row_chain.h"

#include <algorithm>
#include <cstring>

#include "fovea/engine/onednn/row_kernels.h"

namespace fovea {

namespace {

using nn::Node;
using nn::Op;

/** Smaller maps stay in the cache as they are, and have channels enough for oneDNN (measured) */
constexpr std::int64_t large_pixels = 6000;
constexpr int least_width = 16;  ///< of multiply_row()
constexpr std::size_t line = 16; ///< floats of a cache line

std::size_t whole_lines(std::size_t floats)
{
    return (floats + line - 1) / line * line;
}

float *floats_of(const AlignedBytes &bytes)
{
    return reinterpret_cast<float *>(bytes.data());
}

bool is_one_frame(const PlanLayout &layout, std::size_t node)
{
    const ValueStep &value = layout.step(node).value;
    return value.fresh == 1 && value.held == 0 && value.keep == 0 &&
           layout.format(node).element == Element::Float32;
}

/** \brief A convolution that the kernels compute */
bool fits(const PlanLayout &layout, std::size_t index)
{
    const Node &node = layout.node(index);
    if (node.op != Op::Convolution || !is_one_frame(layout, index))
        return false;
    const auto &window = node.window;
    const auto size = window.kernel[1];
    const auto channels = static_cast<int>(layout.shape(index).channels);
    const nn::Padding padding = layout.padding(index);
    const bool square = window.kernel[0] == 1 && window.stride[0] == 1 &&
                        window.kernel[2] == size && window.stride[1] == window.stride[2] &&
                        padding.before[1] == padding.before[2] && padding.before[1] <= size / 2 &&
                        padding.after[1] <= size / 2 && padding.after[2] <= size / 2;
    const bool pointwise = size == 1 && node.groups == 1 && window.stride[1] == 1;
    const bool spread = size == 3 && node.groups == 1;
    const bool depthwise = size == 3 && node.groups == channels &&
                           layout.shape(node.inputs.front()).channels == channels;
    return square && node.activation.slope <= 1 && layout.shape(index).width >= least_width &&
           (((pointwise || spread) && fits_multiply_row(channels)) ||
            (depthwise && fits_filter_row(channels)));
}

/** \brief From [out, in / groups, 1, rows, columns] to [rows, columns, in / groups, out] */
AlignedBytes packed(const SharedArray &weight)
{
    AlignedBytes bytes;
    bytes.reserve(static_cast<std::size_t>(weight.count()) * sizeof(float));
    const std::int64_t filters = weight.size(0);
    const std::int64_t channels = weight.size(1);
    const std::int64_t places = weight.size(3) * weight.size(4);
    const float *from = weight.data();
    for (std::int64_t filter = 0; filter < filters; ++filter) {
        for (std::int64_t channel = 0; channel < channels; ++channel) {
            for (std::int64_t place = 0; place < places; ++place)
                floats_of(bytes)[(place * channels + channel) * filters + filter] = *from++;
        }
    }
    return bytes;
}

} // namespace

std::unique_ptr<RowChain> RowChain::make(const PlanLayout &layout)
{
    if (!has_row_kernels() || !is_one_frame(layout, 0))
        return nullptr;
    std::unique_ptr<RowChain> chain(new RowChain);
    chain->streams_ = static_cast<std::size_t>(layout.streams());
    Layer &input = chain->layers_.emplace_back();
    const MapShape &shape = layout.shape(0);
    input.height = static_cast<int>(shape.height);
    input.width = static_cast<int>(shape.width);
    input.channels = static_cast<int>(shape.channels);

    std::size_t closed = 0; // layers up to the last whose map alone others read
    for (std::size_t node = 1; node < layout.size(); ++node) {
        if (layout.sum_of(node) != no_node)
            continue; // with its sum
        if (!chain->append(layout, node))
            break;
        if (chain->is_closed(layout))
            closed = chain->layers_.size();
    }
    if (closed < 3) // one alone gains nothing
        return nullptr;
    chain->layers_.resize(closed);
    chain->schedule();
    chain->place_rings();
    return chain;
}

std::size_t RowChain::layer_of(std::size_t node) const
{
    const auto found = std::find_if(layers_.begin(), layers_.end(),
                                    [node](const Layer &layer) { return layer.node == node; });
    return found == layers_.end() ? no_node : static_cast<std::size_t>(found - layers_.begin());
}

/** \return false: it does not go on here */
bool RowChain::append(const PlanLayout &layout, std::size_t node)
{
    const std::size_t k = layout.addend_of(node);
    const std::size_t convolution = k == no_node ? node : layout.node(node).inputs[k];
    if (!fits(layout, convolution))
        return false;
    const Node &from = layout.node(convolution);
    Layer layer;
    layer.node = node;
    layer.source = layer_of(from.inputs.front());
    if (layer.source == no_node)
        return false;
    if (k != no_node) {
        layer.addend = layer_of(layout.node(node).inputs[1 - k]);
        if (layer.addend == no_node || !is_one_frame(layout, node) ||
            layout.node(node).activation.slope > 1)
            return false;
    }
    layer.kernel = static_cast<int>(from.window.kernel[1]);
    const auto is_large = [](const Layer &one) {
        return std::int64_t{one.height} * one.width >= large_pixels;
    };
    const Layer &source = layers_[layer.source];
    // and one more where it makes fewer channels of a map that became small
    if (!is_large(source) && (layer.kernel != 1 || !is_large(layers_[source.source])))
        return false;

    layer.by_channel = from.groups > 1;
    layer.stride = static_cast<int>(from.window.stride[1]);
    layer.height = static_cast<int>(layout.shape(node).height);
    layer.width = static_cast<int>(layout.shape(node).width);
    layer.channels = static_cast<int>(layout.shape(node).channels);
    layer.before = static_cast<int>(layout.padding(convolution).before[1]);
    layer.activation = layout.node(node).activation;
    layer.bias.assign(from.bias.data(), from.bias.data() + layer.channels);
    layer.weights = packed(from.weight);
    layers_.push_back(std::move(layer));
    return true;
}

/** Whether nothing but the last layer's map is read by nodes behind it */
bool RowChain::is_closed(const PlanLayout &layout) const
{
    const std::size_t last = layers_.back().node;
    for (std::size_t node = last + 1; node < layout.size(); ++node) {
        for (const std::size_t input : layout.node(node).inputs)
            if (input < last)
                return false;
    }
    const auto &outputs = layout.outputs();
    return !outputs.empty() && *std::min_element(outputs.begin(), outputs.end()) >= last;
}

int RowChain::first_row_read(const Layer &layer, int row) const
{
    return row * layer.stride - layer.before;
}

/** Rows in the order in which the last layer's need them */
void RowChain::schedule()
{
    std::vector<int> made(layers_.size(), 0);
    for (int row = 0; row < layers_.back().height; ++row)
        make_row(layers_.size() - 1, row, &made);
}

void RowChain::make_row(std::size_t index, int row, std::vector<int> *made)
{
    Layer &layer = layers_[index];
    while ((*made)[index] <= row) {
        const int next = (*made)[index];
        const int first = first_row_read(layer, next);
        const auto make = [&](std::size_t from, int end) {
            make_row(from, std::min(end, layers_[from].height) - 1, made);
        };
        const auto keep = [&](std::size_t from, int oldest) {
            layers_[from].rows = std::max(layers_[from].rows, (*made)[from] - std::max(oldest, 0));
        };
        if (index > 0)
            make(layer.source, first + layer.kernel);
        if (layer.addend != no_node)
            make(layer.addend, next + 1);
        if (index > 0) // only now: what the addend needed may have made more rows of the source
            keep(layer.source, first);
        if (layer.addend != no_node)
            keep(layer.addend, next);
        steps_.push_back({index, next});
        ++(*made)[index];
    }
}

void RowChain::place_rings()
{
    std::size_t longest = 0;
    for (Layer &layer : layers_) {
        layer.margin = whole_lines(static_cast<std::size_t>(layer.channels));
        layer.pitch = 2 * layer.margin + whole_lines(static_cast<std::size_t>(layer.width) *
                                                     static_cast<std::size_t>(layer.channels));
        longest = std::max(longest, layer.pitch);
        const std::size_t bytes =
            static_cast<std::size_t>(layer.rows) * layer.pitch * sizeof(float);
        if (bytes > 0)
            std::memset(layer.ring.reserve(bytes), 0, bytes);
    }
    zeros_.assign(longest + line, 0);
}

float *RowChain::ring_row(Layer &layer, int row)
{
    return floats_of(layer.ring) + static_cast<std::size_t>(row % layer.rows) * layer.pitch +
           layer.margin;
}

void RowChain::run_step(const Step &step, const float *in, float *out)
{
    Layer &layer = layers_[step.layer];
    const std::ptrdiff_t width = std::ptrdiff_t{layer.width} * layer.channels;
    float *to = layer.rows > 0 ? ring_row(layer, step.row) : out + step.row * width;
    if (step.layer == 0) {
        std::memcpy(to, in + step.row * width, static_cast<std::size_t>(width) * sizeof(float));
        return;
    }
    Layer &source = layers_[layer.source];
    RowTaps from;
    from.count = layer.kernel;
    from.taps = layer.kernel * source.channels;
    from.step = layer.stride * source.channels;
    const int first = first_row_read(layer, step.row);
    for (int k = 0; k < layer.kernel; ++k) {
        const int row = first + k;
        from.rows[static_cast<std::size_t>(k)] =
            row < 0 || row >= source.height
                ? zeros_.data()
                : ring_row(source, row) - std::ptrdiff_t{layer.before} * source.channels;
    }
    const float *addend =
        layer.addend == no_node ? nullptr : ring_row(layers_[layer.addend], step.row);
    const RowEnd end = {layer.bias.data(), addend, layer.activation};
    const float *weights = floats_of(layer.weights);
    if (layer.by_channel)
        filter_row(from, weights, end, layer.width, layer.channels, to);
    else
        multiply_row(from, weights, end, layer.width, layer.channels, to);
}

void RowChain::run(const float *in, float *out)
{
    const auto numbers = [](const Layer &layer) {
        return std::ptrdiff_t{layer.height} * layer.width * layer.channels;
    };
    for (std::size_t n = 0; n < streams_; ++n) {
        for (const Step &step : steps_)
            run_step(step, in, out);
        in += numbers(layers_.front());
        out += numbers(layers_.back());
    }
}

std::size_t emit_row_chain(PlanLayout &layout, Plan &plan)
{
    const std::shared_ptr<RowChain> chain = layout.by_rows() ? RowChain::make(layout) : nullptr;
    if (chain == nullptr)
        return 1;
    const std::size_t last = chain->last();
    layout.begin(last);
    layout.allocate(last);
    plan.arena.extend(layout.fresh(0).slot, last);
    plan.works.emplace_back([=, plan = &plan, from = layout.fresh(0),
                             to = layout.fresh(last)](const PlanMemory &memory) {
        chain->run(reinterpret_cast<const float *>(plan->at(memory, from)),
                   reinterpret_cast<float *>(plan->at(memory, to)));
    });
    return last + 1;
}

} // namespace fovea
