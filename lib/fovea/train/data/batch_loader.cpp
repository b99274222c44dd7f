// SPDX-License-Identifier: MIT
#include "fovea/train/data/batch_loader.h"

#include <algorithm>

#include <ATen/core/grad_mode.h>

namespace fovea {

namespace {

Batch make_batch(const SampleSource &source, const std::vector<std::size_t> &indices,
                 std::int64_t epoch)
{
    const at::NoGradGuard no_grad;
    std::vector<std::vector<Sample>> stacks;
    for (const std::size_t index : indices) {
        Sample sample = source.sample(index, epoch);
        const auto alike = [&](const std::vector<Sample> &stack) {
            return stack[0].input.sizes() == sample.input.sizes();
        };
        auto stack = std::find_if(stacks.begin(), stacks.end(), alike);
        if (stack == stacks.end())
            stack = stacks.emplace(stacks.end());
        stack->push_back(std::move(sample));
    }

    Batch batch;
    for (const std::vector<Sample> &stack : stacks) {
        std::vector<at::Tensor> inputs;
        std::vector<std::int64_t> targets;
        std::vector<at::Tensor> labels;
        std::vector<at::Tensor> videos;
        std::vector<float> overlaps;
        for (const Sample &sample : stack) {
            inputs.push_back(sample.input);
            targets.push_back(sample.target);
            overlaps.push_back(sample.overlap);
            if (sample.labels.defined())
                labels.push_back(sample.labels);
            if (sample.video_labels.defined())
                videos.push_back(sample.video_labels);
        }
        batch.inputs.push_back(at::stack(inputs));
        batch.targets.push_back(at::tensor(targets, at::kLong));
        batch.labels.push_back(labels.empty() ? at::Tensor() : at::stack(labels));
        batch.video_labels.push_back(videos.empty() ? at::Tensor() : at::stack(videos));
        batch.overlaps.push_back(at::tensor(overlaps));
    }
    return batch;
}

} // namespace

namespace {

/** \brief Another of each tensor that is there */
template <typename Change>
Batch changed(Batch batch, const Change &change)
{
    for (auto *tensors :
         {&batch.inputs, &batch.targets, &batch.labels, &batch.video_labels, &batch.overlaps}) {
        for (at::Tensor &tensor : *tensors) {
            if (tensor.defined())
                tensor = change(tensor);
        }
    }
    return batch;
}

} // namespace

Batch Batch::to(at::Device device) const
{
    return changed(*this, [device](const at::Tensor &tensor) {
        return tensor.to(device, tensor.scalar_type(), /*non_blocking=*/true);
    });
}

std::int64_t Batch::size() const
{
    std::int64_t count = 0;
    for (const at::Tensor &stack : targets)
        count += stack.size(0);
    return count;
}

BatchLoader::BatchLoader(const SampleSource &source, int batch_size, int ahead, bool pinned)
    : source_(source),
      batch_size_(static_cast<std::size_t>(batch_size)),
      ahead_(static_cast<std::size_t>(std::max(ahead, 1))),
      pinned_(pinned)
{
}

void BatchLoader::begin(std::int64_t epoch)
{
    under_way_.clear();
    epoch_ = epoch;
    order_ = source_.order(epoch);
    started_ = 0;
}

std::int64_t BatchLoader::batches() const
{
    const std::size_t full = order_.size() / batch_size_;
    const std::size_t left = order_.size() % batch_size_;
    const bool joins = left == 1 && full > 0;
    return static_cast<std::int64_t>(left > 0 && !joins ? full + 1 : full);
}

std::size_t BatchLoader::next_size() const
{
    const std::size_t left = order_.size() - started_;
    const bool would_leave_one = batch_size_ > 1 && left == batch_size_ + 1;
    return would_leave_one ? left : std::min(batch_size_, left);
}

void BatchLoader::start_one()
{
    const auto from = order_.begin() + static_cast<std::ptrdiff_t>(started_);
    const std::size_t count = next_size();
    std::vector<std::size_t> indices(from, from + static_cast<std::ptrdiff_t>(count));
    started_ += count;
    under_way_.push_back(
        std::async(std::launch::async, [this, indices = std::move(indices), epoch = epoch_] {
            Batch batch = make_batch(source_, indices, epoch);
            return pinned_ ? changed(std::move(batch),
                                     [](const at::Tensor &one) { return one.pin_memory(); })
                           : batch;
        }));
}

std::optional<Batch> BatchLoader::next()
{
    while (under_way_.size() <= ahead_ && started_ < order_.size())
        start_one();
    if (under_way_.empty())
        return std::nullopt;
    Batch batch = under_way_.front().get();
    under_way_.pop_front();
    return batch;
}

} // namespace fovea
