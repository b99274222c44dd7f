// SPDX-License-Identifier: MIT
#include "fovea/train/loop/optimiser.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <type_traits>

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include "fovea/core/array.h"
#include "fovea/core/errors.h"
#include "fovea/nn/attention.h"
#include "fovea/train/loop/checkpoint.h"

namespace fovea {

namespace {

using torch::optim::AdamParamState;
using torch::optim::AdamWParamState;
using torch::optim::Optimizer;
using torch::optim::SGDParamState;

using NamedParameters = std::vector<std::pair<std::string, at::Tensor>>;

/** \brief Parameters that are trained alike: factor of the rate, and whether weight decay is theirs */
using Groups = std::map<std::pair<double, bool>, std::vector<at::Tensor>>;

/** \param one a vector that is a weight, or stands beside one: of a norm */
bool is_of_norm(const std::pair<std::string, at::Tensor> &one, const NamedParameters &all)
{
    const std::string weight = one.first.substr(0, one.first.rfind('.') + 1) + "weight";
    return std::any_of(all.begin(), all.end(), [&](const auto &other) {
        return other.first == weight && other.second.dim() == 1;
    });
}

bool is_in(const std::string &parameter, const std::string &part)
{
    return !part.empty() && parameter.compare(0, part.size() + 1, part + ".") == 0;
}

/** \brief Names of the modules that attend inside a network */
std::vector<std::string> attention_in(const torch::nn::Module &module)
{
    std::vector<std::string> names;
    for (const auto &entry : module.named_modules("", /*include_self=*/false)) {
        if (dynamic_cast<const nn::Attention *>(entry.value().get()) != nullptr)
            names.push_back(entry.key());
    }
    return names;
}

Groups grouped(const NamedParameters &parameters, const Recipe &recipe,
               const std::string &last_layer, const std::vector<std::string> &attention)
{
    Groups groups;
    for (const auto &one : parameters) {
        const bool is_vector = one.second.dim() <= 1;
        double factor = is_vector && !is_of_norm(one, parameters) ? recipe.bias_factor : 1;
        if (is_in(one.first, last_layer))
            factor *= recipe.classifier_factor;
        if (std::any_of(attention.begin(), attention.end(),
                        [&](const std::string &part) { return is_in(one.first, part); }))
            factor *= recipe.attention_factor;
        groups[{factor, recipe.decays_all || !is_vector}].push_back(one.second);
    }
    return groups;
}

template <typename Kind, typename Options>
std::unique_ptr<Optimizer> made_of(const Groups &groups, Options options, const Recipe &recipe)
{
    std::vector<torch::optim::OptimizerParamGroup> all;
    for (const auto &[alike, parameters] : groups) {
        options.weight_decay(alike.second ? recipe.weight_decay : 0);
        all.emplace_back(parameters, std::make_unique<Options>(options));
    }
    return std::make_unique<Kind>(std::move(all), options);
}

std::unique_ptr<Optimizer> make(const Groups &groups, const Recipe &recipe)
{
    const double rate = recipe.learning_rate;
    switch (recipe.optimiser) {
    case OptimiserKind::AdamW:
        return made_of<torch::optim::AdamW>(
            groups, torch::optim::AdamWOptions(rate).eps(recipe.epsilon), recipe);
    case OptimiserKind::Sgd:
        return made_of<torch::optim::SGD>(
            groups,
            torch::optim::SGDOptions(rate).momentum(recipe.momentum).dampening(recipe.dampening),
            recipe);
    case OptimiserKind::Adam:
        break;
    }
    return made_of<torch::optim::Adam>(groups, torch::optim::AdamOptions(rate).eps(recipe.epsilon),
                                       recipe);
}

using StateKey = std::decay_t<decltype(std::declval<Optimizer &>().state())>::key_type;

/* LibTorch keeps the state of a parameter under the address of its tensor, until 2.0 as a text. */
template <typename Key = StateKey>
Key key_of(const at::Tensor &parameter)
{
    if constexpr (std::is_pointer_v<Key>) {
        return parameter.unsafeGetTensorImpl();
    } else {
        std::ostringstream text;
        text << parameter.unsafeGetTensorImpl();
        return text.str();
    }
}

template <typename State>
void save_moments(const State &state, const std::string &name, Weights *all)
{
    all->emplace("step." + name, at::scalar_tensor(state.step(), at::kLong));
    all->emplace("mean." + name, state.exp_avg().clone());
    all->emplace("square." + name, state.exp_avg_sq().clone());
}

/** \brief What a checkpoint has of an optimiser */
struct KeptState {
    const Weights &all;
    const std::filesystem::path &file; ///< for errors

    Error unfit(const std::string &what) const { return unfit_checkpoint(file, what + start_anew); }

