// SPDX-License-Identifier: MIT
#include "fovea/train/data/feature_samples.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "fovea/core/errors.h"
#include "fovea/core/random.h"
#include "fovea/eval/random_crops.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/store/tensors/torch_tensor.h"
#include "fovea/train/data/window_starts.h"

namespace fovea {

namespace {

constexpr std::uint64_t window_stream = 2;

} // namespace

/** \brief Rows that were read before, first come first kept, up to a limit */
class FeatureSamples::Memory
{
public:
    explicit Memory(std::size_t limit) : left_(limit) {}

    Rows find(std::size_t index)
    {
        const std::lock_guard lock(mutex_);
        const auto found = rows_.find(index);
        return found == rows_.end() ? Rows() : found->second;
    }

    void add(std::size_t index, const Rows &rows)
    {
        const std::lock_guard lock(mutex_);
        const std::size_t bytes =
            rows.seen.nbytes() + (rows.mirrored.defined() ? rows.mirrored.nbytes() : 0);
        if (bytes <= left_ && rows_.emplace(index, rows).second)
            left_ -= bytes;
    }

private:
    std::mutex mutex_; ///< guards what follows
    std::size_t left_;
    std::map<std::size_t, Rows> rows_;
};

FeatureSamples::FeatureSamples(std::vector<FeatureClip> clips, const FeatureSamplesOptions &options)
    : clips_(std::move(clips)), options_(options), memory_(std::make_unique<Memory>(options.memory))
{
    if (clips_.empty())
        throw Error(Error::Kind::Settings, "training: there is no feature file");
    if (options_.like.empty())
        options_.like = clips_[0].file;
    const FeatureFile first = read_feature_file(options_.like);
    regions_ = first.features.shape[0];
    for (const std::size_t region : options_.regions) {
        if (region >= first.boxes.size())
            throw Error(Error::Kind::Settings, "feature file '" + options_.like.string() +
                                                   "': has " + std::to_string(regions_) +
                                                   " regions, region " + std::to_string(region) +
                                                   " is asked for");
    }
    channels_ = first.features.shape[2];
    networks_ = networks_in_words(first);
}

FeatureSamples::~FeatureSamples() = default;

std::vector<std::size_t> FeatureSamples::order(std::int64_t epoch) const
{
    std::vector<double> weights;
    for (const FeatureClip &clip : clips_)
        weights.push_back(clip.listed.weight);
    return options_.training ? drawn_by_weight(weights, options_.seed, epoch)
                             : in_order(clips_.size());
}

at::Tensor FeatureSamples::chosen(const Array &rows) const
{
    const at::Tensor all = tensor_of(rows);
    if (options_.regions.empty())
        return all;
    return all.index_select(
        0, at::tensor(std::vector<std::int64_t>(options_.regions.begin(), options_.regions.end())));
}

FeatureSamples::Rows FeatureSamples::rows(std::size_t index) const
{
    Rows rows = memory_->find(index);
    if (rows.seen.defined())
        return rows;

    const FeatureFile file = read_feature_file(clips_[index].file);
    const auto &shape = file.features.shape;
    if (shape[0] != regions_ || shape[2] != channels_ || shape[1] < 1)
        throw Error(Error::Kind::Settings,
                    "feature file '" + clips_[index].file.string() + "': expected " +
                        std::to_string(regions_) + " regions of " + std::to_string(channels_) +
                        " features and at least a row, as in '" + options_.like.string() +
                        "', got " + std::to_string(shape[0]) + ", " + std::to_string(shape[2]) +
                        " and " + std::to_string(shape[1]) + "; extract all with one model");
    if (const std::string networks = networks_in_words(file); networks != networks_)
        throw Error(Error::Kind::Settings, "feature file '" + clips_[index].file.string() +
                                               "': expected rows of " + networks_ + ", as in '" +
                                               options_.like.string() + "', got of " + networks +
                                               "; extract all with one model");
    rows.seen = chosen(file.features);
    if (!file.mirrored.values.empty())
        rows.mirrored = chosen(file.mirrored);
    rows.windows = windows_of(clips_[index], file);
    memory_->add(index, rows);
    return rows;
}

std::vector<std::int64_t> FeatureSamples::windows_of(const FeatureClip &clip,
                                                     const FeatureFile &file) const
{
    if (!is_stretch(clip.listed))
        return {};
    const bool at_any_row = options_.training && options_.between_hops;
    const std::int64_t hop = options_.crops > 0 || at_any_row ? 1 : options_.hop;
    auto windows = starts_in_stretch(clip.listed, file, options_.window, hop);
    if (windows.empty() && options_.between_hops)
        windows = starts_in_stretch(clip.listed, file, options_.window, /*hop=*/1);
    if (windows.empty())
        throw Error(Error::Kind::Settings,
                    "feature file '" + clip.file.string() + "': no window of " +
                        std::to_string(options_.window) + " rows lies in the stretch of '" +
                        clip.listed.label + "'; take the clip out of the list");
    return windows;
}

Sample FeatureSamples::sample(std::size_t index, std::int64_t epoch) const
{
    const Rows all = rows(index);
    const std::int64_t target = clips_[index].target;
    const std::int64_t count = all.seen.size(1);
    const std::int64_t window = options_.window > 0 ? std::min(options_.window, count) : count;
    if (options_.training) {
        Random random({options_.seed, window_stream, static_cast<std::uint64_t>(epoch),
                       static_cast<std::uint64_t>(index)});
        std::vector<std::int64_t> starts = all.windows;
        if (starts.empty() && options_.whole_clips)
            starts = window_starts(count, window, options_.hop);
        const auto places = static_cast<std::uint64_t>(count - window + 1);
        const std::int64_t start = starts.empty() ? static_cast<std::int64_t>(random.below(places))
                                                  : starts[random.below(starts.size())];
        const bool mirror = all.mirrored.defined() && random.uniform() < 0.5;
        return {(mirror ? all.mirrored : all.seen).narrow(1, start, window), target,
                clips_[index].labels};
    }

    std::vector<std::int64_t> starts = all.windows;
    if (options_.crops > 0 && !starts.empty()) { // in the stretch
        starts = random_starts(static_cast<std::int64_t>(starts.size()), /*window=*/1,
                               options_.crops, options_.seed);
        for (std::int64_t &start : starts)
            start = all.windows[static_cast<std::size_t>(start)];
    } else if (options_.crops > 0) {
        starts = random_starts(count, window, options_.crops, options_.seed);
    } else if (starts.empty()) {
        starts = window_starts(count, window, options_.hop);
    }
    std::vector<at::Tensor> views;
    for (const std::int64_t start : starts) {
        views.push_back(all.seen.narrow(1, start, window));
        if (options_.crops > 0 && all.mirrored.defined())
            views.push_back(all.mirrored.narrow(1, start, window));
    }
    return {at::stack(views), target, clips_[index].labels};
}

void check_files(const FeatureSamples &samples, RunWatcher &watcher)
{
    for (const std::size_t index : samples.order(/*epoch=*/0)) {
        go_on(watcher);
        samples.check(index);
    }
}

} // namespace fovea
