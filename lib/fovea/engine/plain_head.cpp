// SPDX-License-Identifier: MIT
#include "fovea/engine/plain_head.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "fovea/core/errors.h"
#include "fovea/engine/clip_checks.h"
#include "fovea/engine/head_parameters.h"
#include "fovea/engine/person_set.h"

namespace fovea {

namespace {

constexpr double persons_share = 0.5;     // of their logits: as in nn::PersonsHead
constexpr double least_share_sum = 1e-12; // that shares are divided by

using Numbers = std::vector<double>; ///< by class

/** \brief Logarithms of the shares of one */
Numbers log_softmax(Numbers logits)
{
    const double most = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const double logit : logits)
        sum += std::exp(logit - most);
    for (double &logit : logits)
        logit -= most + std::log(sum);
    return logits;
}

/** \brief The regions' shares averaged, each of which is judged by its mean over time, and the persons */
class PlainHead final : public ActivityHead
{
public:
    PlainHead(const HeadParameters &parameters, bool sees_persons)
        : channels_(parameters.channels),
          own_(own_channels(parameters, sees_persons)),
          weight_(checked_tensor(parameters, "fc.weight", {any_size, own_})),
          bias_(checked_tensor(parameters, "fc.bias", {weight_.size(0)}))
    {
        if (sees_persons)
            persons_.emplace(parameters, weight_.size(0));
    }

    std::int64_t channels() const override { return channels_; }

    HeadScores run(const Array &rows) override
    {
        check_rows(rows, channels_);
        const Window window = window_of(rows);
        const Persons persons = persons_in(window, 0, 0, window.times);
        const Numbers logits = logits_of(window, 0, window.regions, 0, window.times, persons);
        if (!std::all_of(logits.begin(), logits.end(), [](double x) { return std::isfinite(x); }))
            throw Error(Error::Kind::Settings,
                        "rows: the head gives no finite score of them, so no label follows; "
                        "expected finite rows and weights, check the model (fovea models verify)");
        const auto winner = static_cast<std::size_t>(
            std::max_element(logits.begin(), logits.end()) - logits.begin());
        HeadScores output;
        for (const double logit : logits)
            output.scores.push_back(static_cast<float>(std::exp(logit)));

        Numbers alone; // what each region, and each row, says by itself
        for (std::int64_t r = 0; r < window.regions; ++r)
            alone.push_back(std::exp(logits_of(window, r, 1, 0, window.times,
                                               persons_in(window, r, 0, window.times))[winner]));
        output.region_weights = shares(alone);
        alone.clear();
        for (std::int64_t t = 0; t < window.times; ++t)
            alone.push_back(std::exp(
                logits_of(window, 0, window.regions, t, 1, persons_in(window, 0, t, 1))[winner]));
        output.time_weights = shares(alone);
        if (persons_)
            output.person_weights = persons_->person_weights(persons.window, winner);
        return output;
    }

private:
    /** \brief Of rows [R, T', C]: what the linear layer says of each, without its bias */
    struct Window {
        const float *rows = nullptr;
        std::int64_t regions = 0;
        std::int64_t times = 0;
        std::vector<Numbers> said;                   ///< [R, T']
        std::vector<PlainPersonSet::Features> moved; ///< [R, T'], where it sees persons
    };

    struct Persons {
        PlainPersonSet::Window window;
        Numbers logits; ///< empty: it sees none
    };

    /** \throw Error Settings where nothing is left of the channels: -1 would be any_size */
    static std::int64_t own_channels(const HeadParameters &parameters, bool sees_persons)
    {
        const std::int64_t own = parameters.channels - (sees_persons ? parameters.motion : 0);
        if (own < 1)
            throw Error(Error::Kind::Settings, "head: expected channels besides the " +
                                                   std::to_string(parameters.motion) +
                                                   " of the persons' motion, got " +
                                                   std::to_string(parameters.channels) + " in all");
        return own;
    }

