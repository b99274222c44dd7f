// SPDX-License-Identifier: MIT
#include "features/attention_gate.h"

#include <utility>

namespace fovea {

namespace {

constexpr double newest_share = 0.25; // of the running weight: some four timesteps count

} // namespace

AttentionGate::AttentionGate(std::unique_ptr<ActivityHead> head, const GateOptions &options)
    : head_(std::move(head)), options_(options)
{
}

std::vector<std::size_t> AttentionGate::open(std::size_t regions)
{
    if (weights_.size() != regions)
        weights_.assign(regions, 1);
    std::vector<std::size_t> due;
    for (std::size_t i = 0; i < regions; ++i) {
        // In turns, so that no timestep has to look at all of them
        const bool its_turn = (timestep_ + i) % static_cast<std::size_t>(options_.interval) == 0;
        if (weights_[i] >= options_.threshold || its_turn)
            due.push_back(i);
    }
    ++timestep_;
    return due;
}

void AttentionGate::reset()
{
    weights_.clear();
    timestep_ = 0;
}

void AttentionGate::learn(const Array &rows)
{
    const std::vector<float> now = head_->run(rows).region_weights;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
        const double weight = static_cast<double>(now[i]) * static_cast<double>(weights_.size());
        weights_[i] += newest_share * (weight - weights_[i]);
    }
}

} // namespace fovea
