// SPDX-License-Identifier: MIT
#include "fovea/bundle/network_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include <zlib.h>

#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/store/byte_reader.h"

namespace fovea {

namespace {

using nn::Node;
using nn::Op;

/*
 * A file: magic, CRC-32 of all behind it, length of the text; a JSON text (the key, the nodes and what else there is,
 * arrays by shape); the arrays' floats, in the order of the text.
 */
constexpr std::string_view magic("fovea\x02\r\n", 8);

// Beyond what networks have, and small enough that no product of two of them overflows
constexpr std::int64_t most_channels = 1 << 20;
constexpr std::int64_t most_side = 1 << 16; ///< of a clip, frames too
constexpr std::int64_t most_kernel = 1 << 10;
constexpr std::int64_t most_factor = 1 << 6;

std::uint32_t checksum(std::string_view bytes)
{
    return static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size()));
}

Error damaged()
{
    return {Error::Kind::Settings, "a kept network that is of another model, or damaged"};
}

/** \brief Text and floats of a network */
class Writer
{
public:
    Json array(const SharedArray &array)
    {
        if (!array.defined())
            return nullptr;
        const std::size_t size = static_cast<std::size_t>(array.count()) * sizeof(float);
        if (values_.size() + size > most_network_bytes)
            throw Error(Error::Kind::Settings, "the network has more than " +
                                                   std::to_string(most_network_bytes) +
                                                   " bytes, which is too large to be kept");
        values_.append(reinterpret_cast<const char *>(array.data()), size);
        return {{"shape", array.shape()}};
    }

    Json node(const Node &node)
    {
        if (node.op == Op::TorchLayer)
            throw Error(Error::Kind::Settings,
                        "layer '" + node.name + "' is LibTorch's, which cannot be kept");
        Json json = {{"op", static_cast<int>(node.op)},
                     {"name", node.name},
                     {"inputs", node.inputs},
                     {"kernel", node.window.kernel},
                     {"stride", node.window.stride},
                     {"same", node.window.same},
                     {"before", node.window.fixed.before},
                     {"after", node.window.fixed.after},
                     {"weight", array(node.weight)},
                     {"bias", array(node.bias)},
                     {"groups", node.groups},
                     {"slope", node.activation.slope},
                     {"gain", node.gain},
                     {"factor", node.factor},
                     {"upsampling", static_cast<int>(node.upsampling)},
                     {"first_channel", node.first_channel},
                     {"channels", node.channels}};
        if (node.activation.has_limit()) // JSON knows no infinity
            json["limit"] = node.activation.limit;
        return json;
    }

    std::string file(const Json &json) const
    {
        const std::string text = json.dump();
        const auto length = static_cast<std::uint32_t>(text.size());
        std::string body(reinterpret_cast<const char *>(&length), sizeof length);
        body += text;
        body += values_;
        const std::uint32_t sum = checksum(body);
        std::string file(magic);
        file.append(reinterpret_cast<const char *>(&sum), sizeof sum);
        file += body;
        if (file.size() > most_network_bytes)
            throw Error(Error::Kind::Settings, "the network is too large to be kept");
        return file;
    }

private:
    std::string values_;
};

std::int64_t integer(const Json &json, std::int64_t least, std::int64_t most)
{
    if (!json.is_number_integer())
        throw damaged();
    const auto number = json.get<std::int64_t>();
    if (number < least || number > most)
        throw damaged();
    return number;
}

double number(const Json &json)
{
    if (!json.is_number() ||
        !(std::abs(json.get<double>()) <= static_cast<double>(std::numeric_limits<float>::max())))
        throw damaged();
    return json.get<double>();
}

nn::Size3 size3(const Json &json, std::int64_t least, std::int64_t most)
{
    if (!json.is_array() || json.size() != 3)
        throw damaged();
    return {integer(json[0], least, most), integer(json[1], least, most),
            integer(json[2], least, most)};
}