    const at::Tensor &entry(const std::string &name, at::IntArrayRef shape) const
    {
        const auto found = all.find(name);
        if (found == all.end())
            throw unfit("lacks the optimiser's '" + name + "'");
        if (found->second.sizes() != shape)
            throw unfit("has the optimiser's '" + name + "' of " +
                        sizes_text(found->second.sizes()) + ", expected " + sizes_text(shape));
        return found->second;
    }
};

at::Tensor copy_on(at::Device device, const at::Tensor &value)
{
    return value.to(device, value.scalar_type(), /*non_blocking=*/false, /*copy=*/true);
}

template <typename State>
std::unique_ptr<State> moments(const KeptState &kept, const std::string &name,
                               const at::Tensor &parameter)
{
    const at::Device device = parameter.device();
    auto state = std::make_unique<State>();
    state->step(kept.entry("step." + name, {}).template item<std::int64_t>());
    state->exp_avg(copy_on(device, kept.entry("mean." + name, parameter.sizes())));
    state->exp_avg_sq(copy_on(device, kept.entry("square." + name, parameter.sizes())));
    return state;
}

std::vector<at::Tensor> tensors_of(const NamedParameters &named)
{
    std::vector<at::Tensor> tensors;
    for (const auto &parameter : named)
        tensors.push_back(parameter.second);
    return tensors;
}

} // namespace

Optimiser::Optimiser(torch::nn::Module &module, const Recipe &recipe, const std::string &last_layer)
    : kind_(recipe.optimiser),
      keeps_state_(recipe.optimiser != OptimiserKind::Sgd || recipe.momentum != 0)
{
    for (const auto &parameter : module.named_parameters()) {
        if (parameter.value().requires_grad())
            parameters_.emplace_back(parameter.key(), parameter.value());
    }
    const Groups groups = grouped(parameters_, recipe, last_layer, attention_in(module));
    for (const auto &group : groups)
        factors_.push_back(group.first.first);
    optimiser_ = make(groups, recipe);
    set_learning_rate(recipe.learning_rate);
}

Optimiser::~Optimiser() = default;

void Optimiser::set_learning_rate(double rate)
{
    auto factor = factors_.begin();
    for (auto &group : optimiser_->param_groups())
        group.options().set_lr(rate * *factor++);
}

void Optimiser::zero_grad()
{
    optimiser_->zero_grad();
}

void Optimiser::step()
{
    optimiser_->step();
}

void Optimiser::add_up_gradients(const Processes &processes)
{
    if (!processes.are_several())
        return;
    const at::NoGradGuard no_grad;
    std::vector<at::Tensor>
        gradients; // of the same parameters everywhere: all made the same passes
    std::vector<at::Tensor> flat;
    for (const auto &parameter : parameters_) {
        if (parameter.second.grad().defined()) {
            gradients.push_back(parameter.second.grad());
            flat.push_back(gradients.back().flatten());
        }
    }
    at::Tensor sums = at::cat(flat);
    processes.add_up(sums);
    std::int64_t place = 0;
    for (at::Tensor &gradient : gradients) {
        gradient.copy_(sums.narrow(0, place, gradient.numel()).view(gradient.sizes()));
        place += gradient.numel();
    }
}

void Optimiser::clip(double limit)
{
    if (limit > 0)
        torch::nn::utils::clip_grad_norm_(tensors_of(parameters_), limit);
}

Weights Optimiser::state() const
{
    Weights all;
    for (const auto &[name, parameter] : parameters_) {
        const auto found = optimiser_->state().find(key_of(parameter));
        if (found == optimiser_->state().end())
            continue; // no step yet, or no gradient ever
        if (kind_ == OptimiserKind::Adam)
            save_moments(static_cast<const AdamParamState &>(*found->second), name, &all);
        else if (kind_ == OptimiserKind::AdamW)
            save_moments(static_cast<const AdamWParamState &>(*found->second), name, &all);
        else if (const auto &sgd = static_cast<const SGDParamState &>(*found->second);
                 sgd.momentum_buffer().defined())
            all.emplace("mean." + name, sgd.momentum_buffer().clone());
    }
    return all;
}

void Optimiser::restore(const Weights &state, const std::filesystem::path &file)
{
    const KeptState kept{state, file};
    if (state.empty() && keeps_state_)
        throw kept.unfit("lacks the optimiser's state");
    for (const auto &[name, parameter] : parameters_) {
        if (state.count("mean." + name) + state.count("step." + name) == 0)
            continue; // it had no gradient ever
        auto &slot = optimiser_->state()[key_of(parameter)];
        if (kind_ == OptimiserKind::Adam) {
            slot = moments<AdamParamState>(kept, name, parameter);
        } else if (kind_ == OptimiserKind::AdamW) {
            slot = moments<AdamWParamState>(kept, name, parameter);
        } else {
            auto sgd = std::make_unique<SGDParamState>();
            sgd->momentum_buffer(
                copy_on(parameter.device(), kept.entry("mean." + name, parameter.sizes())));
            slot = std::move(sgd);
        }
    }
}

} // namespace fovea
