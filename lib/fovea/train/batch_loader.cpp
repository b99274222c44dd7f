#include "fovea/train/batch_loader.h"

#include <algorithm>

namespace fovea {

namespace {

Batch make_batch(const SampleSource &source, const std::vector<std::size_t> &indices,
                 std::int64_t epoch)
{
    const at::NoGradGuard no_grad;
    std::vector<std::vector<at::Tensor>> stacks;
    std::vector<std::vector<std::int64_t>> targets;
    for (const std::size_t index : indices) {
        const Sample sample = source.sample(index, epoch);
        std::size_t stack = 0;
        while (stack < stacks.size() && stacks[stack][0].sizes() != sample.input.sizes())
            ++stack;
        if (stack == stacks.size()) {
            stacks.emplace_back();
            targets.emplace_back();
        }
        stacks[stack].push_back(sample.input);
        targets[stack].push_back(sample.target);
    }

    Batch batch;
    for (std::size_t i = 0; i < stacks.size(); ++i) {
        batch.inputs.push_back(at::stack(stacks[i]));
        batch.targets.push_back(at::tensor(targets[i], at::kLong));
    }
    return batch;
}

} // namespace

std::int64_t Batch::size() const
{
    std::int64_t count = 0;
    for (const at::Tensor &stack : targets)
        count += stack.size(0);
    return count;
}

BatchLoader::BatchLoader(const SampleSource &source, int batch_size, int ahead)
    : source_(source),
      batch_size_(static_cast<std::size_t>(batch_size)),
      ahead_(static_cast<std::size_t>(std::max(ahead, 1)))
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
    return static_cast<std::int64_t>((order_.size() + batch_size_ - 1) / batch_size_);
}

void BatchLoader::start_one()
{
    const auto from = order_.begin() + static_cast<std::ptrdiff_t>(started_);
    const std::size_t count = std::min(batch_size_, order_.size() - started_);
    std::vector<std::size_t> indices(from, from + static_cast<std::ptrdiff_t>(count));
    started_ += count;
    under_way_.push_back(
        std::async(std::launch::async, [this, indices = std::move(indices), epoch = epoch_] {
            return make_batch(source_, indices, epoch);
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
