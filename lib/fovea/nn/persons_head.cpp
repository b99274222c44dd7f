// SPDX-License-Identifier: MIT
#include "fovea/nn/persons_head.h"

#include <cmath>
#include <limits>

#include <ATen/core/grad_mode.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/dropout.h>

#include "fovea/nn/widened.h"

namespace fovea::nn {

namespace {

// of a PersonSet: features behind the first and the second convolution
constexpr std::int64_t first_features = 32;
constexpr std::int64_t set_features = 64;
constexpr double set_dropout = 0.3;

torch::nn::Sequential over_time(std::int64_t channels)
{
    using torch::nn::Conv1d;
    using torch::nn::Conv1dOptions;
    return torch::nn::Sequential(
        Conv1d(Conv1dOptions(channels, first_features, 5).stride(2).padding(2)), torch::nn::ReLU(),
        Conv1d(Conv1dOptions(first_features, set_features, 3).stride(2).padding(1)),
        torch::nn::ReLU());
}

/** \brief Features of each: \a input [N, T', K, steps, C] \return [N, T', K, set_features] */
at::Tensor features_of_each(torch::nn::Sequential &network, const at::Tensor &input)
{
    const at::Tensor each = input.flatten(0, 2).transpose(1, 2); // [N T' K, C, steps]
    return network->forward(each).amax(2).view(
        {input.size(0), input.size(1), input.size(2), set_features});
}

/** \brief The maximum over all that are there, and none: [N, set_features] */
at::Tensor highest(const at::Tensor &features, const at::Tensor &is_there, const at::Tensor &none)
{
    constexpr float lowest = std::numeric_limits<float>::lowest();
    const at::Tensor there =
        widened(features).masked_fill(is_there.logical_not().unsqueeze(3), lowest);
    return at::maximum(there.flatten(1, 2).amax(1), none);
}

} // namespace

PersonSet::PersonSet(std::int64_t classes)
    : person_(register_module("person", over_time(MotionLayout::of_person))),
      pair_(
          register_module("pair", over_time(2 * MotionLayout::of_person + MotionLayout::of_pair))),
      fc_(register_module(
          "fc", torch::nn::Sequential(
                    torch::nn::Dropout(set_dropout),
                    torch::nn::Linear(2 * set_features + MotionLayout::energies, first_features),
                    torch::nn::ReLU(), torch::nn::Linear(first_features, classes)))),
      nobody_(register_parameter("nobody", at::zeros({set_features}))),
      alone_(register_parameter("alone", at::zeros({set_features})))
{
}

PersonSet::Features PersonSet::features_of(const MotionParts &parts)
{
    return {features_of_each(person_, parts.persons), features_of_each(pair_, pair_inputs(parts))};
}

at::Tensor PersonSet::logits_of(const Features &features, const MotionParts &parts)
{
    return fc_->forward(
        at::cat({highest(features.persons, parts.is_there, nobody_),
                 highest(features.pairs, pair_is_there(parts), alone_), parts.energy.mean(1)},
                /*dim=*/1));
}

at::Tensor PersonSet::forward(const MotionParts &parts)
{
    return logits_of(features_of(parts), parts);
}

at::Tensor PersonSet::person_weights(const MotionParts &parts, const at::Tensor &winner)
{
    const Features features = features_of(parts);
    const auto share = [&](const MotionParts &of) {
        return logits_of(features, of).log_softmax(1).gather(1, winner); // [N, 1]
    };
    const at::Tensor all = share(parts);
    const at::Tensor last_ids = parts.ids.select(1, parts.ids.size(1) - 1);
    std::vector<at::Tensor> falls;
    for (std::int64_t person = 0; person < last_ids.size(1); ++person) {
        MotionParts without = parts;
        const at::Tensor id = last_ids.narrow(1, person, 1).unsqueeze(2);
        without.is_there = parts.is_there.logical_and(parts.ids != id);
        falls.push_back((all - share(without)).clamp_min(0));
    }
    const at::Tensor there = parts.is_there.select(1, parts.is_there.size(1) - 1);
    const at::Tensor weights = at::cat(falls, /*dim=*/1) * there;
    constexpr double least_sum = 1e-6;
    return weights / weights.sum(1, /*keepdim=*/true).clamp_min(least_sum);
}

PersonsHead::PersonsHead(std::int64_t channels, std::int64_t classes, std::int64_t motion)
    : Head(channels, classes),
      layout_(MotionLayout::of_channels(motion)),
      fc_(register_module("fc", torch::nn::Linear(channels - motion, classes))),
      persons_(register_module("persons", std::make_shared<PersonSet>(classes)))
{
}

HeadOutput PersonsHead::forward(const at::Tensor &rows)
{
    const std::int64_t own = channels() - layout_.channels();
    const at::Tensor motion = rows.select(1, 0).narrow(2, own, layout_.channels());
    MotionParts parts = motion_parts(motion, layout_);
    at::Tensor by_region = fc_->forward(rows.narrow(3, 0, own).mean(2)); // [N, R, classes]
    at::Tensor by_persons;                                               // [N, 1, classes]
    if (is_training()) {
        by_persons = persons_->forward(varied(parts, {})).unsqueeze(1);
        const double chance = fc_->weight.requires_grad() ? 0.5 : 1;
        const at::Tensor persons_judge = at::rand({rows.size(0), 1, 1}, rows.options()) < chance;
        by_region = at::where(persons_judge, by_persons, by_region);
    } else {
        by_persons = persons_->forward(parts).unsqueeze(1);
        by_region = by_region + persons_share * by_persons;
    }
    const double regions = static_cast<double>(rows.size(1));
    HeadOutput output;
    output.logits = by_region.log_softmax(2).logsumexp(1) - std::log(regions);
    if (!is_training())
        output.person_weights =
            persons_->person_weights(parts, output.logits.argmax(1, /*keepdim=*/true));
    return output;
}

bool PersonsHead::keep_classifier(const at::Tensor &weight, const at::Tensor &bias)
{
    if (weight.sizes() != fc_->weight.sizes() || bias.sizes() != fc_->bias.sizes())
        return false;
    const at::NoGradGuard no_grad;
    fc_->weight.copy_(weight).requires_grad_(false);
    fc_->bias.copy_(bias).requires_grad_(false);
    return true;
}

} // namespace fovea::nn
