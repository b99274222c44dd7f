// SPDX-License-Identifier: MIT
#include "fovea/train/data/batch_loader.h"

#include <algorithm>

#include <ATen/core/grad_mode.h>

#include "fovea/core/errors.h"

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

namespace {

void check_share(const char *what, std::size_t samples, const SampleShare &share)
{
    if (samples < static_cast<std::size_t>(share.count) && share.count > 1)
        throw Error(Error::Kind::Settings,
                    std::string("training: ") + what + " of " + std::to_string(samples) +
                        " clips cannot be shared by " + std::to_string(share.count) +
                        " processes; expected at least one each");
}

} // namespace

BatchLoader::BatchLoader(const SampleSource &source, int batch_size, int ahead, bool pinned,
                         const SampleShare &share)
    : source_(source),
      batch_size_(static_cast<std::size_t>(batch_size)),
      ahead_(static_cast<std::size_t>(std::max(ahead, 1))),
      pinned_(pinned),
      share_(share)
{
    check_share("a batch", batch_size_, share_);
}

void BatchLoader::begin(std::int64_t epoch)
{
    under_way_.clear();
    epoch_ = epoch;
    order_ = source_.order(epoch);
    started_ = 0;
    check_share("an epoch", order_.size(), share_);
}

std::int64_t BatchLoader::batches() const
{
    const std::size_t full = order_.size() / batch_size_;
    const std::size_t left = order_.size() % batch_size_;
    const bool joins = left < least_size() && full > 0;
    return static_cast<std::int64_t>(left > 0 && !joins ? full + 1 : full);
}

/** \brief What batches have in every case, but for batches of one sample and an epoch of one */
std::size_t BatchLoader::least_size() const
{
    return std::min(batch_size_, static_cast<std::size_t>(std::max(2, share_.count)));
}

std::size_t BatchLoader::next_size() const
{
    const std::size_t left = order_.size() - started_;
    const bool would_leave_few = left > batch_size_ && left < batch_size_ + least_size();
    return would_leave_few ? left : std::min(batch_size_, left);
}

void BatchLoader::start_one()
{
    const std::size_t count = next_size();
    const auto place_of = [&](int share) {
        return count * static_cast<std::size_t>(share) / static_cast<std::size_t>(share_.count);
    };
    const std::size_t first = place_of(share_.index);
    const auto from = order_.begin() + static_cast<std::ptrdiff_t>(started_ + first);
    const auto own = static_cast<std::ptrdiff_t>(place_of(share_.index + 1) - first);
    std::vector<std::size_t> indices(from, from + own);
    started_ += count;
    under_way_.emplace_back(
        "fovea-batch", [this, first, count, indices = std::move(indices), epoch = epoch_] {
            Batch batch = make_batch(source_, indices, epoch);
            batch.first = static_cast<std::int64_t>(first);
            batch.of_all = static_cast<std::int64_t>(count);
            return pinned_ ? changed(std::move(batch),
                                     [](const at::Tensor &one) { return one.pin_memory(); })
                           : batch;
        });
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
