// SPDX-License-Identifier: MIT
#include "fovea/detect/darknet_cfg.h"

#include <utility>

#include "fovea/core/names.h"
#include "fovea/detect/darknet_sections.h"

namespace fovea {

namespace {

using Kind = DarknetLayer::Kind;
using Section = DarknetSection;

constexpr std::int64_t most_filters = 1 << 16;
constexpr std::int64_t most_of_a_kernel = 64;               ///< size, stride and padding
constexpr std::int64_t most_values = std::int64_t{1} << 28; ///< of one map; 1 GB as floats
constexpr std::size_t most_layers = 4096;

constexpr Named<Kind> kind_names[] = {{Kind::Convolution, "convolutional"},
                                      {Kind::MaxPool, "maxpool"},
                                      {Kind::Route, "route"},
                                      {Kind::Upsample, "upsample"},
                                      {Kind::Shortcut, "shortcut"},
                                      {Kind::ScaleChannels, "scale_channels"},
                                      {Kind::Dropout, "dropout"},
                                      {Kind::Yolo, "yolo"}};

/** \brief Walks the layers, each with the map that it gives */
class Layers
{
public:
    explicit Layers(const DarknetLayer &input) : last_(input) {}

    void add(const Section &section)
    {
        if (network_.layers.size() == most_layers)
            throw darknet_error(section.line,
                                "expected at most " + std::to_string(most_layers) + " layers");
        last_ = layer_of(section);
        if (last_.height < 1 || last_.width < 1 ||
            last_.channels > most_values / last_.height / last_.width)
            throw darknet_error(section.line, "[" + section.type + "] would give " +
                                                  std::to_string(last_.channels) + " channels of " +
                                                  std::to_string(last_.width) + "x" +
                                                  std::to_string(last_.height) +
                                                  ", expected a map of 1 to " +
                                                  std::to_string(most_values) + " values");
        network_.layers.push_back(last_);
    }

    DarknetNetwork take() { return std::move(network_); }

private:
    DarknetLayer layer_of(const Section &section)
    {
        const Named<Kind> *found = find_named(kind_names, section.type);
        if (found == nullptr)
            throw darknet_error(section.line, "[" + section.type.substr(0, 80) +
                                                  "] is not known, expected net, " +
                                                  joined(names_in(kind_names)));
        DarknetLayer layer;
        layer.kind = found->value;
        layer.line = section.line;
        take_map(layer, last_);
        if (const Section::Entry *activation = section.find("activation"))
            layer.activation = activation->value;
        switch (layer.kind) {
        case Kind::Convolution:
            read_convolution(section, layer);
            break;
        case Kind::MaxPool:
            read_pool(section, layer);
            break;
        case Kind::Route:
            read_route(section, layer);
            break;
        case Kind::Upsample:
            layer.stride = section.integer("stride", 1, most_of_a_kernel, 2);
            layer.height *= layer.stride;
            layer.width *= layer.stride;
            break;
        case Kind::Shortcut:
        case Kind::ScaleChannels:
            layer.from = referred(section, "from");
            if (layer.kind == Kind::ScaleChannels)
                take_map(layer, network_.layers[layer.from.front()]);
            break;
        case Kind::Yolo:
            read_yolo(section, layer);
            break;
        case Kind::Dropout:
            break;
        }
        return layer;
    }

    static void take_map(DarknetLayer &layer, const DarknetLayer &of)
    {
        layer.channels = of.channels;
        layer.height = of.height;
        layer.width = of.width;
    }

    void read_convolution(const Section &section, DarknetLayer &layer)
    {
        const std::int64_t filters = section.integer("filters", 1, most_filters, 1);
        layer.size = section.integer("size", 1, most_of_a_kernel, 1);
        layer.stride = section.integer("stride", 1, most_of_a_kernel, 1);
        layer.groups = section.integer("groups", 1, most_filters, 1);
        const bool padded = section.integer("pad", 0, 1, 0) != 0;
        layer.padding =
            padded ? layer.size / 2 : section.integer("padding", 0, most_of_a_kernel, 0);
        if (filters % layer.groups != 0 || layer.channels % layer.groups != 0)
            throw darknet_error(section.line, "'groups' is " + std::to_string(layer.groups) +
                                                  ", expected a divisor of the layer's " +
                                                  std::to_string(layer.channels) +
                                                  " channels and " + std::to_string(filters) +
                                                  " filters");
        layer.normalised = section.integer("batch_normalize", 0, 1, 0) != 0;
        network_.parameters += filters * (layer.channels / layer.groups) * layer.size * layer.size +
                               filters * (layer.normalised ? 4 : 1); // bias; scale, mean, variance
        layer.channels = filters;
        layer.height = (layer.height + 2 * layer.padding - layer.size) / layer.stride + 1;
        layer.width = (layer.width + 2 * layer.padding - layer.size) / layer.stride + 1;
    }

