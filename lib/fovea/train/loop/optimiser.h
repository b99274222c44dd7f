// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fovea/bundle/weights.h"
#include "fovea/train/loop/processes.h"
#include "fovea/train/loop/recipe.h"

namespace torch::optim {
class Optimizer;
}

namespace fovea {

/** \brief LibTorch's optimiser over the trainable parameters, with a state that can be kept */
class Optimiser
{
public:
    /** \param last_layer name of the module's classifier, for Recipe::classifier_factor; empty: none */
    Optimiser(torch::nn::Module &module, const Recipe &recipe, const std::string &last_layer = {});
    ~Optimiser();
    Optimiser(const Optimiser &) = delete;
    Optimiser &operator=(const Optimiser &) = delete;

    void set_learning_rate(double rate);
    void zero_grad();
    void step();

    /** \brief Those of all processes, in one message. \throw as Processes::add_up() */
    void add_up_gradients(const Processes &processes);

    /** \brief Scales the gradients so that their common norm is at most \a limit; 0: no limit */
    void clip(double limit);

    /** \brief Moments and counts of steps, by parameter name */
    Weights state() const;

    /**
     * \brief To where the parameters are
     * \param file where it was kept, for errors \throw Error Settings when what a parameter had is missing, or has another shape
     */
    void restore(const Weights &state, const std::filesystem::path &file);

private:
    std::vector<std::pair<std::string, at::Tensor>> parameters_;
    std::vector<double> factors_; ///< of the rate, by LibTorch's group
    OptimiserKind kind_;
    bool keeps_state_; ///< from step to step
    std::unique_ptr<torch::optim::Optimizer> optimiser_;
};

} // namespace fovea
