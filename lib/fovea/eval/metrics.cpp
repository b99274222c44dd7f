// SPDX-License-Identifier: MIT
#include "fovea/eval/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr double normal_quantile = 1.959963984540054; // of 97.5 %: an interval of 95 %
constexpr std::size_t top_count = 5;

/** \brief Wilson's interval: centre minus (sign -1) or plus (sign 1) half its width */
double wilson(const Share &share, int sign)
{
    if (share.total == 0)
        return sign < 0 ? 0 : 1;
    const auto n = static_cast<double>(share.total);
    const double p = share.value();
    const double z2 = normal_quantile * normal_quantile;
    const double centre = p + z2 / (2 * n);
    const double half = normal_quantile * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    return std::clamp((centre + sign * half) / (1 + z2 / n), 0.0, 1.0);
}

constexpr double tail = 0.025; // on either side of an interval of 95 %

/** \brief Probability of \a count events or fewer where \a mean are expected */
double poisson_at_most(std::int64_t count, double mean)
{
    if (mean <= 0)
        return 1;
    double sum = 0;
    for (std::int64_t i = 0; i <= count; ++i) {
        const auto n = static_cast<double>(i);
        sum += std::exp(n * std::log(mean) - mean - std::lgamma(n + 1));
    }
    return std::min(1.0, sum);
}

/** \brief The mean at which count events or fewer have that probability: by bisection */
double poisson_mean(std::int64_t count, double probability)
{
    const auto n = static_cast<double>(count);
    double low = 0;
    double high = n + 10 * std::sqrt(n + 1) + 10; // of count 0: e^-20; 10 deviations further up
    constexpr int halvings = 100;
    for (int i = 0; i < halvings; ++i) {
        const double mean = (low + high) / 2;
        (poisson_at_most(count, mean) > probability ? low : high) = mean;
    }
    return (low + high) / 2;
}

void check(const Prediction &prediction, std::size_t classes)
{
    const auto in_range = [&](int label) {
        return label >= 0 && label < static_cast<int>(classes);
    };
    const bool many = prediction.truth < 0;
    const bool fits =
        many ? std::all_of(prediction.truths.begin(), prediction.truths.end(), in_range)
             : in_range(prediction.truth) && in_range(prediction.label());
    if (prediction.scores.size() != classes || !fits)
        throw Error(Error::Kind::Settings,
                    "clip '" + prediction.id + "': expected " + std::to_string(classes) +
                        " scores and a class below that, got " +
                        std::to_string(prediction.scores.size()) + " scores and class " +
                        std::to_string(prediction.truth));
}

/** \brief Whether fewer than five classes come before the true one; of equals the first does, as in label() */
bool in_top(const Prediction &prediction)
{
    const auto truth = prediction.scores.begin() + prediction.truth;
    const auto better =
        std::count_if(prediction.scores.begin(), truth,
                      [&](float other) { return other >= *truth; }) +
        std::count_if(truth, prediction.scores.end(), [&](float other) { return other > *truth; });
    return static_cast<std::size_t>(better) < top_count;
}

void add(Share *share, bool hit)
{
    ++share->total;
    share->hits += hit ? 1 : 0;
}

void take_means(Evaluation *result)
{
    int present = 0;
    for (const ClassFigures &figures : result->classes) {
        if (figures.positives == 0)
            continue;
        ++present;
        result->mean_class_accuracy += figures.recall.value();
        result->mean_average_precision += figures.average_precision;
    }
    if (present > 0) {
        result->mean_class_accuracy /= present;
        result->mean_average_precision /= present;
    }
}

} // namespace

int Prediction::label() const
{
    if (predicted >= 0)
        return predicted;
    return static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

bool Prediction::shows(int label) const
{
    return truth >= 0 ? truth == label : std::count(truths.begin(), truths.end(), label) > 0;
}

double Share::value() const
{
    return total == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(total);
}

double Share::low() const
{
    return wilson(*this, -1);
}

double Share::high() const
{
    return wilson(*this, 1);
}

double Rate::value() const
{
    return hours > 0 ? static_cast<double>(events) / hours : 0;
}

double Rate::low() const
{
    return hours > 0 && events > 0 ? poisson_mean(events - 1, 1 - tail) / hours : 0;
}

double Rate::high() const
{
    return hours > 0 ? poisson_mean(events, tail) / hours : std::numeric_limits<double>::infinity();
}

double average_precision(const std::vector<Prediction> &predictions, int label)
{
    std::vector<const Prediction *> ranked;
    ranked.reserve(predictions.size());
    for (const Prediction &prediction : predictions)
        ranked.push_back(&prediction);
    const auto score = [&](const Prediction *p) {
        return p->scores[static_cast<std::size_t>(label)];
    };
    std::sort(ranked.begin(), ranked.end(),
              [&](const auto *a, const auto *b) { return score(a) > score(b); });

    double sum = 0;
    double hits = 0;
    double of_equals = 0; // hits among clips of the score that is looked at
    for (std::size_t i = 0; i < ranked.size(); ++i) {
        of_equals += ranked[i]->shows(label) ? 1 : 0;
        if (i + 1 < ranked.size() && score(ranked[i + 1]) == score(ranked[i]))
            continue;
        hits += of_equals;
        sum += of_equals * hits / static_cast<double>(i + 1);
        of_equals = 0;
    }
    return hits > 0 ? sum / hits : 0;
}

double mean_average_precision(const std::vector<Prediction> &predictions, int classes)
{
    double sum = 0;
    int present = 0;
    for (int label = 0; label < classes; ++label) {
        const bool shown =
            std::any_of(predictions.begin(), predictions.end(),
                        [&](const Prediction &prediction) { return prediction.shows(label); });
        present += shown ? 1 : 0;
        sum += average_precision(predictions, label);
    }
    return present > 0 ? sum / present : 0;
}

Evaluation evaluate(const std::vector<Prediction> &predictions,
                    const std::vector<std::string> &labels)
{
    Evaluation result;
    result.clips = static_cast<std::int64_t>(predictions.size());
    result.confusion.assign(labels.size(), std::vector<std::int64_t>(labels.size()));
    for (const std::string &label : labels)
        result.classes.push_back({label, {}, {}, 0, 0});
    result.many_labels = !predictions.empty() && predictions[0].truth < 0;

    for (const Prediction &prediction : predictions) {
        check(prediction, labels.size());
        if ((prediction.truth < 0) != result.many_labels)
            throw Error(Error::Kind::Settings,
                        "clip '" + prediction.id +
                            "': expected one class for every clip, or any number for every clip");
        for (std::size_t i = 0; i < labels.size(); ++i)
            result.classes[i].positives += prediction.shows(static_cast<int>(i)) ? 1 : 0;
        if (result.many_labels)
            continue;
        const auto truth = static_cast<std::size_t>(prediction.truth);
        const auto said = static_cast<std::size_t>(prediction.label());
        const bool hit = truth == said;
        ++result.confusion[truth][said];
        add(&result.top1, hit);
        add(&result.top5, in_top(prediction));
        add(&result.classes[truth].recall, hit);
        add(&result.classes[said].precision, hit);
        if (!prediction.group.empty())
            add(&result.groups[prediction.group], hit);
    }
    for (std::size_t i = 0; i < labels.size(); ++i)
        result.classes[i].average_precision = average_precision(predictions, static_cast<int>(i));
    take_means(&result);
    return result;
}

} // namespace fovea
