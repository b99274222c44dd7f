// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "fovea/nn/backbone.h"
#include "fovea/nn/heads.h"

namespace fovea {

/** \brief What a classifier makes of N inputs */
struct Response {
    at::Tensor logits; ///< [N, classes, T_out]
    at::Tensor map;    ///< the network's last map, [N, C, T', H', W']; undefined for a head
};

/** \brief What is trained: a module whose outputs are compared with classes */
class Classifier
{
public:
    virtual ~Classifier() = default;

    virtual Response respond(const at::Tensor &input) = 0;

    /** \brief The maps of the frames of clips, each by itself \throw Error Settings when they meet before */
    virtual at::Tensor picture_maps(const at::Tensor &clips);

    /** \brief respond() from picture_maps() on \throw Error Settings likewise */
    virtual Response respond_to_maps(const at::Tensor &maps);

    /** \brief Mean over time \return [N, classes] */
    at::Tensor logits(const at::Tensor &input) { return respond(input).logits.mean(2); }

    virtual torch::nn::Module &module() = 0;

    virtual std::int64_t classes() const = 0;

    /** \brief Name of the part of module() that says the classes; empty: it has none by itself */
    virtual std::string last_layer() const { return {}; }

    /** \brief Where its parameters lie, and so where inputs have to be */
    at::Device device() { return module().parameters().front().device(); }

    /** \brief Everything that respond() uses goes there */
    virtual void to(at::Device device) { module().to(device); }

    /** \brief Switches what is trained between training and evaluation; what is frozen stays in evaluation */
    virtual void set_training(bool on) = 0;
};

/** \brief A head on feature rows [N, R, T', C] */
class HeadClassifier final : public Classifier
{
public:
    explicit HeadClassifier(std::shared_ptr<nn::Head> head) : head_(std::move(head)) {}

    Response respond(const at::Tensor &rows) override
    {
        return {head_->forward(rows).logits.unsqueeze(2), {}};
    }

    torch::nn::Module &module() override { return *head_; }

    std::int64_t classes() const override { return head_->classes(); }

    void set_training(bool on) override { head_->train(on); }

private:
    std::shared_ptr<nn::Head> head_;
};

/** \throw Error Settings naming one of \a parts that is no child of the network with parameters, and those there are */
void check_parts(nn::Backbone &network, const std::vector<std::string> &parts);

/** \brief A network with its own classifier on clips [N, 3, T, H, W]; parts of it may be frozen */
class BackboneClassifier final : public Classifier
{
public:
    /**
     * \param trained modules that are trained, by name; empty: all. The others keep their weights
     * and their batch statistics to the bit
     * \throw Error as check_parts()
     */
    BackboneClassifier(std::shared_ptr<nn::Backbone> backbone, std::int64_t classes,
                       std::vector<std::string> trained);

    Response respond(const at::Tensor &clips) override;

    at::Tensor picture_maps(const at::Tensor &clips) override
    {
        return backbone_->picture_maps(clips);
    }

    Response respond_to_maps(const at::Tensor &maps) override;

    torch::nn::Module &module() override { return *backbone_; }

    std::int64_t classes() const override { return classes_; }

    std::string last_layer() const override { return backbone_->classifier(); }

    void set_training(bool on) override;

private:
    bool is_trained(const std::string &module) const;
    Response classified(const at::Tensor &map);

    std::shared_ptr<nn::Backbone> backbone_;
    std::int64_t classes_;
    std::vector<std::string> trained_;
};

/**
 * \brief Two looks at a clip, joined by their logits: those of a fixed network on the first half of
 * the frames, those of the trained one on the second; fusion `late` of Sydorov 2019, 3.2
 *
 * Fusion `temporal` needs no class of its own: a network that sees both halves in turn.
 */
class LateFusionClassifier final : public Classifier
{
public:
    LateFusionClassifier(std::shared_ptr<nn::Backbone> fixed, std::shared_ptr<nn::Backbone> trained,
                         std::int64_t classes);

    Response respond(const at::Tensor &clips) override;

    torch::nn::Module &module() override { return *trained_; }

    std::int64_t classes() const override { return classes_; }

    void to(at::Device device) override
    {
        fixed_->to(device);
        trained_->to(device);
    }

    void set_training(bool on) override { trained_->train(on); }

private:
    std::shared_ptr<nn::Backbone> fixed_;
    std::shared_ptr<nn::Backbone> trained_;
    std::int64_t classes_;
};

} // namespace fovea