    Window window_of(const Array &rows) const
    {
        Window window = {rows.values.data(), rows.shape[0], rows.shape[1], {}, {}};
        const auto classes = static_cast<std::size_t>(weight_.size(0));
        for (std::int64_t i = 0; i < window.regions * window.times; ++i) {
            const float *row = window.rows + i * channels_;
            Numbers said(classes);
            for (std::size_t c = 0; c < classes; ++c) {
                const float *weight = weight_.data() + static_cast<std::int64_t>(c) * own_;
                for (std::int64_t k = 0; k < own_; ++k)
                    said[c] += static_cast<double>(weight[k]) * row[k];
            }
            window.said.push_back(std::move(said));
            if (persons_)
                window.moved.push_back(moved_in(window, i));
        }
        return window;
    }

    /** \brief What persons do in row i of all; it is most of the work, and regions tell the same of it */
    PlainPersonSet::Features moved_in(const Window &window, std::int64_t i) const
    {
        const float *motion = window.rows + i * channels_ + own_;
        const std::int64_t t = i % window.times;
        const float *in_first_region = window.rows + t * channels_ + own_;
        const auto size = static_cast<std::size_t>(channels_ - own_) * sizeof(float);
        if (i != t && std::memcmp(motion, in_first_region, size) == 0)
            return window.moved[static_cast<std::size_t>(t)];
        return persons_->features_of(motion);
    }

    /** \brief How the persons move in some rows of a region */
    Persons persons_in(const Window &window, std::int64_t region, std::int64_t first,
                       std::int64_t count) const
    {
        Persons persons;
        if (!persons_)
            return persons;
        for (std::int64_t t = first; t < first + count; ++t) {
            const std::int64_t i = region * window.times + t;
            persons.window.rows.push_back(window.rows + i * channels_ + own_);
            persons.window.features.push_back(window.moved[static_cast<std::size_t>(i)]);
        }
        persons.logits = persons_->logits(persons.window);
        return persons;
    }

    /** \brief Logarithms of the shares of some regions in some rows, side by side */
    Numbers logits_of(const Window &window, std::int64_t first_region, std::int64_t regions,
                      std::int64_t first, std::int64_t count, const Persons &persons) const
    {
        const auto classes = static_cast<std::size_t>(weight_.size(0));
        std::vector<Numbers> of_regions;
        for (std::int64_t r = first_region; r < first_region + regions; ++r) {
            Numbers logits(classes);
            for (std::size_t c = 0; c < classes; ++c) {
                for (std::int64_t t = first; t < first + count; ++t)
                    logits[c] += window.said[static_cast<std::size_t>(r * window.times + t)][c] /
                                 static_cast<double>(count);
                logits[c] += bias_.data()[c];
                if (!persons.logits.empty())
                    logits[c] += persons_share * persons.logits[c];
            }
            of_regions.push_back(log_softmax(std::move(logits)));
        }
        Numbers mean(classes);
        for (std::size_t c = 0; c < classes; ++c) {
            double most = of_regions.front()[c];
            for (const Numbers &logits : of_regions)
                most = std::max(most, logits[c]);
            double sum = 0;
            for (const Numbers &logits : of_regions)
                sum += std::exp(logits[c] - most);
            mean[c] = most + std::log(sum / static_cast<double>(regions));
        }
        return mean;
    }

    static std::vector<float> shares(const Numbers &alone)
    {
        double sum = 0;
        for (const double share : alone)
            sum += share;
        std::vector<float> shares;
        for (const double share : alone)
            shares.push_back(static_cast<float>(share / std::max(sum, least_share_sum)));
        return shares;
    }

    std::int64_t channels_;
    std::int64_t own_; ///< of the channels, the first ones: the backbone's
    SharedArray weight_;
    SharedArray bias_;
    std::optional<PlainPersonSet> persons_;
};

} // namespace

bool is_plain_head(const std::string &name)
{
    return name == "score-mean" || name == "persons";
}

std::unique_ptr<ActivityHead> make_plain_head(const std::string &name,
                                              const HeadParameters &parameters)
{
    if (!is_plain_head(name))
        throw Error(Error::Kind::Settings,
                    "head '" + name + "' runs in LibTorch; expected score-mean or persons");
    return std::make_unique<PlainHead>(parameters, name == "persons");
}

} // namespace fovea
