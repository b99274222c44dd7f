// SPDX-License-Identifier: MIT
#include "fovea/engine/person_set.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "fovea/core/vectorised.h"
#include "fovea/engine/head_parameters.h"

namespace fovea {

namespace {

// of an nn::PersonSet
constexpr std::int64_t first_features = 32;
constexpr std::int64_t set_features = 64;
constexpr std::int64_t first_taps = 5;
constexpr std::int64_t second_taps = 3;
constexpr std::int64_t stride = 2;
constexpr std::int64_t of_pair_input = 2 * MotionLayout::of_person + MotionLayout::of_pair;
constexpr double least_weight_sum = 1e-6; // of person weights

/** \brief From [out][in][taps] to [taps][in][out] */
std::vector<float> turned(const SharedArray &weight)
{
    const std::int64_t out = weight.size(0);
    const std::int64_t in = weight.size(1);
    const std::int64_t taps = weight.size(2);
    std::vector<float> to(static_cast<std::size_t>(weight.count()));
    const float *from = weight.data();
    for (std::int64_t o = 0; o < out; ++o) {
        for (std::int64_t i = 0; i < in; ++i) {
            for (std::int64_t k = 0; k < taps; ++k)
                to[static_cast<std::size_t>((k * in + i) * out + o)] = *from++;
        }
    }
    return to;
}

std::vector<float> numbers_of(const SharedArray &array)
{
    return {array.data(), array.data() + array.count()};
}

/** \brief sums += x weight of each, of \a in numbers x */
FOVEA_VECTORISED
void multiply_add(const float *x, const float *weight, float *sums, std::int64_t in,
                  std::int64_t out)
{
    for (std::int64_t i = 0; i < in; ++i) {
        for (std::int64_t o = 0; o < out; ++o)
            sums[o] += x[i] * weight[i * out + o];
    }
}

/** \brief A convolution over time and ReLU: [steps][in] to [steps out][out] */
std::vector<float> convolved(const std::vector<float> &input, std::int64_t in,
                             const std::vector<float> &weight, const std::vector<float> &bias,
                             std::int64_t taps)
{
    const auto out = static_cast<std::int64_t>(bias.size());
    const std::int64_t steps = static_cast<std::int64_t>(input.size()) / in;
    const std::int64_t padding = taps / 2;
    const std::int64_t made = (steps + 2 * padding - taps) / stride + 1;
    std::vector<float> output(static_cast<std::size_t>(made * out));
    for (std::int64_t step = 0; step < made; ++step) {
        float *sums = output.data() + step * out;
        std::copy(bias.begin(), bias.end(), sums);
        for (std::int64_t k = 0; k < taps; ++k) {
            const std::int64_t at = step * stride + k - padding;
            if (at >= 0 && at < steps)
                multiply_add(input.data() + at * in, weight.data() + k * in * out, sums, in, out);
        }
        for (std::int64_t o = 0; o < out; ++o)
            sums[o] = std::max(sums[o], 0.0F);
    }
    return output;
}

std::vector<double> connected(const std::vector<double> &x, const SharedArray &weight,
                              const SharedArray &bias)
{
    std::vector<double> y;
    const float *from = weight.data();
    for (std::int64_t o = 0; o < weight.size(0); ++o) {
        double sum = bias.data()[o];
        for (const double value : x)
            sum += value * *from++;
        y.push_back(sum);
    }
    return y;
}

/** \brief The larger of two; NaN, which tells of rows that are none, stays */
template <typename Number>
Number larger(Number a, Number b)
{
    return a >= b || std::isnan(a) ? a : b;
}

/** \brief What a row of a MotionLayout says, by place among persons and pairs */
struct MotionRow {
    const float *row;
    const MotionLayout &layout;

    const float *person(std::int64_t p) const
    {
        return row + p * layout.steps * MotionLayout::of_person;
    }

