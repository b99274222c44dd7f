// SPDX-License-Identifier: MIT
#include "fovea/detect/darknet_class.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace fovea {

namespace {

using Kind = DarknetLayer::Kind;

constexpr std::int64_t box_and_objectness = 5;

/** \brief Whether a layer behind \a index reads it, but for the one that follows */
bool is_read_again(const DarknetNetwork &network, std::size_t index)
{
    return std::any_of(network.layers.begin(), network.layers.end(), [&](const auto &layer) {
        return std::find(layer.from.begin(), layer.from.end(), index) != layer.from.end();
    });
}

/** \brief Whether a [yolo] layer and the one before it may give less */
bool can_shrink(const DarknetNetwork &network, std::size_t yolo, std::int64_t kept)
{
    const std::vector<DarknetLayer> &layers = network.layers;
    const bool is_last = yolo + 1 == layers.size() || layers[yolo + 1].kind == Kind::Route;
    return is_last && yolo > 0 && layers[yolo - 1].kind == Kind::Convolution &&
           layers[yolo - 1].groups == 1 && kept < layers[yolo].classes &&
           !is_read_again(network, yolo) && !is_read_again(network, yolo - 1);
}

/** \brief Of each anchor the box, the objectness and the class */
std::vector<std::int64_t> filters_of(const DarknetLayer &yolo, std::int64_t kept)
{
    std::vector<std::int64_t> filters;
    for (std::size_t anchor = 0; anchor < yolo.anchors.size(); ++anchor) {
        const std::int64_t first =
            static_cast<std::int64_t>(anchor) * (box_and_objectness + yolo.classes);
        for (std::int64_t i = 0; i < box_and_objectness; ++i)
            filters.push_back(first + i);
        filters.push_back(first + box_and_objectness + kept);
    }
    return filters;
}

} // namespace

bool keep_class(DarknetNetwork *network, std::int64_t kept)
{
    std::vector<DarknetLayer> &layers = network->layers;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].kind == Kind::Yolo && !can_shrink(*network, i, kept))
            return false;
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].kind != Kind::Yolo)
            continue;
        layers[i - 1].filters = filters_of(layers[i], kept);
        layers[i].classes = 1;
    }
    return true;
}

} // namespace fovea
