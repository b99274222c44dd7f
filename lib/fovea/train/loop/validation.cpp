// SPDX-License-Identifier: MIT
#include "fovea/train/loop/validation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <ATen/core/grad_mode.h>

#include "fovea/core/background_task.h"
#include "fovea/eval/metrics.h"

namespace fovea {

namespace {

constexpr std::int64_t views_at_once = 16; // bounds the memory of the layers in between
constexpr float least_score = 1e-12F;      // its logarithm is a number

/** \brief The scores of a sample's views, as they come */
class PooledViews
{
public:
    PooledViews(const Recipe &recipe, std::int64_t classes, bool many_labels)
        : many_labels_(many_labels),
          of_logits_(recipe.pools_logits),
          pooling_(recipe.pooling),
          sum_(at::zeros({classes})),
          greatest_(at::full({classes}, -std::numeric_limits<float>::infinity()))
    {
        if (pooling_ == Pooling::Card)
            pooling_ = many_labels ? Pooling::Max : Pooling::Mean;
    }

    /** \param logits [views, classes] */
    void add(const at::Tensor &logits)
    {
        const at::Tensor values = of_logits_ ? logits : scores_of(logits);
        sum_ += values.sum(0);
        greatest_ = at::maximum(greatest_, values.amax(0));
        count_ += logits.size(0);
    }

    at::Tensor scores() const
    {
        const at::Tensor mean = sum_ / static_cast<double>(count_);
        const at::Tensor pooled = pooling_ == Pooling::Mean  ? mean
                                  : pooling_ == Pooling::Max ? greatest_
                                                             : (mean + greatest_) / 2;
        return of_logits_ ? scores_of(pooled.unsqueeze(0)).squeeze(0) : pooled;
    }

private:
    at::Tensor scores_of(const at::Tensor &logits) const
    {
        return many_labels_ ? logits.sigmoid() : logits.softmax(/*dim=*/1);
    }

    bool many_labels_;
    bool of_logits_;
    Pooling pooling_;
    at::Tensor sum_;
    at::Tensor greatest_;
    std::int64_t count_ = 0;
};

std::vector<int> present(const at::Tensor &labels)
{
    const at::Tensor any = labels.amax(1);
    std::vector<int> classes;
    for (std::int64_t i = 0; i < any.size(0); ++i) {
        if (any[i].item<float>() > 0)
            classes.push_back(static_cast<int>(i));
    }
    return classes;
}

double loss_of(const ScoredSample &sample)
{
    double sum = 0;
    for (std::size_t i = 0; i < sample.scores.size(); ++i) {
        const bool has = sample.is(static_cast<std::int64_t>(i));
        if (has)
            sum -= std::log(std::max(sample.scores[i], least_score));
        else if (sample.target < 0)
            sum -= std::log(std::max(1 - sample.scores[i], least_score));
    }
    return sample.target < 0 ? sum / static_cast<double>(sample.scores.size()) : sum;
}

double share_of_hits(const std::vector<ScoredSample> &samples)
{
    const auto hits = std::count_if(samples.begin(), samples.end(), [](const ScoredSample &one) {
        return std::max_element(one.scores.begin(), one.scores.end()) - one.scores.begin() ==
               one.target;
    });
    return static_cast<double>(hits) / static_cast<double>(samples.size());
}

double mean_precision(const std::vector<ScoredSample> &samples)
{
    std::vector<Prediction> predictions;
    for (const ScoredSample &one : samples)
        predictions.push_back({"", "", -1, one.scores, -1, one.targets});
    return mean_average_precision(predictions, static_cast<int>(samples[0].scores.size()));
}

} // namespace

bool ScoredSample::is(std::int64_t label) const
{
    return target >= 0 ? target == label : std::count(targets.begin(), targets.end(), label) > 0;
}

namespace {

/** \brief The parts of samples in order, each loaded while the one before is at work */
class PartLoader
{
public:
    PartLoader(const SampleSource &source, std::int64_t epoch, std::vector<std::size_t> order)
        : source_(source), epoch_(epoch), order_(std::move(order))
    {
        start(0, 0);
    }

    const std::vector<std::size_t> &order() const { return order_; }

    bool has_next() const { return sample_ < order_.size(); }