/** \brief Whether an engine can run it, whatever its inputs are */
bool is_sound(const Node &node)
{
    const nn::KernelWindow &window = node.window;
    for (std::size_t i = 0; i < window.kernel.size(); ++i) {
        if (window.fixed.before[i] >= window.kernel[i] || window.fixed.after[i] >= window.kernel[i])
            return false;
    }
    const std::size_t inputs = node.inputs.size();
    if (node.op == Op::Concat ? inputs < 1 : inputs != (node.op == Op::Add ? 2 : 1))
        return false;
    if (node.op != Op::Convolution && (node.weight.defined() || node.bias.defined()))
        return false;
    if (node.op == Op::MaxPool || node.op == Op::AveragePool)
        return true;
    if (node.op != Op::Convolution) { // those that read each frame once, or it and the next
        const bool is_motion = node.op == Op::Difference || node.op == Op::Flow;
        return window.kernel == nn::Size3{is_motion ? 2 : 1, 1, 1} &&
               window.stride == nn::Size3{1, 1, 1} && !window.same &&
               window.fixed.before == nn::Size3{} && window.fixed.after == nn::Size3{};
    }
    const std::vector<std::int64_t> &weight = node.weight.shape();
    return weight.size() == 5 &&
           std::equal(weight.begin() + 2, weight.end(), window.kernel.begin()) &&
           node.bias.shape() == std::vector<std::int64_t>{weight[0]} &&
           weight[0] % node.groups == 0;
}

/** \brief What a Writer wrote; what does not fit throws damaged() or one of the JSON library's */
class Reader
{
public:
    Reader(std::string_view bytes, const std::string &key) : left_(bytes)
    {
        if (bytes.size() > most_network_bytes || left_.take(magic.size()) != magic)
            throw damaged();
        const auto sum = left_.number<std::uint32_t>();
        if (checksum(bytes.substr(left_.at())) != sum)
            throw damaged();
        const auto length = left_.number<std::uint32_t>();
        text_ = parse_json(left_.take(length), "network");
        if (text_.at("key") != key)
            throw damaged();
    }

    const Json &text() const { return text_; }

    /** \brief The next one; copied, so that a file may go or change */
    SharedArray array(const Json &json)
    {
        if (json.is_null())
            return {};
        std::vector<std::int64_t> shape;
        std::uint64_t count = 1;
        for (const Json &size : json.at("shape")) {
            shape.push_back(integer(size, 1, most_network_bytes));
            count *= static_cast<std::uint64_t>(shape.back());
            if (count > left_.left() / sizeof(float))
                throw damaged();
        }
        const std::string_view values = left_.take(count * sizeof(float));
        Array array(shape);
        std::memcpy(array.values.data(), values.data(), values.size());
        return SharedArray(std::move(array));
    }

    Node node(const Json &json, std::size_t index)
    {
        Node node;
        node.op = static_cast<Op>(integer(json.at("op"), static_cast<int>(Op::Convolution),
                                          static_cast<int>(Op::TorchLayer) - 1));
        json.at("name").get_to(node.name);
        for (const Json &input : json.at("inputs"))
            node.inputs.push_back(
                static_cast<std::size_t>(integer(input, 0, static_cast<std::int64_t>(index) - 1)));
        node.window.kernel = size3(json.at("kernel"), 1, most_kernel);
        node.window.stride = size3(json.at("stride"), 1, most_kernel);
        json.at("same").get_to(node.window.same);
        node.window.fixed.before = size3(json.at("before"), 0, most_kernel);
        node.window.fixed.after = size3(json.at("after"), 0, most_kernel);
        node.weight = array(json.at("weight"));
        node.bias = array(json.at("bias"));
        node.groups = integer(json.at("groups"), 1, most_channels);
        node.activation.slope = static_cast<float>(number(json.at("slope")));
        if (json.contains("limit"))
            node.activation.limit = static_cast<float>(number(json.at("limit")));
        node.gain = number(json.at("gain"));
        node.factor = integer(json.at("factor"), 1, most_factor);
        node.upsampling = static_cast<nn::Upsampling>(
            integer(json.at("upsampling"), 0, static_cast<int>(nn::Upsampling::Bilinear)));
        node.first_channel = integer(json.at("first_channel"), 0, most_channels);
        node.channels = integer(json.at("channels"), 0, most_channels);
        if (!is_sound(node))
            throw damaged();
        return node;
    }

