// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstdlib>
#include <fstream>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "fovea/bundle/weights.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/nn/backbone.h"
#include "named_numbers.h"

namespace {

using fovea::Json;
using fovea::nn::make_backbone;

void expect_like(const at::Tensor &got, const Json &expected)
{
    const auto first = expected["first"].get<std::vector<double>>();
    const at::Tensor flat = got.contiguous().flatten().to(at::kDouble);
    for (std::size_t i = 0; i < first.size(); ++i) {
        const double scale = std::max(std::abs(first[i]), 1e-2);
        EXPECT_NEAR(flat[static_cast<std::int64_t>(i)].item<double>(), first[i], 1e-4 * scale)
            << "value " << i;
    }
}

TEST(Watch, AgreesWithTheReferenceOnItsTrainedWeights)
{
    const char *shared = std::getenv("FOVEA_SHARED");
    const std::string folder = std::string(shared ? shared : "") + "/default-model/";
    if (!std::ifstream(folder + "reference.json"))
        GTEST_SKIP()
            << "the reference outputs (default-model/reference.json) are not on this machine";
    const Json reference = fovea::read_json(folder + "reference.json");

    const auto watch = make_backbone("watch", 3);
    fovea::load_weights(*watch, fovea::read_weights(folder + "watch.pt"), "watch.pt");
    watch->eval();
    const at::NoGradGuard no_grad;
    const at::Tensor clips =
        named_numbers::uniform("input/watch", {2, 3, 17, 96, 96}).to(at::kFloat);
    const at::Tensor rows = watch->rows(clips);
    ASSERT_EQ(rows.sizes().vec(), (std::vector<std::int64_t>{2, 4, 128}));
    expect_like(rows, reference["features"]);
    const double l2 = reference["features"]["l2"];
    EXPECT_NEAR(rows.norm().item<double>(), l2, 1e-4 * l2);
    const at::Tensor logits = watch->logits(clips);
    ASSERT_EQ(logits.sizes().vec(), (std::vector<std::int64_t>{2, 3, 1}));
    expect_like(logits, reference["logits"]);
}

TEST(Watch, HasThePublishedNumberOfParameters)
{
    std::int64_t count = 0;
    for (const at::Tensor &parameter : make_backbone("watch", 3)->parameters())
        count += parameter.numel();
    EXPECT_EQ(count, 304371);
}

TEST(Watch, GivesARowForEveryFourDifferences)
{
    const auto watch = make_backbone("watch", 0);
    watch->eval();
    const at::NoGradGuard no_grad;
    EXPECT_EQ(watch->rows_of(17), 4);
    for (const std::int64_t frames : {5, 8, 9, 17, 33})
        EXPECT_EQ(watch->rows(at::zeros({1, 3, frames, 32, 32})).size(1), watch->rows_of(frames));
}

TEST(Watch, SeesNothingInAStillPicture)
{
    // Differences of equal frames are 0, so the rows do not depend on the picture
    const auto watch = make_backbone("watch", 0);
    watch->eval();
    const at::NoGradGuard no_grad;
    const at::Tensor picture = at::rand({1, 3, 1, 32, 32}).expand({1, 3, 17, 32, 32});
    EXPECT_TRUE(watch->rows(picture).equal(watch->rows(at::zeros_like(picture))));
}

TEST(Watch, RefusesAClipThatDoesNotFit)
{
    try {
        make_backbone("watch", 0)->rows(at::zeros({1, 3, 17, 96, 100}));
        FAIL();
    } catch (const fovea::Error &error) {
        EXPECT_EQ(
            std::string(error.what()),
            "watch: expected clips of at least 5 frames (best: 17) of a width and height that "
            "16 divides (best: 96 x 96), got 17 frames of 100 x 96");
    }
}

} // namespace
