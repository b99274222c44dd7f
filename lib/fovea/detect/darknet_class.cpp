// SPDX-License-Identifier: MIT
#include "fovea/detect/darknet_class.h"

#include <algorithm>
#include <cstddef>

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

/** \brief Of each anchor's values, of which one is a class's, the kept ones, in place \return behind the last */
float *keep(float *from, float *to, const DarknetLayer &yolo, std::int64_t of_filter,
            std::int64_t kept)
{
    for (std::size_t anchor = 0; anchor < yolo.anchors.size(); ++anchor) {
        to = std::copy_n(from, box_and_objectness * of_filter, to);
        to = std::copy_n(from + (box_and_objectness + kept) * of_filter, of_filter, to);
        from += (box_and_objectness + yolo.classes) * of_filter;
    }
    return to;
}

} // namespace

bool keep_class(DarknetNetwork *network, std::vector<float> *weights, std::int64_t kept)
{
    std::vector<DarknetLayer> &layers = network->layers;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].kind == Kind::Yolo && !can_shrink(*network, i, kept))
            return false;
    }
    float *from = weights->data();
    float *to = from;
    std::int64_t in = 3;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        DarknetLayer &layer = layers[i];
        if (layer.kind == Kind::Convolution) {
            const std::int64_t vectors = layer.normalised ? 4 : 1; // the bias, or BatchNorm's four
            const std::int64_t of_filter = in / layer.groups * layer.size * layer.size;
            DarknetLayer *yolo = i + 1 < layers.size() && layers[i + 1].kind == Kind::Yolo
                                     ? &layers[i + 1]
                                     : nullptr;
            for (std::int64_t part = 0; part <= vectors; ++part) {
                const std::int64_t size = part < vectors ? 1 : of_filter;
                float *end = from + layer.channels * size;
                to = yolo != nullptr ? keep(from, to, *yolo, size, kept) : std::copy(from, end, to);
                from = end;
            }
            if (yolo != nullptr) {
                const auto anchors = static_cast<std::int64_t>(yolo->anchors.size());
                yolo->classes = 1;
                yolo->channels = layer.channels = anchors * (box_and_objectness + 1);
            }
        }
        in = layer.channels;
    }
    weights->erase(weights->begin() + (to - weights->data()), weights->end());
    network->parameters = static_cast<std::int64_t>(weights->size());
    return true;
}

} // namespace fovea
