#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "fovea/nn/backbone.h"
#include "fovea/nn/heads.h"

namespace fovea {

/** \brief What is trained: a module whose outputs are compared with classes */
class Classifier
{
public:
    virtual ~Classifier() = default;

    /** \return [N, classes] */
    virtual at::Tensor logits(const at::Tensor &input) = 0;

    virtual torch::nn::Module &module() = 0;

    virtual std::int64_t classes() const = 0;

    /** \brief Switches what is trained between training and judging; what is frozen always judges */
    virtual void set_training(bool on) = 0;
};

/** \brief A head on feature rows [N, R, T', C] */
class HeadClassifier final : public Classifier
{
public:
    explicit HeadClassifier(std::shared_ptr<nn::Head> head) : head_(std::move(head)) {}

    at::Tensor logits(const at::Tensor &rows) override { return head_->forward(rows).logits; }

    torch::nn::Module &module() override { return *head_; }

    std::int64_t classes() const override { return head_->classes(); }

    void set_training(bool on) override { head_->train(on); }

private:
    std::shared_ptr<nn::Head> head_;
};

/** \brief A network with its own classifier on clips [N, 3, T, H, W]; parts of it may be frozen */
class BackboneClassifier final : public Classifier
{
public:
    /**
     * \param trained modules that are trained, by name; empty: all. The others keep their weights
     * and their batch statistics to the bit
     * \throw Error Settings when the network has no module of such a name
     */
    BackboneClassifier(std::shared_ptr<nn::Backbone> backbone, std::int64_t classes,
                       std::vector<std::string> trained);

    at::Tensor logits(const at::Tensor &clips) override;

    torch::nn::Module &module() override { return *backbone_; }

    std::int64_t classes() const override { return classes_; }

    void set_training(bool on) override;

private:
    bool is_trained(const std::string &module) const;

    std::shared_ptr<nn::Backbone> backbone_;
    std::int64_t classes_;
    std::vector<std::string> trained_;
};

/** \brief Modules of a pretrained network that fine-tuning trains: Ballan 2021, 4.2; empty: all */
std::vector<std::string> fine_tuned_modules(const std::string &architecture);

/**
 * \brief The head, one of nn::head_names(), that judges rows as the network's own classifier does;
 * empty: its rows are not what that classifier reads
 */
std::string own_head(const std::string &architecture);

/** \brief Parameters that training changes */
std::int64_t trainable_count(const torch::nn::Module &module);

} // namespace fovea
