// SPDX-License-Identifier: MIT
#include "fovea/pose/movenet.h"

#include <algorithm>
#include <array>
#include <utility>

#include "fovea/core/errors.h"
#include "fovea/core/pose.h"

namespace fovea {

namespace {

using nn::Graph;

/** Parts of the names of the nodes of each map; the last such convolution makes it */
constexpr std::array<const char *, pose_maps> map_names = {"/kpt_heatmap", "/center_0",
                                                           "/kpt_regress", "/kpt_offset"};

[[noreturn]] void refuse(const TfjsNode &node, const std::string &why)
{
    throw Error(Error::Kind::Settings, "layer '" + node.name + "' (" + node.op + "): " + why);
}

bool is_convolution(const TfjsNode &node)
{
    return node.op == "_FusedConv2D" || node.op == "Conv2D" ||
           node.op == "FusedDepthwiseConv2dNative" || node.op == "DepthwiseConv2dNative";
}

Array array_of(const TfjsTensor &tensor)
{
    Array array;
    array.shape = tensor.shape;
    array.values = tensor.values;
    return array;
}

/** \brief From [height, width, in, out], of a depthwise one [height, width, out, 1], to [out, in, 1, height, width] */
SharedArray filters_of(const TfjsTensor &kernel, bool depthwise)
{
    const std::int64_t places = kernel.shape[0] * kernel.shape[1];
    const std::int64_t in = depthwise ? 1 : kernel.shape[2];
    const std::int64_t out = depthwise ? kernel.shape[2] : kernel.shape[3];
    Array filters({out, in, 1, kernel.shape[0], kernel.shape[1]});
    const float *from = kernel.values.data();
    for (std::int64_t place = 0; place < places; ++place) {
        for (std::int64_t i = 0; i < in; ++i) {
            for (std::int64_t o = 0; o < out; ++o)
                filters.values[static_cast<std::size_t>((o * in + i) * places + place)] = *from++;
        }
    }
    return SharedArray(std::move(filters));
}

class Builder
{
public:
    explicit Builder(const TfjsModel &model) : model_(model) {}

    Graph build()
    {
        for (const TfjsNode &node : model_.nodes)
            add(node);
        for (std::size_t i = 0; i < pose_maps; ++i) {
            if (channels_of(maps_[i]) != pose_map_channels[i])
                throw Error(Error::Kind::Settings,
                            std::string("expected MoveNet's map '") + (map_names[i] + 1) + "' of " +
                                std::to_string(pose_map_channels[i]) + " channels");
            graph_.add_output(maps_[i]);
        }
        return std::move(graph_);
    }

private:
    void add(const TfjsNode &node)
    {
        if (is_convolution(node))
            values_[node.name] = convolution(node);
        else if (node.op == "AddV2" && known(node, 0) && known(node, 1))
            values_[node.name] =
                graph_.add(node.name, value(node, 0), value(node, 1), /*relu=*/false);
        else if (node.op == "ResizeBilinear")
            values_[node.name] = upsampling(node);
        // What stands before the first convolution scales the pixels, what stands behind the maps
        // reads keypoints from them: see decode_pose()
    }

    bool known(const TfjsNode &node, std::size_t input) const
    {
        return input < node.inputs.size() && values_.count(node.inputs[input]) > 0;
    }

    Graph::Value value(const TfjsNode &node, std::size_t input) const
    {
        return values_.at(node.inputs[input]);
    }

    std::int64_t channels_of(Graph::Value value) const
    {
        const nn::Node &node = graph_.nodes()[value];
        return node.weight.defined() ? node.weight.size(0) : 0;
    }

    const TfjsTensor &weight(const TfjsNode &node, std::size_t input, std::size_t dimensions) const
    {
        const auto found = input < node.inputs.size() ? model_.weights.find(node.inputs[input])
                                                      : model_.weights.end();
        if (found == model_.weights.end() || found->second.shape.size() != dimensions)
            refuse(node, "expected weights of " + std::to_string(dimensions) + " dimensions");
        return found->second;
    }

    Graph::Value convolution(const TfjsNode &tf)
    {
        if (!known(tf, 0) && began_)
            refuse(tf, "its input is none of the layers before it");
        const bool depthwise = tf.op.find("Depthwise") != std::string::npos;
        const TfjsTensor &kernel = weight(tf, 1, 4); // height, width, in, out or multiplier
        if (depthwise && kernel.shape[3] != 1)
            refuse(tf, "expected one filter a channel");
        nn::Node node;
        node.window = {
            {1, kernel.shape[0], kernel.shape[1]}, {1, tf.stride, tf.stride}, tf.same, {}};
        node.groups = depthwise ? kernel.shape[2] : 1;
        node.weight = filters_of(kernel, depthwise);
        node.bias = SharedArray(Array({node.weight.size(0)}));
        for (const std::string &fused : tf.fused) {
            if (fused == "BiasAdd")
                node.bias = SharedArray(array_of(weight(tf, 2, 1)));
            else if (fused == "Relu" || fused == "Relu6")
                node.activation = fused == "Relu" ? nn::relu : nn::relu6;
            else
                refuse(tf, "'" + fused + "' is not known, expected BiasAdd, Relu or Relu6");
        }
        if (node.bias.size(0) != node.weight.size(0))
            refuse(tf, "expected a bias for each filter");
        const Graph::Value made =
            graph_.convolution(tf.name, began_ ? value(tf, 0) : graph_.input(), std::move(node));
        began_ = true;
        for (std::size_t i = 0; i < pose_maps; ++i) {
            if (tf.name.find(map_names[i]) != std::string::npos)
                maps_[i] = made;
        }
        return made;
    }

    Graph::Value upsampling(const TfjsNode &node)
    {
        if (!known(node, 0))
            refuse(node, "its input is none of the layers before it");
        if (!node.half_pixel_centers || node.align_corners)
            refuse(node, "expected half_pixel_centers and not align_corners");
        return graph_.upsample(node.name, value(node, 0), /*factor=*/2, nn::Upsampling::Bilinear);
    }

    const TfjsModel &model_;
    Graph graph_;
    std::map<std::string, Graph::Value> values_;
    std::array<Graph::Value, pose_maps> maps_ = {};
    bool began_ = false; ///< the first convolution, which reads the picture, is there
};

} // namespace

nn::Graph movenet_graph(const TfjsModel &model)
{
    return Builder(model).build();
}

nn::Graph read_movenet(const std::filesystem::path &json)
{
    const TfjsModel model = read_tfjs_model(json);
    try {
        return movenet_graph(model);
    } catch (const Error &error) {
        throw Error(error.kind(), "network '" + json.string() + "': " + error.what());
    }
}

} // namespace fovea