    static void read_pool(const Section &section, DarknetLayer &layer)
    {
        layer.stride = section.integer("stride", 1, most_of_a_kernel, 1);
        layer.size = section.integer("size", 1, most_of_a_kernel, layer.stride);
        layer.padding = section.integer("padding", 0, most_of_a_kernel, layer.size - 1);
        layer.height = (layer.height + layer.padding - layer.size) / layer.stride + 1;
        layer.width = (layer.width + layer.padding - layer.size) / layer.stride + 1;
    }

    void read_route(const Section &section, DarknetLayer &layer) const
    {
        layer.from = referred(section, "layers");
        take_map(layer, network_.layers[layer.from.front()]);
        for (std::size_t i = 1; i < layer.from.size(); ++i) {
            const DarknetLayer &next = network_.layers[layer.from[i]];
            if (next.height != layer.height || next.width != layer.width)
                throw darknet_error(section.line, "[route] joins maps of different sizes");
            layer.channels += next.channels;
        }
        layer.groups = section.integer("groups", 1, most_filters, 1);
        layer.group = section.integer("group_id", 0, layer.groups - 1, 0);
        if (layer.channels % layer.groups != 0)
            throw darknet_error(section.line, "'groups' is " + std::to_string(layer.groups) +
                                                  ", expected a divisor of " +
                                                  std::to_string(layer.channels) + " channels");
        layer.channels /= layer.groups;
    }

    static void read_yolo(const Section &section, DarknetLayer &layer)
    {
        const std::int64_t boxes = section.integer("num", 1, 1000, 1);
        layer.classes = section.integer("classes", 1, most_filters, 20);
        std::vector<std::int64_t> used;
        if (section.find("mask") != nullptr) {
            used = section.integers("mask", 0, boxes - 1);
        } else {
            for (std::int64_t i = 0; i < boxes; ++i)
                used.push_back(i);
        }
        const auto count = static_cast<std::int64_t>(used.size());
        if (layer.channels != count * (layer.classes + 5))
            throw darknet_error(
                section.line,
                "[yolo] reads " + std::to_string(layer.channels) + " channels, expected " +
                    std::to_string(count * (layer.classes + 5)) + ": " + std::to_string(count) +
                    " boxes of 5 numbers and " + std::to_string(layer.classes) + " classes");
        const std::vector<float> anchors = section.sizes("anchors");
        if (static_cast<std::int64_t>(anchors.size()) != 2 * boxes)
            throw darknet_error(section.line, "'anchors' are " + std::to_string(anchors.size()) +
                                                  " numbers, expected " +
                                                  std::to_string(2 * boxes) +
                                                  ", two for each of num=" + std::to_string(boxes));
        for (const std::int64_t i : used) {
            const auto first = static_cast<std::size_t>(2 * i);
            layer.anchors.push_back({anchors[first], anchors[first + 1]});
        }
        const std::vector<float> scale = section.sizes("scale_x_y");
        layer.scale_xy = scale.empty() ? 1 : scale.front();
        layer.new_coords = section.integer("new_coords", 0, 1, 0) != 0;
    }

    /** \brief The layers that \a key lists: from the first, or negative: back from this one */
    std::vector<std::size_t> referred(const Section &section, const std::string &key) const
    {
        const auto count = static_cast<std::int64_t>(network_.layers.size());
        std::vector<std::size_t> layers;
        for (const std::int64_t layer : section.integers(key, -count, count - 1))
            layers.push_back(static_cast<std::size_t>(layer < 0 ? count + layer : layer));
        return layers;
    }

    DarknetLayer last_;
    DarknetNetwork network_;
};

} // namespace

DarknetNetwork read_darknet_cfg(std::string_view text, ImageSize input)
{
    const std::vector<Section> sections = read_darknet_sections(text);
    if (sections.empty() || (sections[0].type != "net" && sections[0].type != "network"))
        throw Error(Error::Kind::Settings, "expected a darknet cfg that begins with [net]");
    constexpr std::int64_t longest_side = 1 << 14;
    sections[0].integer("width", 1, longest_side, 1);
    sections[0].integer("height", 1, longest_side, 1);
    DarknetLayer picture;
    picture.channels = sections[0].integer("channels", 3, 3, 3);
    picture.height = input.height;
    picture.width = input.width;
    Layers layers(picture);
    for (std::size_t i = 1; i < sections.size(); ++i)
        layers.add(sections[i]);
    if (sections.back().type != "yolo")
        throw darknet_error(sections.back().line, "the last layer is [" +
                                                      sections.back().type.substr(0, 80) +
                                                      "], expected [yolo]");
    return layers.take();
}

} // namespace fovea