    SampleSource::Part next()
    {
        SampleSource::Part part = next_->get();
        start(part.is_last ? sample_ + 1 : sample_, part.is_last ? 0 : place_ + 1);
        return part;
    }

private:
    void start(std::size_t sample, std::size_t place)
    {
        sample_ = sample;
        place_ = place;
        if (has_next())
            next_.emplace("fovea-validate",
                          [this] { return source_.part(order_[sample_], epoch_, place_); });
    }

    const SampleSource &source_;
    std::int64_t epoch_;
    std::vector<std::size_t> order_;
    std::size_t sample_ = 0;
    std::size_t place_ = 0;
    std::optional<BackgroundTask<SampleSource::Part>> next_; ///< last: it reads the others
};

/** \brief Every count-th sample: they take about as long in all processes */
std::vector<std::size_t> own_share(const std::vector<std::size_t> &order,
                                   const Processes &processes)
{
    std::vector<std::size_t> own;
    for (auto i = static_cast<std::size_t>(processes.rank()); i < order.size();
         i += static_cast<std::size_t>(processes.count()))
        own.push_back(order[i]);
    return own;
}

/**
 * \brief The samples of all processes, to the bit: each fills in the rows of its own, the rest is 0
 *
 * A row [1 + 2 classes] is the target, the scores and which labels there are.
 */
std::vector<ScoredSample> of_all(const std::vector<ScoredSample> &own,
                                 const std::vector<std::size_t> &order, std::int64_t classes,
                                 const Processes &processes)
{
    at::Tensor rows =
        at::zeros({static_cast<std::int64_t>(order.size()), 1 + 2 * classes}, at::kDouble);
    auto values = rows.accessor<double, 2>();
    for (std::size_t i = 0; i < own.size(); ++i) {
        const auto row = static_cast<std::int64_t>(i) * processes.count() + processes.rank();
        values[row][0] = static_cast<double>(own[i].target);
        for (std::int64_t c = 0; c < classes; ++c)
            values[row][1 + c] = own[i].scores[static_cast<std::size_t>(c)];
        for (const int label : own[i].targets)
            values[row][1 + classes + label] = 1;
    }
    processes.add_up(rows);
    std::vector<ScoredSample> all(order.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto row = values[static_cast<std::int64_t>(i)];
        all[i].index = order[i];
        all[i].target = static_cast<std::int64_t>(row[0]);
        for (std::int64_t c = 0; c < classes; ++c) {
            all[i].scores.push_back(static_cast<float>(row[1 + c]));
            if (row[1 + classes + c] > 0)
                all[i].targets.push_back(static_cast<int>(c));
        }
    }
    return all;
}

} // namespace

std::vector<ScoredSample> score_samples(Classifier &classifier, const SampleSource &source,
                                        std::int64_t epoch, const Recipe &recipe,
                                        const std::function<bool()> &stop,
                                        const Processes &processes)
{
    const std::vector<std::size_t> order = source.order(epoch);
    const at::NoGradGuard no_grad;
    classifier.set_training(false);
    const at::Device device = classifier.device();
    PartLoader loader(source, epoch, own_share(order, processes));
    std::vector<ScoredSample> result;
    std::optional<PooledViews> views;
    while (loader.has_next() && (!stop || !stop())) {
        const SampleSource::Part part = loader.next();
        const bool many = part.sample.labels.defined();
        if (!views)
            views.emplace(recipe, classifier.classes(), many);
        for (const at::Tensor &some : part.sample.input.split(views_at_once))
            views->add(classifier.logits(some.to(device)).cpu());
        if (!part.is_last)
            continue;
        ScoredSample sample;
        sample.index = loader.order()[result.size()];
        sample.target = many ? -1 : part.sample.target;
        if (many)
            sample.targets = present(part.sample.labels);
        const at::Tensor scores = views->scores();
        sample.scores.assign(scores.data_ptr<float>(), scores.data_ptr<float>() + scores.numel());
        result.push_back(std::move(sample));
        views.reset();
    }
    if (!processes.are_several() || processes.any(stop && stop()))
        return result;
    return of_all(result, order, classifier.classes(), processes);
}

ValidationFigures figures_of(const std::vector<ScoredSample> &samples)
{
    ValidationFigures figures;
    if (samples.empty())
        return figures;
    for (const ScoredSample &one : samples)
        figures.loss += loss_of(one) / static_cast<double>(samples.size());
    figures.accuracy = samples[0].target < 0 ? mean_precision(samples) : share_of_hits(samples);
    return figures;
}

} // namespace fovea
