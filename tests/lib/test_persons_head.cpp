// SPDX-License-Identifier: MIT
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "activations.h"
#include "fovea/core/errors.h"
#include "fovea/nn/persons_head.h"
#include "motion_rows.h"

using fovea::MotionLayout;
using fovea::PersonFeature;
using fovea::nn::Head;
using fovea::nn::HeadOutput;
using fovea::nn::make_head;
using fovea::test::motion_of;

namespace {

constexpr std::int64_t own = 3; // channels of the backbone
constexpr std::int64_t classes = 3;
const MotionLayout layout{16};
const std::int64_t channels = own + layout.channels();

using Floats = std::vector<float>;

Floats floats_of(const at::Tensor &tensor)
{
    const at::Tensor flat = tensor.contiguous().flatten();
    return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

/** \brief [1, regions, 4, channels]: the same persons in each row and region */
at::Tensor window_of(const at::Tensor &motion, std::int64_t regions)
{
    return at::cat({at::randn({1, regions, 4, own}),
                    motion.view({1, 1, 1, -1}).expand({1, regions, 4, layout.channels()})},
                   /*dim=*/3);
}

std::shared_ptr<Head> random_head()
{
    at::manual_seed(3);
    auto head = make_head("persons", channels, classes, layout.channels());
    head->named_parameters()["persons.nobody"].data().uniform_(-1, 1);
    head->named_parameters()["persons.alone"].data().uniform_(-1, 1);
    head->eval();
    return head;
}

/** \brief A layer's product, one number at a time */
Floats linear(Head &head, const std::string &name, const Floats &x)
{
    const Floats weight = floats_of(head.named_parameters()[name + ".weight"]);
    Floats y = floats_of(head.named_parameters()[name + ".bias"]);
    for (std::size_t o = 0; o < y.size(); ++o)
        for (std::size_t i = 0; i < x.size(); ++i)
            y[o] += weight[o * x.size() + i] * x[i];
    return y;
}

using Sequence = std::vector<Floats>; // [steps][channels]

/** \brief Convolution over time of stride 2, padded by zeros, and ReLU */
Sequence convolved(Head &head, const std::string &name, const Sequence &x)
{
    const at::Tensor weight = head.named_parameters()[name + ".weight"]; // [out, in, taps]
    const Floats w = floats_of(weight);
    const Floats bias = floats_of(head.named_parameters()[name + ".bias"]);
    const auto in = static_cast<std::size_t>(weight.size(1));
    const auto taps = static_cast<int>(weight.size(2));
    Sequence y;
    for (int t = 0; t < static_cast<int>(x.size()); t += 2) {
        Floats out = bias;
        for (std::size_t o = 0; o < out.size(); ++o) {
            for (int k = 0; k < taps; ++k) {
                const int at = t + k - taps / 2;
                for (std::size_t i = 0; at >= 0 && at < static_cast<int>(x.size()) && i < in; ++i)
                    out[o] += w[(o * in + i) * static_cast<std::size_t>(taps) +
                                static_cast<std::size_t>(k)] *
                              x[static_cast<std::size_t>(at)][i];
            }
            out[o] = std::max(out[o], 0.0F);
        }
        y.push_back(out);
    }
    return y;
}

void raise(Floats *highest, Head &head, const std::string &network, const Sequence &x)
{
    for (const Floats &step : convolved(head, network + ".2", convolved(head, network + ".0", x)))
        for (std::size_t i = 0; i < step.size(); ++i)
            (*highest)[i] = std::max((*highest)[i], step[i]);
}

/** \brief The persons' logits of one row, person by person and pair by pair */
Floats persons_logits(Head &head, const at::Tensor &motion)
{
    const Floats values = floats_of(motion);
    const auto sequence = [&](std::int64_t from, int width) {
        Sequence x;
        for (int t = 0; t < layout.steps; ++t)
            x.emplace_back(values.begin() + from + std::int64_t{t} * width,
                           values.begin() + from + std::int64_t{t + 1} * width);
        return x;
    };
    std::vector<Sequence> persons;
    Floats of_persons = floats_of(head.named_parameters()["persons.nobody"]);
    for (int i = 0; i < MotionLayout::persons; ++i) {
        persons.push_back(sequence(std::int64_t{i} * layout.steps * MotionLayout::of_person,
                                   MotionLayout::of_person));
        if (persons.back()[0][static_cast<int>(PersonFeature::Seen)] > 0)
            raise(&of_persons, head, "persons.person", persons.back());
    }
    Floats of_pairs = floats_of(head.named_parameters()["persons.alone"]);
    for (int i = 0; i < MotionLayout::pairs; ++i) {
        const auto members = static_cast<std::size_t>(layout.members() + 2 * i);
        if (values[members] == 0)
            continue;
        const Sequence pair =
            sequence(layout.pairs_at() + std::int64_t{i} * layout.steps * MotionLayout::of_pair,
                     MotionLayout::of_pair);
        Sequence x = persons[static_cast<std::size_t>(values[members]) - 1];
        const Sequence &second = persons[static_cast<std::size_t>(values[members + 1]) - 1];
        for (std::size_t t = 0; t < x.size(); ++t) {
            x[t].insert(x[t].end(), second[t].begin(), second[t].end());
            x[t].insert(x[t].end(), pair[t].begin(), pair[t].end());
        }
        raise(&of_pairs, head, "persons.pair", x);
    }
    Floats all = of_persons;
    all.insert(all.end(), of_pairs.begin(), of_pairs.end());
    all.push_back(values[static_cast<std::size_t>(layout.energy())]);
    all.push_back(values[static_cast<std::size_t>(layout.energy()) + 1]);
    Floats hidden = linear(head, "persons.fc.1", all);
    for (float &value : hidden)
        value = std::max(value, 0.0F);
    return linear(head, "persons.fc.3", hidden);
}

Floats shares_of(Head &head, const at::Tensor &rows)
{
    const at::NoGradGuard no_grad;
    return softmax(floats_of(head.forward(rows).logits));
}

} // namespace

TEST(PersonsHead, IsTheLoopOverPersonsPairsAndRegions)
{
    const auto head = random_head();
    for (const int count : {0, 1, 2, 5}) {
        const at::Tensor motion = motion_of(layout, count);
        const at::Tensor rows = window_of(motion, /*regions=*/2);
        const Floats persons = persons_logits(*head, motion);
        Floats expected(classes, 0);
        for (std::int64_t region = 0; region < 2; ++region) {
            Floats mean(own, 0);
            for (std::int64_t row = 0; row < 4; ++row)
                for (std::size_t c = 0; c < own; ++c)
                    mean[c] += rows[0][region][row][static_cast<std::int64_t>(c)].item<float>() / 4;
            Floats logits = linear(*head, "fc", mean);
            for (std::size_t c = 0; c < logits.size(); ++c)
                logits[c] += 0.5F * persons[c];
            const Floats shares = softmax(logits);
            for (std::size_t c = 0; c < shares.size(); ++c)
                expected[c] += shares[c] / 2;
        }
        const Floats got = shares_of(*head, rows);
        for (std::size_t c = 0; c < expected.size(); ++c)
            EXPECT_NEAR(got[c], expected[c], 1e-5) << count << " persons";
    }
}

TEST(PersonsHead, TheOrderOfPersonsDoesNotMatter)
{
    const auto head = random_head();
    const at::Tensor motion = motion_of(layout, 2);
    at::Tensor swapped = motion.clone();
    const std::int64_t person = std::int64_t{layout.steps} * MotionLayout::of_person;
    swapped.narrow(0, 0, person).copy_(motion.narrow(0, person, person));
    swapped.narrow(0, person, person).copy_(motion.narrow(0, 0, person));
    swapped[layout.members()] = 2;
    swapped[layout.members() + 1] = 1;
    const at::Tensor rows = window_of(motion, 1);
    const at::Tensor others = at::cat(
        {rows.narrow(3, 0, own), swapped.view({1, 1, 1, -1}).expand({1, 1, 4, -1})}, /*dim=*/3);
    const Floats a = shares_of(*head, rows);
    const Floats b = shares_of(*head, others);
    for (std::size_t c = 0; c < a.size(); ++c)
        EXPECT_NEAR(a[c], b[c], 1e-5);
}

/* A person whose features no maximum is made of says nothing; one alone says all that is said */
TEST(PersonsHead, TheWeightsSayWho)
{
    const auto head = random_head();
    const at::NoGradGuard no_grad;
    const HeadOutput one = head->forward(window_of(motion_of(layout, 1), 1));
    ASSERT_EQ(one.person_weights.sizes(), (std::vector<std::int64_t>{1, MotionLayout::persons}));
    const Floats alone = floats_of(one.person_weights);
    EXPECT_TRUE(alone[0] == 0 || std::abs(alone[0] - 1) < 1e-5) << alone[0];
    EXPECT_EQ(alone[1], 0);

    at::Tensor motion = motion_of(layout, 3);
    motion.narrow(0, layout.members(), 2 * MotionLayout::pairs).zero_(); // no pairs
    const at::Tensor rows = window_of(motion, 1);
    const HeadOutput three = head->forward(rows);
    const Floats weights = floats_of(three.person_weights);
    const auto winner = static_cast<std::size_t>(three.logits.argmax(1).item<std::int64_t>());
    const auto share_without = [&](std::int64_t person) {
        at::Tensor left = motion.clone();
        left.narrow(0, person * layout.steps * MotionLayout::of_person,
                    std::int64_t{layout.steps} * MotionLayout::of_person)
            .zero_();
        return std::log(softmax(persons_logits(*head, left))[winner]);
    };
    const float all = std::log(softmax(persons_logits(*head, motion))[winner]);
    Floats falls;
    float sum = 0;
    for (std::int64_t person = 0; person < 3; ++person) {
        falls.push_back(std::max(all - share_without(person), 0.0F));
        sum += falls.back();
    }
    ASSERT_GT(sum, 1e-3) << "somebody matters in this window";
    for (std::size_t person = 0; person < 3; ++person)
        EXPECT_NEAR(weights[person], falls[person] / sum, 1e-3);
    EXPECT_EQ(weights[3], 0);
}

TEST(PersonsHead, WithoutPersonsNobodySpeaks)
{
    const auto head = random_head();
    const at::NoGradGuard no_grad;
    EXPECT_EQ(head->forward(window_of(motion_of(layout, 0), 2)).person_weights.sum().item<float>(),
              0);
}

TEST(PersonsHead, InTrainingEachOfTheTwoLearnsByItself)
{
    const auto head = random_head();
    head->train();
    const at::Tensor rows = window_of(motion_of(layout, 3), 2).expand({64, 2, 4, channels});
    int of_one = 0;
    const at::Tensor logits = head->forward(rows).logits;
    logits.select(1, 0).sum().backward();
    EXPECT_GT(head->named_parameters()["fc.weight"].grad().abs().sum().item<float>(), 0);
    EXPECT_GT(head->named_parameters()["persons.fc.3.weight"].grad().abs().sum().item<float>(), 0);
    head->named_parameters()["persons.fc.3.weight"].data().zero_(); // the persons now say nothing
    head->named_parameters()["persons.fc.3.bias"].data().zero_();
    const at::Tensor shares = head->forward(rows).logits.exp();
    for (std::int64_t i = 0; i < 64; ++i)
        of_one += (shares[i] - 1.0 / classes).abs().max().item<float>() < 1e-5 ? 1 : 0;
    EXPECT_GT(of_one, 16) << "about half are the persons' alone";
    EXPECT_LT(of_one, 48);
}

TEST(PersonsHead, ARowWithoutPersonsIsRefused)
{
    EXPECT_THROW(make_head("persons", 128, classes, 0), fovea::Error);
    EXPECT_THROW(make_head("persons", 256, classes, 128), fovea::Error);
}

TEST(MotionParts, FlippedTwiceIsAsItWasAndShapesStay)
{
    at::manual_seed(1);
    const at::Tensor motion = motion_of(layout, 3).view({1, 1, -1}).expand({8, 4, -1});
    const auto parts = fovea::nn::motion_parts(motion, layout);
    fovea::nn::MotionAugmentation flip{1, 0, 0, 0, 0, 0, 0};
    const auto once = varied(parts, flip);
    EXPECT_TRUE(varied(once, flip).persons.equal(parts.persons));
    const auto x = static_cast<std::int64_t>(PersonFeature::X);
    const auto y = static_cast<std::int64_t>(PersonFeature::Y);
    EXPECT_TRUE(once.persons.select(4, x).equal(-parts.persons.select(4, x)));
    EXPECT_TRUE(once.persons.select(4, y).equal(parts.persons.select(4, y)));
}

TEST(MotionParts, KeypointsAreLeftOutOfAWholeWindow)
{
    at::manual_seed(1);
    const at::Tensor motion = motion_of(layout, 3).view({1, 1, -1}).expand({200, 2, -1});
    const auto parts = fovea::nn::motion_parts(motion, layout);
    const auto made = varied(parts, {0, 0, 0, 0, 0, 0, /*no_keypoints=*/0.5});
    const auto first = static_cast<std::int64_t>(PersonFeature::TorsoAcross);
    const auto of_person = [first](const at::Tensor &persons) {
        return persons.narrow(4, first, MotionLayout::of_person - first).abs().sum({1, 2, 3, 4});
    };
    const at::Tensor of_pair = made.pairs.narrow(4, 5, 5).abs().sum({1, 2, 3, 4});
    const at::Tensor without = of_person(made.persons) == 0;
    EXPECT_NEAR(without.sum().item<float>(), 100, 25);
    EXPECT_TRUE(without.equal(of_pair == 0));
    EXPECT_TRUE(made.persons.narrow(4, 0, first).equal(parts.persons.narrow(4, 0, first)));
    EXPECT_TRUE(made.pairs.narrow(4, 0, 5).equal(parts.pairs.narrow(4, 0, 5)));
    const at::Tensor kept = without.logical_not();
    const at::Tensor of_kept = kept.view({-1, 1, 1, 1, 1});
    EXPECT_TRUE(made.persons.masked_select(of_kept).equal(parts.persons.masked_select(of_kept)));
}

TEST(MotionParts, OneStaysWhenAllAreLeftOutAndRowsAreVariedAlike)
{
    at::manual_seed(1);
    const at::Tensor motion = motion_of(layout, 3).view({1, 1, -1}).expand({200, 2, -1});
    const auto parts = fovea::nn::motion_parts(motion, layout);
    fovea::nn::MotionAugmentation drop;
    drop.drop = 0.5;
    const auto made = varied(parts, drop);
    EXPECT_TRUE(made.is_there.any(2).all().item<bool>());
    EXPECT_TRUE(made.persons.select(1, 0).equal(made.persons.select(1, 1)));
    const float left = made.is_there.sum().item<float>() / 400;
    EXPECT_NEAR(left, 1.5 + 3.0 / 8, 0.2) << "half of three; all three in one of eight windows";
    EXPECT_FALSE(made.is_there.narrow(2, 3, 3).any().item<bool>()) << "nobody stays nobody";
}
