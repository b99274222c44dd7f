// SPDX-License-Identifier: MIT
#include "fovea/nn/heads.h"

#include <cmath>

#include <torch/nn/modules/linear.h>

#include "fovea/core/names.h"
#include "fovea/nn/attention_lstm_head.h"
#include "fovea/nn/lstm_head.h"
#include "fovea/nn/persons_head.h"
#include "fovea/nn/unit3d.h"

namespace fovea::nn {

namespace {

using torch::nn::Linear;

constexpr std::int64_t region_dim = 1; // of X [N, R, T', C]
constexpr std::int64_t time_dim = 2;

/** \brief Weighted mean of \a parts [N, K, C] with weights sigmoid(fc(part)) / their sum, [N, K] */
struct Attended {
    at::Tensor mean;
    at::Tensor weights;
};

Attended attend(Linear &fc, const at::Tensor &parts)
{
    const at::Tensor raw = fc->forward(parts).sigmoid();           // [N, K, 1]
    const at::Tensor weights = raw / raw.sum(1, /*keepdim=*/true); // as RAN's code; no softmax
    return {(weights * parts).sum(1), weights.squeeze(2)};
}

class RegionMean final : public Head
{
public:
    RegionMean(std::int64_t channels, std::int64_t classes)
        : Head(channels, classes), fc_(register_module("fc", Linear(channels, classes)))
    {
    }

    HeadOutput forward(const at::Tensor &rows) override
    {
        return {fc_->forward(rows.mean({region_dim, time_dim})), {}, {}};
    }

private:
    Linear fc_;
};

class RegionAttention final : public Head
{
public:
    RegionAttention(std::int64_t channels, std::int64_t classes)
        : Head(channels, classes),
          attention_(register_module("region_attention", Linear(channels, 1))),
          fc_(register_module("fc", Linear(channels, classes)))
    {
    }

    HeadOutput forward(const at::Tensor &rows) override
    {
        const Attended regions = attend(attention_, rows.mean(time_dim));
        return {fc_->forward(regions.mean), regions.weights, {}};
    }

private:
    Linear attention_;
    Linear fc_;
};

class TimeAttention final : public Head
{
public:
    TimeAttention(std::int64_t channels, std::int64_t classes)
        : Head(channels, classes),
          attention_(register_module("time_attention", Linear(channels, 1))),
          fc_(register_module("fc", Linear(channels, classes)))
    {
    }

    HeadOutput forward(const at::Tensor &rows) override
    {
        const Attended times = attend(attention_, rows.mean(region_dim));
        return {fc_->forward(times.mean), {}, times.weights};
    }

private:
    Linear attention_;
    Linear fc_;
};

class TimeRegionAttention final : public Head
{
public:
    TimeRegionAttention(std::int64_t channels, std::int64_t classes)
        : Head(channels, classes),
          region_attention_(register_module("region_attention", Linear(channels, 1))),
          time_attention_(register_module("time_attention", Linear(channels, 1))),
          fc_(register_module("fc", Linear(2 * channels, classes)))
    {
    }

    HeadOutput forward(const at::Tensor &rows) override
    {
        const Attended regions = attend(region_attention_, rows.mean(time_dim));
        const Attended times = attend(time_attention_, rows.mean(region_dim));
        const at::Tensor both = at::cat({regions.mean, times.mean}, /*dim=*/1);
        return {fc_->forward(both), regions.weights, times.weights};
    }

private:
    Linear region_attention_;
    Linear time_attention_;
    Linear fc_;
};

class ScoreMean final : public Head
{
public:
    ScoreMean(std::int64_t channels, std::int64_t classes)
        : Head(channels, classes), fc_(register_module("fc", Linear(channels, classes)))
    {
    }

    HeadOutput forward(const at::Tensor &rows) override
    {
        const at::Tensor by_region = fc_->forward(rows.mean(time_dim)).log_softmax(/*dim=*/2);
        const double regions = static_cast<double>(rows.size(region_dim));
        return {by_region.logsumexp(region_dim) - std::log(regions), {}, {}};
    }

private:
    Linear fc_;
};

/** \brief The classifier that came with the network: named and shaped as its convolution */
class OwnLogits final : public Head
{
public:
    OwnLogits(std::int64_t channels, std::int64_t classes) : Head(channels, classes)
    {
        logits_ = register_module("logits", make_classifier(channels, classes));
    }

    HeadOutput forward(const at::Tensor &rows) override
    {
        const at::Tensor mean = rows.mean({region_dim, time_dim});
        const at::Tensor as_map = mean.unsqueeze(2).unsqueeze(3).unsqueeze(4);
        return {logits_->forward(as_map).flatten(1), {}, {}};
    }

private:
    std::shared_ptr<Unit3d> logits_;
};

/** \brief make_head() but for the name */
struct HeadShape {
    std::int64_t channels;
    std::int64_t classes;
    std::int64_t attended;
    bool many_labels;
    std::int64_t attended_frames;
};

using Maker = std::shared_ptr<Head> (*)(const HeadShape &shape);

template <typename Kind>
std::shared_ptr<Head> make(const HeadShape &shape)
{
    return std::make_shared<Kind>(shape.channels, shape.classes);
}

template <bool last_step_only>
std::shared_ptr<Head> make_attention_lstm(const HeadShape &shape)
{
    return std::make_shared<AttentionLstmHead>(shape.channels, shape.classes, last_step_only,
                                               shape.attended, shape.many_labels,
                                               shape.attended_frames);
}

std::shared_ptr<Head> make_lstm(const HeadShape &shape)
{
    return std::make_shared<LstmHead>(shape.channels, shape.classes, shape.many_labels);
}

std::shared_ptr<Head> make_persons(const HeadShape &shape)
{
    return std::make_shared<PersonsHead>(shape.channels, shape.classes, shape.attended);
}

struct KnownHead {
    const char *name;
    Maker make;
};

constexpr KnownHead heads[] = {
    {"region-mean", make<RegionMean>},
    {"ra", make<RegionAttention>},
    {"ta", make<TimeAttention>},
    {"tra", make<TimeRegionAttention>},
    {"score-mean", make<ScoreMean>},
    {"logits", make<OwnLogits>},
    {"alstm", make_attention_lstm<false>},
    {"alstm-last", make_attention_lstm<true>},
    {"lstm", make_lstm},
    {"persons", make_persons},
};

} // namespace

std::shared_ptr<Head> make_head(const std::string &name, std::int64_t channels,
                                std::int64_t classes, std::int64_t attended, bool many_labels,
                                std::int64_t attended_frames)
{
    return row_named(heads, "head", name)
        .make({channels, classes, attended, many_labels, attended_frames});
}

} // namespace fovea::nn
