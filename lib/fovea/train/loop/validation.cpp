// SPDX-License-Identifier: MIT
#include "fovea/train/loop/validation.h"

#include <algorithm>
#include <cmath>

#include "fovea/eval/metrics.h"
#include "fovea/train/data/batch_loader.h"

namespace fovea {

namespace {

constexpr std::int64_t views_at_once = 16; // bounds the memory of the layers in between
constexpr float least_score = 1e-12F;      // its logarithm is a number

/** \brief Scores of all views [views, ...] of a sample, joined \return [classes] */
at::Tensor joint_scores(Classifier &classifier, const at::Tensor &views, bool many_labels)
{
    at::Tensor joint = at::zeros({classifier.classes()});
    for (const at::Tensor &some : views.split(views_at_once)) {
        const at::Tensor logits = classifier.logits(some).cpu();
        if (many_labels)
            joint = at::maximum(joint, logits.sigmoid().amax(0));
        else
            joint += logits.softmax(/*dim=*/1).sum(0);
    }
    return many_labels ? joint : joint / static_cast<double>(views.size(0));
}

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

std::vector<ScoredSample> score_samples(Classifier &classifier, const SampleSource &source,
                                        std::int64_t epoch, int ahead,
                                        const std::function<bool()> &stop)
{
    const at::NoGradGuard no_grad;
    classifier.set_training(false);
    const std::vector<std::size_t> order = source.order(epoch);
    BatchLoader loader(source, /*batch_size=*/1, ahead);
    loader.begin(epoch);

    std::vector<ScoredSample> result;
    while (!stop || !stop()) {
        const auto batch = loader.next();
        if (!batch)
            break;
        const at::Tensor &labels = batch->labels[0];
        const at::Tensor scores =
            joint_scores(classifier, batch->inputs[0].squeeze(0), labels.defined());
        ScoredSample sample;
        sample.index = order[result.size()];
        sample.target = labels.defined() ? -1 : batch->targets[0].item<std::int64_t>();
        if (labels.defined())
            sample.targets = present(labels[0]);
        sample.scores.assign(scores.data_ptr<float>(), scores.data_ptr<float>() + scores.numel());
        result.push_back(std::move(sample));
    }
    return result;
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