    void expect_end() const
    {
        if (left_.left() > 0)
            throw damaged();
    }

private:
    ByteReader left_;
    Json text_;
};

/** \brief What a parser finds wrong, in one line whatever the file holds */
template <typename Parse>
auto parsed(Parse &&parse)
{
    try {
        return std::forward<Parse>(parse)();
    } catch (const Error &) {
        throw damaged();
    } catch (const Json::exception &) {
        throw damaged();
    }
}

KeptNetwork network_of(Reader &reader)
{
    const Json &text = reader.text();
    KeptNetwork network;
    const Json &nodes = text.at("nodes");
    for (const Json &node : nodes)
        network.graph.append(reader.node(node, network.graph.nodes().size()));
    const auto last = static_cast<std::int64_t>(network.graph.nodes().size()) - 1;
    if (last < 1)
        throw damaged();
    for (const Json &output : text.at("outputs"))
        network.graph.add_output(static_cast<std::size_t>(integer(output, 0, last)));
    const Json &clip = text.at("clip");
    network.clip = {integer(clip.at(0), 1, most_channels), integer(clip.at(1), 1, most_side),
                    integer(clip.at(2), 1, most_side), integer(clip.at(3), 1, most_side)};
    network.channels = integer(text.at("channels"), 0, most_channels);
    network.flops_per_pixel = number(text.at("flops_per_pixel"));
    const MapShape made = map_shapes(network.graph, network.clip).back();
    if ((network.channels > 0 && network.channels != made.channels) || network.flops_per_pixel < 0)
        throw damaged();
    return network;
}

HeadParameters head_of(Reader &reader)
{
    const Json &text = reader.text();
    HeadParameters head;
    head.channels = integer(text.at("head_channels"), 1, most_channels);
    head.motion = integer(text.at("head_motion"), 0, head.channels - 1);
    for (const Json &tensor : text.at("head"))
        head.tensors.emplace(tensor.at("name").get<std::string>(), reader.array(tensor));
    return head;
}

} // namespace

std::string network_file(const std::string &key, const KeptNetwork &network)
{
    const MapShape &clip = network.clip;
    Json json = {{"key", key},
                 {"nodes", Json::array()},
                 {"outputs", network.graph.outputs()},
                 {"clip", {clip.channels, clip.frames, clip.height, clip.width}},
                 {"channels", network.channels},
                 {"flops_per_pixel", network.flops_per_pixel}};
    Writer writer;
    const std::vector<Node> &nodes = network.graph.nodes();
    for (std::size_t i = 1; i < nodes.size(); ++i) // every graph has its input
        json["nodes"].push_back(writer.node(nodes[i]));
    return writer.file(json);
}

std::string head_file(const std::string &key, const HeadParameters &head)
{
    Json json = {{"key", key},
                 {"head_channels", head.channels},
                 {"head_motion", head.motion},
                 {"head", Json::array()}};
    Writer writer;
    for (const auto &[name, values] : head.tensors) {
        json["head"].push_back(writer.array(values));
        json["head"].back()["name"] = name;
    }
    return writer.file(json);
}

KeptNetwork parse_network(std::string_view bytes, const std::string &key)
{
    return parsed([&] {
        Reader reader(bytes, key);
        KeptNetwork network = network_of(reader);
        reader.expect_end();
        return network;
    });
}

HeadParameters parse_head(std::string_view bytes, const std::string &key)
{
    return parsed([&] {
        Reader reader(bytes, key);
        HeadParameters head = head_of(reader);
        reader.expect_end();
        return head;
    });
}

} // namespace fovea
