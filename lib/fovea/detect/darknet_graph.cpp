// SPDX-License-Identifier: MIT
#include "fovea/detect/darknet_graph.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "fovea/core/names.h"

namespace fovea {

namespace {

using Kind = DarknetLayer::Kind;
using nn::Graph;

constexpr double variance_floor = 1e-6; ///< darknet's normalize_cpu(), OpenCV's importer

struct NamedActivation {
    const char *name;
    nn::Activation activation;
};

constexpr NamedActivation activations[] = {
    {"linear", {}}, {"leaky", nn::leaky_relu(0.1F)}, {"relu", nn::relu}, {"relu6", nn::relu6}};

const DarknetLayer &before(const DarknetNetwork &network, const DarknetLayer &layer)
{
    return *(&layer - &network.layers.front() == 0 ? &layer : &layer - 1);
}

/** What of one layer a graph cannot say; empty: nothing */
std::string foreign(const DarknetNetwork &network, const DarknetLayer &layer)
{
    const bool is_bent =
        !layer.activation.empty() && find_named(activations, layer.activation) == nullptr;
    if (layer.kind == Kind::Convolution && is_bent)
        return "activation '" + layer.activation.substr(0, 80) + "'";
    if (layer.kind == Kind::ScaleChannels)
        return "[scale_channels]";
    if (layer.kind == Kind::Yolo && layer.new_coords)
        return "[yolo] with new_coords";
    if (layer.kind == Kind::Route && layer.groups > 1 && layer.from.size() > 1)
        return "[route] with groups of several layers";
    if (layer.kind != Kind::Shortcut)
        return "";
    if (!layer.activation.empty() && layer.activation != "linear")
        return "[shortcut] with an activation";
    const DarknetLayer &last = before(network, layer);
    const DarknetLayer &other = network.layers[layer.from.front()];
    const bool is_same = layer.from.size() == 1 && other.channels == last.channels &&
                         other.height == last.height && other.width == last.width;
    return is_same ? "" : "[shortcut] of other than two maps of one size";
}

/** \brief Filters of a weight [out, ...] or a bias [out]; no \a filters: all of them */
SharedArray chosen(Array all, const std::vector<std::int64_t> &filters)
{
    if (filters.empty())
        return SharedArray(std::move(all));
    const std::int64_t of_filter = static_cast<std::int64_t>(all.values.size()) / all.shape.front();
    std::vector<std::int64_t> shape = all.shape;
    shape.front() = static_cast<std::int64_t>(filters.size());
    Array some(shape);
    float *to = some.values.data();
    for (const std::int64_t filter : filters)
        to = std::copy_n(all.values.data() + filter * of_filter, of_filter, to);
    return SharedArray(std::move(some));
}

class Builder
{
public:
    explicit Builder(const std::vector<float> &weights) : next_(weights.data()) {}

    void add(const DarknetLayer &layer)
    {
        name_ = "layer " + std::to_string(values_.size());
        x_ = value_of(layer);
        channels_ = layer.channels;
        values_.push_back(x_);
    }

    Graph take() { return std::move(graph_); }

private:
    Graph::Value value_of(const DarknetLayer &layer)
    {
        switch (layer.kind) {
        case Kind::Convolution:
            return graph_.convolution(name_, x_, convolution(layer));
        case Kind::MaxPool: {
            const std::int64_t first = layer.padding / 2;
            const std::int64_t last = layer.padding - first;
            return graph_.max_pool(name_, x_,
                                   {{1, layer.size, layer.size},
                                    {1, layer.stride, layer.stride},
                                    /*same=*/false,
                                    {{0, first, first}, {0, last, last}}});
        }
        case Kind::Route:
            return route(layer);
        case Kind::Upsample:
            return graph_.upsample(name_, x_, layer.stride, nn::Upsampling::Nearest);
        case Kind::Shortcut:
            return graph_.add(name_, x_, values_[layer.from.front()], /*relu=*/false);
        case Kind::Yolo:
            graph_.add_output(x_);
            return x_;
        case Kind::ScaleChannels:
        case Kind::Dropout:
            break;
        }
        return x_;
    }

    Graph::Value route(const DarknetLayer &layer)
    {
        std::vector<Graph::Value> parts;
        for (const std::size_t from : layer.from)
            parts.push_back(values_[from]);
        if (layer.groups > 1)
            return graph_.slice(name_, parts.front(), layer.group * layer.channels, layer.channels);
        return parts.size() == 1 ? parts.front() : graph_.concat(name_, parts);
    }

    const float *take(std::int64_t count)
    {
        const float *numbers = next_;
        next_ += count;
        return numbers;
    }

    nn::Node convolution(const DarknetLayer &layer)
    {
        const std::int64_t out = layer.channels;
        const float *biases = take(out);
        const float *gains = layer.normalised ? take(out) : nullptr;
        const float *means = layer.normalised ? take(out) : nullptr;
        const float *variances = layer.normalised ? take(out) : nullptr;
        Array weight({out, channels_ / layer.groups, 1, layer.size, layer.size});
        Array bias({out});
        const std::int64_t of_filter = static_cast<std::int64_t>(weight.values.size()) / out;
        const float *from = take(of_filter * out);
        for (std::int64_t i = 0; i < out; ++i) {
            double gain = 1;
            double shift = biases[i];
            if (layer.normalised) { // in double: the fold itself adds no error
                gain = gains[i] / std::sqrt(variances[i] + variance_floor);
                shift -= means[i] * gain;
            }
            bias.values[static_cast<std::size_t>(i)] = static_cast<float>(shift);
            float *to = weight.values.data() + i * of_filter;
            for (std::int64_t k = 0; k < of_filter; ++k)
                to[k] = static_cast<float>(*from++ * gain);
        }
        nn::Node node;
        node.window = {{1, layer.size, layer.size},
                       {1, layer.stride, layer.stride},
                       /*same=*/false,
                       {{0, layer.padding, layer.padding}, {0, layer.padding, layer.padding}}};
        node.groups = layer.groups;
        node.weight = chosen(std::move(weight), layer.filters);
        node.bias = chosen(std::move(bias), layer.filters);
        if (!layer.activation.empty())
            node.activation = find_named(activations, layer.activation)->activation;
        return node;
    }

    const float *next_; ///< of the weights
    Graph graph_;
    std::string name_;
    Graph::Value x_ = graph_.input();
    std::int64_t channels_ = 3;        ///< of x_
    std::vector<Graph::Value> values_; ///< by layer
};

} // namespace

std::string why_no_graph(const DarknetNetwork &network)
{
    for (const DarknetLayer &layer : network.layers) {
        const std::string what = foreign(network, layer);
        if (!what.empty())
            return "line " + std::to_string(layer.line) + ": " + what;
    }
    return "";
}

nn::Graph darknet_graph(const DarknetNetwork &network, const std::vector<float> &weights)
{
    Builder builder(weights);
    for (const DarknetLayer &layer : network.layers)
        builder.add(layer);
    return builder.take();
}

} // namespace fovea
