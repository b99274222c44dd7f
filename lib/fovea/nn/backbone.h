// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "fovea/nn/attention.h"
#include "fovea/nn/graph.h"
#include "fovea/nn/names.h"

namespace fovea::nn {

/** \brief What is known of a network's rows before it is made, which takes half a second for large ones */
struct RowFacts {
    std::int64_t channels = 0;
    std::int64_t rows = 0;  ///< of a clip
    std::string classifier; ///< name of the module that holds the network's own
};

/** \brief A network that turns clips into feature rows: its layers only, not how they are run */
class Backbone : public torch::nn::Module
{
public:
    /**
     * \brief The last feature map
     * \param clips float [N, 3, T, H, W], normalised as the network was trained; a network of flow
     * reads the first two channels, x and y
     * \return [N, C, T', H', W']
     * \throw Error Settings when the clip's size does not fit the network
     */
    at::Tensor map(const at::Tensor &clips);

    /** \brief Feature rows: the map's mean over H' and W' only (Ballan 2021) \return [N, T', C] */
    virtual at::Tensor rows(const at::Tensor &clips);

    /**
     * \brief The network's own classifier, for training and for published weights
     * \return [N, classes, T_out]; \throw Error Settings when made without classes
     */
    virtual at::Tensor logits(const at::Tensor &clips) { return classify(map(clips)); }

    /** \brief The classifier alone, on the last map of map(): for losses that want both */
    virtual at::Tensor classify(const at::Tensor &map) = 0;

    /** \brief Of a clip of \a frames frames, as row_facts() */
    virtual RowFacts facts(std::int64_t frames) const = 0;

    std::int64_t channels() const { return facts(/*frames=*/1).channels; }

    /** \brief Rows of a clip of \a frames frames */
    std::int64_t rows_of(std::int64_t frames) const { return facts(frames).rows; }

    /** \throw Error Settings (expected and got) when a clip of T x H x W cannot be taken */
    virtual void check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const = 0;

    /** \brief Work a pixel of a clip, two operations a multiply-add: what threads and batches are
     * chosen by */
    virtual double flops_per_pixel() const = 0;

    /**
     * \brief Of those with ArchitectureFacts::sees_pictures: the last map before frames meet
     * \param pictures [N, 3, H, W], normalised as clips are \return [N, picture_channels(), H', W']
     * \throw Error Settings for the others
     */
    virtual at::Tensor picture_map(const at::Tensor &pictures);

    virtual std::int64_t picture_channels() const { return 0; }

    /** \brief picture_map() of each frame \param clips as of map() \return [N, picture_channels(), T, H', W'] */
    at::Tensor picture_maps(const at::Tensor &clips);

    /** \brief The last map, as map() gives it, of what picture_maps() gave \throw Error Settings likewise */
    virtual at::Tensor map_of_pictures(const at::Tensor &maps);

    /**
     * \brief What rows() computes in eval mode, but for the mean over H' and W', for an engine to
     * compile
     *
     * By default one LibTorch layer: such a network runs as it is, in LibTorch. Strung together from
     * Layer::describe() and the Graph's own operations it is compiled, and streams, like the others.
     */
    virtual Graph graph();

    /** \brief Name of the module that holds the classifier */
    std::string classifier() const { return facts(/*frames=*/1).classifier; }

    /** \brief Channels of a clip that it reads: 3 colours, or 2 of flow */
    std::int64_t read_channels() const { return read_channels_; }

protected:
    explicit Backbone(std::int64_t read_channels = 3) : read_channels_(read_channels) {}

    /** \param clips [N, read_channels(), T, H, W] */
    virtual at::Tensor forward_map(const at::Tensor &clips) = 0;

    /** \brief The channels that it reads, where its graph() begins */
    Graph::Value begin(Graph *graph) const;

private:
    std::int64_t read_channels_;
};

/**
 * \param architecture one of backbone_names()
 * \param classes of the network's own classifier; 0: without one
 * \throw Error Settings for another name (listing those known)
 */
std::shared_ptr<Backbone> make_backbone(const std::string &architecture, std::int64_t classes);

/** \brief What a card says of its backbone */
struct BackboneOptions {
    std::string architecture;   ///< one of backbone_names()
    std::int64_t classes = 0;   ///< of the network's own classifier; 0: without one
    AttentionOptions attention; ///< inside the network; none with an empty name
    Size3 clip = {};            ///< frames, height, width: what attention tied to a size asks for
    std::int64_t channels = 3;  ///< Backbone::read_channels()
    std::int64_t ensemble =
        1; ///< networks a stream, of ArchitectureFacts::has_streams; 1 for others
};

/**
 * \throw Error Settings for a name that is not known (listing those known), an attention that the
 * network does not take, or one of its stages or variants that is not known
 */
std::shared_ptr<Backbone> make_backbone(const BackboneOptions &options);

/**
 * \brief Of the rows of clips of \a frames frames, without making the network
 * \throw Error Settings for a name that is not known (listing those known)
 */
RowFacts row_facts(const BackboneOptions &options, std::int64_t frames);

} // namespace fovea::nn
