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

/** \brief Takes the numbers of one convolution after the other, in place, and leaves out what is not kept */
class KeptWeights
{
public:
    KeptWeights(std::vector<float> *weights, std::int64_t kept)
        : weights_(weights), from_(weights->data()), to_(weights->data()), kept_(kept)
    {
    }

    /** \param of_filter weights \param yolo that reads the layer; or null: all are kept */
    void take(const DarknetLayer &layer, std::int64_t of_filter, const DarknetLayer *yolo)
    {
        const int vectors = layer.normalised ? 4 : 1; // BatchNorm's, or the bias
        for (int part = 0; part <= vectors; ++part) {
            const std::int64_t size = part < vectors ? 1 : of_filter;
            if (yolo != nullptr)
                take_anchors(*yolo, size);
            else
                take(layer.channels * size);
        }
    }

    /** \return how many are left */
    std::int64_t end()
    {
        weights_->erase(weights_->begin() + (to_ - weights_->data()), weights_->end());
        return static_cast<std::int64_t>(weights_->size());
    }

private:
    void take(std::int64_t count)
    {
        to_ = std::copy_n(from_, count, to_);
        from_ += count;
    }

    void take_anchors(const DarknetLayer &yolo, std::int64_t of_filter)
    {
        for (std::size_t anchor = 0; anchor < yolo.anchors.size(); ++anchor) {
            take(box_and_objectness * of_filter);
            from_ += kept_ * of_filter;
            take(of_filter);
            from_ += (yolo.classes - kept_ - 1) * of_filter;
        }
    }

    std::vector<float> *weights_;
    const float *from_;
    float *to_;
    std::int64_t kept_;
};

/** \brief The layer behind \a index where it is a [yolo], else null */
DarknetLayer *yolo_behind(DarknetNetwork *network, std::size_t index)
{
    std::vector<DarknetLayer> &layers = network->layers;
    return index + 1 < layers.size() && layers[index + 1].kind == Kind::Yolo ? &layers[index + 1]
                                                                             : nullptr;
}

} // namespace

bool keep_class(DarknetNetwork *network, std::vector<float> *weights, std::int64_t kept)
{
    std::vector<DarknetLayer> &layers = network->layers;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].kind == Kind::Yolo && !can_shrink(*network, i, kept))
            return false;
    }
    KeptWeights numbers(weights, kept);
    std::int64_t in = 3;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        DarknetLayer &layer = layers[i];
        DarknetLayer *yolo = yolo_behind(network, i);
        if (layer.kind == Kind::Convolution)
            numbers.take(layer, in / layer.groups * layer.size * layer.size, yolo);
        if (yolo != nullptr) {
            const auto anchors = static_cast<std::int64_t>(yolo->anchors.size());
            yolo->classes = 1;
            yolo->channels = layer.channels = anchors * (box_and_objectness + 1);
        }
        in = layer.channels;
    }
    network->parameters = numbers.end();
    return true;
}

} // namespace fovea