    const float *pair(std::int64_t q) const
    {
        return row + layout.pairs_at() + q * layout.steps * MotionLayout::of_pair;
    }

    /** \brief Place of one of the two of a pair, from 1; 0: nobody */
    std::int64_t member(std::int64_t q, std::int64_t which) const
    {
        const float place = std::nearbyint(row[layout.members() + 2 * q + which]);
        return place > 0 ? static_cast<std::int64_t>(std::min<float>(place, MotionLayout::persons))
                         : 0;
    }

    float id(std::int64_t p) const { return row[layout.places() + p * MotionLayout::of_place]; }

    /** \brief Seen in any frame \param without a track that is left out; null: none */
    bool is_there(std::int64_t p, const float *without) const
    {
        if (without != nullptr && id(p) == *without)
            return false;
        constexpr auto seen = static_cast<std::int64_t>(PersonFeature::Seen);
        float most = 0;
        for (std::int64_t step = 0; step < layout.steps; ++step)
            most = larger(most, person(p)[step * MotionLayout::of_person + seen]);
        return most > 0;
    }

    bool pair_is_there(std::int64_t q, const float *without) const
    {
        const std::int64_t a = member(q, 0);
        const std::int64_t b = member(q, 1);
        return a > 0 && b > 0 && is_there(a - 1, without) && is_there(b - 1, without);
    }
};

/** \brief Both persons of a pair, zeros for nobody, and the pair: [steps][of_pair_input] */
std::vector<float> pair_input(const MotionRow &row, std::int64_t q)
{
    std::vector<float> input(static_cast<std::size_t>(row.layout.steps * of_pair_input), 0);
    for (std::int64_t step = 0; step < row.layout.steps; ++step) {
        float *to = input.data() + step * of_pair_input;
        for (std::int64_t which = 0; which < 2; ++which) {
            const std::int64_t place = row.member(q, which);
            if (place > 0)
                std::copy_n(row.person(place - 1) + step * MotionLayout::of_person,
                            MotionLayout::of_person, to + which * MotionLayout::of_person);
        }
        std::copy_n(row.pair(q) + step * MotionLayout::of_pair, MotionLayout::of_pair,
                    to + 2 * MotionLayout::of_person);
    }
    return input;
}

/** \brief The larger of each */
void raise(std::vector<double> &most, std::int64_t at, const float *features)
{
    for (std::int64_t i = 0; i < set_features; ++i) {
        double &value = most[static_cast<std::size_t>(at + i)];
        value = larger(value, static_cast<double>(features[i]));
    }
}

} // namespace

PlainPersonSet::OverTime::OverTime(const HeadParameters &parameters, const std::string &name,
                                   std::int64_t channels_of)
    : channels(channels_of),
      first(turned(checked_tensor(parameters, name + ".0.weight",
                                  {first_features, channels_of, first_taps}))),
      first_bias(numbers_of(checked_tensor(parameters, name + ".0.bias", {first_features}))),
      second(turned(checked_tensor(parameters, name + ".2.weight",
                                   {set_features, first_features, second_taps}))),
      second_bias(numbers_of(checked_tensor(parameters, name + ".2.bias", {set_features})))
{
}

void PlainPersonSet::OverTime::run(const std::vector<float> &input, float *to) const
{
    const std::vector<float> inner = convolved(input, channels, first, first_bias, first_taps);
    const std::vector<float> made =
        convolved(inner, first_features, second, second_bias, second_taps);
    std::copy_n(made.data(), set_features, to);
    for (std::size_t i = set_features; i < made.size(); ++i)
        to[i % set_features] = larger(to[i % set_features], made[i]);
}

PlainPersonSet::PlainPersonSet(const HeadParameters &parameters, std::int64_t classes)
    : layout_(MotionLayout::of_channels(parameters.motion)),
      person_(parameters, "persons.person", MotionLayout::of_person),
      pair_(parameters, "persons.pair", of_pair_input),
      nobody_(checked_tensor(parameters, "persons.nobody", {set_features})),
      alone_(checked_tensor(parameters, "persons.alone", {set_features})),
      fc1_(checked_tensor(parameters, "persons.fc.1.weight",
                          {first_features, 2 * set_features + MotionLayout::energies})),
      fc1_bias_(checked_tensor(parameters, "persons.fc.1.bias", {first_features})),
      fc2_(checked_tensor(parameters, "persons.fc.3.weight", {classes, first_features})),
      fc2_bias_(checked_tensor(parameters, "persons.fc.3.bias", {classes}))
{
}

PlainPersonSet::Features PlainPersonSet::features_of(const float *values) const
{
    const MotionRow row = {values, layout_};
    std::vector<float> features(
        static_cast<std::size_t>((MotionLayout::persons + MotionLayout::pairs) * set_features), 0);
    float *to = features.data();
    for (std::int64_t p = 0; p < MotionLayout::persons; ++p, to += set_features) {
        const float *person = row.person(p);
        if (row.is_there(p, nullptr)) // else nobody reads its features
            person_.run({person, person + layout_.steps * MotionLayout::of_person}, to);
    }
    for (std::int64_t q = 0; q < MotionLayout::pairs; ++q, to += set_features) {
        if (row.pair_is_there(q, nullptr))
            pair_.run(pair_input(row, q), to);
    }
    return std::make_shared<const std::vector<float>>(std::move(features));
}

std::vector<double> PlainPersonSet::logits(const Window &window) const
{
    return logits(window, nullptr);
}

std::vector<double> PlainPersonSet::logits(const Window &window, const float *without) const
{
    constexpr std::int64_t energy_at = 2 * set_features;
    std::vector<double> features(static_cast<std::size_t>(energy_at + MotionLayout::energies), 0);
    std::copy_n(nobody_.data(), set_features, features.begin());
    std::copy_n(alone_.data(), set_features, features.begin() + set_features);
    for (std::size_t t = 0; t < window.rows.size(); ++t) {
        const MotionRow row = {window.rows[t], layout_};
        const float *from = window.features[t]->data();
        for (std::int64_t p = 0; p < MotionLayout::persons; ++p, from += set_features) {
            if (row.is_there(p, without))
                raise(features, 0, from);
        }
        for (std::int64_t q = 0; q < MotionLayout::pairs; ++q, from += set_features) {
            if (row.pair_is_there(q, without))
                raise(features, set_features, from);
        }
        for (std::int64_t i = 0; i < MotionLayout::energies; ++i)
            features[static_cast<std::size_t>(energy_at + i)] +=
                static_cast<double>(row.row[layout_.energy() + i]) /
                static_cast<double>(window.rows.size());
    }
    std::vector<double> hidden = connected(features, fc1_, fc1_bias_);
    for (double &value : hidden)
        value = std::max(value, 0.0);
    return connected(hidden, fc2_, fc2_bias_);
}

std::vector<float> PlainPersonSet::person_weights(const Window &window, std::size_t winner) const
{
    const auto share = [&](const float *without) {
        const std::vector<double> all = logits(window, without);
        const double most = *std::max_element(all.begin(), all.end());
        double sum = 0;
        for (const double logit : all)
            sum += std::exp(logit - most);
        return all[winner] - most - std::log(sum);
    };
    const MotionRow last = {window.rows.back(), layout_};
    const double all = share(nullptr);
    std::vector<double> falls;
    double sum = 0;
    for (std::int64_t p = 0; p < MotionLayout::persons; ++p) {
        const float id = last.id(p);
        falls.push_back(last.is_there(p, nullptr) ? std::max(all - share(&id), 0.0) : 0);
        sum += falls.back();
    }
    std::vector<float> weights;
    for (const double fall : falls)
        weights.push_back(static_cast<float>(fall / std::max(sum, least_weight_sum)));
    return weights;
}

} // namespace fovea
