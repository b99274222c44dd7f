// SPDX-License-Identifier: MIT
#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/core/motion_layout.h"
#include "fovea/engine/plain_head.h"
#include "fovea/engine/torch/torch_head.h"
#include "fovea/nn/evaluate.h"
#include "fovea/nn/heads.h"
#include "motion_rows.h"

namespace {

using fovea::Array;
using fovea::HeadParameters;
using fovea::HeadScores;
using fovea::MotionLayout;
using fovea::PersonFeature;
using fovea::test::motion_of;

constexpr std::int64_t own = 24;
constexpr std::int64_t classes = 4;
const MotionLayout layout{16};

/** \brief A head of random numbers, in LibTorch and without */
struct Both {
    std::unique_ptr<fovea::ActivityHead> torch;
    HeadParameters parameters;
    std::unique_ptr<fovea::ActivityHead> plain;
};

Both random_head(const std::string &name)
{
    const std::int64_t motion = name == "persons" ? layout.channels() : 0;
    const auto module = fovea::nn::make_head(name, own + motion, classes, motion);
    Both both;
    both.parameters.channels = own + motion;
    both.parameters.motion = motion;
    for (const auto &entry : module->named_parameters()) {
        if (entry.key() == "persons.nobody" || entry.key() == "persons.alone")
            entry.value().data().uniform_(-0.5, 0.5); // they begin as zeros
        both.parameters.tensors.emplace(entry.key(), fovea::nn::shared_array(entry.value()));
    }
    both.torch = fovea::make_torch_head(module);
    both.plain = fovea::make_plain_head(name, both.parameters);
    return both;
}

Array array_of(const at::Tensor &rows)
{
    const at::Tensor dense = rows.contiguous();
    Array array(dense.sizes().vec());
    std::copy_n(dense.data_ptr<float>(), dense.numel(), array.values.begin());
    return array;
}

void expect_near(const std::vector<float> &got, const std::vector<float> &expected,
                 const std::string &what, double tolerance = 1e-6)
{
    ASSERT_EQ(got.size(), expected.size()) << what;
    for (std::size_t i = 0; i < got.size(); ++i)
        EXPECT_NEAR(got[i], expected[i], tolerance) << what << " " << i;
}

void expect_same(const HeadScores &got, const HeadScores &expected, const std::string &what)
{
    expect_near(got.scores, expected.scores, what + ": scores");
    expect_near(got.region_weights, expected.region_weights, what + ": regions");
    expect_near(got.time_weights, expected.time_weights, what + ": times");
    expect_near(got.person_weights, expected.person_weights, what + ": persons", 1e-4);
}

TEST(PlainHead, ScoreMeanSaysWhatLibTorchSays)
{
    at::manual_seed(5);
    const Both head = random_head("score-mean");
    for (const auto &[regions, times] : {std::pair(1, 1), {2, 4}, {11, 3}}) {
        const Array rows = array_of(4 * at::randn({regions, times, own}));
        expect_same(head.plain->run(rows), head.torch->run(rows), std::to_string(regions));
    }
}

TEST(PlainHead, PersonsSayWhatTheySayInLibTorch)
{
    at::manual_seed(7);
    const Both head = random_head("persons");
    for (int most = 0; most <= MotionLayout::persons; ++most) {
        std::vector<at::Tensor> motion; // each row has others, the last some who left
        for (const int count : {most, most / 2, most, std::max(0, most - 1)})
            motion.push_back(motion_of(layout, count, /*in_chain=*/true));
        const at::Tensor both = at::stack(motion).unsqueeze(0).expand({2, 4, layout.channels()});
        const Array rows = array_of(at::cat({2 * at::randn({2, 4, own}), both}, /*dim=*/2));
        const HeadScores expected = head.torch->run(rows);
        EXPECT_EQ(expected.person_weights.size(), std::size_t(MotionLayout::persons));
        expect_same(head.plain->run(rows), expected, std::to_string(most) + " persons");
    }
}

TEST(PlainHead, PersonsOfEachRegionAreItsOwnWhereTheyDiffer)
{
    at::manual_seed(11);
    const Both head = random_head("persons");
    std::vector<at::Tensor> motion;
    for (const int count : {2, 5, 3, 4, 0, 1})
        motion.push_back(motion_of(layout, count, /*in_chain=*/true));
    const at::Tensor all = at::stack(motion).view({2, 3, layout.channels()});
    const Array rows = array_of(at::cat({2 * at::randn({2, 3, own}), all}, /*dim=*/2));
    expect_same(head.plain->run(rows), head.torch->run(rows), "regions of their own");
}

TEST(PlainHead, WhoIsSeenInAFrameThatIsNoNumberIsNotThereAsInLibTorch)
{
    at::manual_seed(13);
    const Both head = random_head("persons");
    for (const int step : {0, layout.steps / 2, layout.steps - 1}) {
        at::Tensor motion = motion_of(layout, 3, /*in_chain=*/true);
        constexpr auto seen = static_cast<std::int64_t>(PersonFeature::Seen);
        motion[(layout.steps + step) * MotionLayout::of_person + seen] = std::nanf("");
        const Array rows =
            array_of(at::cat({at::randn({own}), motion}).view({1, 1, own + layout.channels()}));
        const HeadScores expected = head.torch->run(rows);
        EXPECT_EQ(expected.person_weights[1], 0);
        expect_same(head.plain->run(rows), expected, "step " + std::to_string(step));
    }
    at::Tensor motion = motion_of(layout, 3, /*in_chain=*/true);
    motion[0] = std::nanf(""); // where one who is there stands
    const Array rows =
        array_of(at::cat({at::randn({own}), motion}).view({1, 1, own + layout.channels()}));
    EXPECT_THROW(head.torch->run(rows), fovea::Error);
    EXPECT_THROW(head.plain->run(rows), fovea::Error);
}

TEST(PlainHead, RefusesWhatItCannotJudge)
{
    const Both head = random_head("score-mean");
    EXPECT_THROW(head.plain->run(Array({2, 3, own + 1})), fovea::Error);
    EXPECT_THROW(head.plain->run(Array({3, own})), fovea::Error);
    Array rows({1, 1, own});
    for (const float value : {std::nanf(""), INFINITY}) {
        rows.values[3] = value;
        EXPECT_THROW(head.plain->run(rows), fovea::Error) << value;
    }
    HeadParameters lacking = head.parameters;
    lacking.tensors.erase("fc.bias");
    EXPECT_THROW(fovea::make_plain_head("score-mean", lacking), fovea::Error);
    EXPECT_THROW(fovea::make_plain_head("persons", head.parameters), fovea::Error);
    HeadParameters of_persons = random_head("persons").parameters;
    for (const std::int64_t channels : {layout.channels(), layout.channels() - 1}) {
        of_persons.channels = channels; // -1 besides the motion would pass for any number
        EXPECT_THROW(fovea::make_plain_head("persons", of_persons), fovea::Error) << channels;
    }
    EXPECT_FALSE(fovea::is_plain_head("alstm"));
    EXPECT_THROW(fovea::make_plain_head("alstm", head.parameters), fovea::Error);
}

} // namespace
