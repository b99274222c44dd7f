// SPDX-License-Identifier: MIT
#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "activations.h"
#include "fovea/core/errors.h"
#include "fovea/nn/heads.h"
#include "fovea/nn/late_fusion.h"
#include "reference_case.h"

namespace {

using fovea::nn::Head;
using fovea::nn::HeadOutput;
using fovea::nn::make_head;
using reference::parameters_of;

// One window, two regions, two rows, two channels:
//   region 0: (1, 0) then (3, 0)   mean over time (2, 0)
//   region 1: (0, 2) then (0, 6)   mean over time (0, 4)
//   mean over regions: (0.5, 1) then (1.5, 3); over both (1, 2)
at::Tensor example()
{
    return at::tensor({1.0F, 0.0F, 3.0F, 0.0F, 0.0F, 2.0F, 0.0F, 6.0F}).view({1, 2, 2, 2});
}

// The FC gives the features back, the attentions add the channels up and take 1 off
std::shared_ptr<Head> example_head(const std::string &name)
{
    const at::NoGradGuard no_grad;
    auto head = make_head(name, 2, 2);
    for (auto &entry : head->named_parameters()) {
        at::Tensor &value = entry.value();
        if (entry.key().find("attention") != std::string::npos)
            value.fill_(entry.key().find("weight") != std::string::npos ? 1 : -1);
        else if (value.dim() == 1)
            value.zero_();
        else
            value.copy_(at::eye(2, value.size(1)).view(value.sizes()));
    }
    head->eval();
    return head;
}

TEST(Heads, RegionMeanIsTheMeanOverRegionsAndTime)
{
    const HeadOutput out = example_head("region-mean")->forward(example());
    EXPECT_TRUE(at::allclose(out.logits, at::tensor({1.0F, 2.0F}).view({1, 2})));
    EXPECT_FALSE(out.region_weights.defined());
    EXPECT_FALSE(out.time_weights.defined());
}

TEST(Heads, LogitsIsRegionMeanWithAConvolution)
{
    const HeadOutput out = example_head("logits")->forward(example());
    EXPECT_TRUE(at::allclose(out.logits, at::tensor({1.0F, 2.0F}).view({1, 2})));
}

TEST(Heads, RegionAttentionWeighsRegionsBySigmoidOverTheirSum)
{
    // a = sigmoid(2 - 1), sigmoid(4 - 1)
    const double a0 = sigmoid(1);
    const double a1 = sigmoid(3);
    const HeadOutput out = example_head("ra")->forward(example());
    EXPECT_NEAR(out.region_weights[0][0].item<double>(), a0 / (a0 + a1), 1e-6);
    EXPECT_NEAR(out.region_weights[0][1].item<double>(), a1 / (a0 + a1), 1e-6);
    EXPECT_NEAR(out.logits[0][0].item<double>(), 2 * a0 / (a0 + a1), 1e-6);
    EXPECT_NEAR(out.logits[0][1].item<double>(), 4 * a1 / (a0 + a1), 1e-6);
    EXPECT_FALSE(out.time_weights.defined());
}

TEST(Heads, TimeAttentionWeighsRowsBySigmoidOverTheirSum)
{
    // b = sigmoid(1.5 - 1), sigmoid(4.5 - 1)
    const double b0 = sigmoid(0.5);
    const double b1 = sigmoid(3.5);
    const HeadOutput out = example_head("ta")->forward(example());
    EXPECT_NEAR(out.time_weights[0][0].item<double>(), b0 / (b0 + b1), 1e-6);
    EXPECT_NEAR(out.logits[0][0].item<double>(), (0.5 * b0 + 1.5 * b1) / (b0 + b1), 1e-6);
    EXPECT_NEAR(out.logits[0][1].item<double>(), (1 * b0 + 3 * b1) / (b0 + b1), 1e-6);
    EXPECT_FALSE(out.region_weights.defined());
}

TEST(Heads, TimeRegionAttentionPutsBothSideBySide)
{
    // The FC [2, 4] is the identity's first two columns: it gives back the regions' half
    const HeadOutput both = example_head("tra")->forward(example());
    const HeadOutput regions = example_head("ra")->forward(example());
    const HeadOutput times = example_head("ta")->forward(example());
    EXPECT_TRUE(at::allclose(both.logits, regions.logits));
    EXPECT_TRUE(at::allclose(both.region_weights, regions.region_weights));
    EXPECT_TRUE(at::allclose(both.time_weights, times.time_weights));
}

TEST(Heads, ScoreMeanIsTheMeanOfTheRegionsSoftmaxes)
{
    // softmax(2, 0) and softmax(0, 4)
    const double p0 = (std::exp(2) / (std::exp(2) + 1) + 1 / (1 + std::exp(4))) / 2;
    const at::Tensor scores = example_head("score-mean")->forward(example()).logits.softmax(1);
    EXPECT_NEAR(scores[0][0].item<double>(), p0, 1e-6);
    EXPECT_NEAR(scores[0][1].item<double>(), 1 - p0, 1e-6);
}

/* The fixed head of the first region gives (2, 0), the trained one, twice as loud, (0, 8): their mean
 * is (1, 4), and of the winning second class the first has sigmoid 1 / 2. */
TEST(Heads, LateFusionIsTheMeanOfTheLogitsOfTwoNetworks)
{
    const auto trained = example_head("region-mean");
    {
        const at::NoGradGuard no_grad;
        for (at::Tensor &parameter : trained->parameters())
            parameter.mul_(2);
    }
    const auto fused = fovea::nn::make_late_fusion(example_head("region-mean"), trained);
    const HeadOutput out = fused->forward(example());
    EXPECT_TRUE(at::allclose(out.logits, at::tensor({1.0F, 4.0F}).view({1, 2})));
    const auto last = static_cast<float>(sigmoid(8) / (0.5 + sigmoid(8)));
    EXPECT_TRUE(at::allclose(out.region_weights, at::tensor({1 - last, last}).view({1, 2})));

    const at::Tensor once = example().narrow(1, 0, 1);
    EXPECT_TRUE(at::equal(fused->forward(once).logits, trained->forward(once).logits));
    EXPECT_THROW(fovea::nn::make_late_fusion(make_head("region-mean", 2, 3), trained),
                 fovea::Error);
}

TEST(Heads, WeightsSumToOneForAnyRows)
{
    const at::Tensor rows = at::randn({3, 11, 64, 32});
    const HeadOutput out = make_head("tra", 32, 5)->forward(rows);
    EXPECT_EQ(out.logits.sizes().vec(), (std::vector<std::int64_t>{3, 5}));
    EXPECT_EQ(out.region_weights.sizes().vec(), (std::vector<std::int64_t>{3, 11}));
    EXPECT_EQ(out.time_weights.sizes().vec(), (std::vector<std::int64_t>{3, 64}));
    EXPECT_TRUE(at::allclose(out.region_weights.sum(1), at::ones({3})));
    EXPECT_TRUE(at::allclose(out.time_weights.sum(1), at::ones({3})));
}

TEST(Heads, HaveThePublishedNumberOfParameters)
{
    EXPECT_EQ(parameters_of(*make_head("ra", 1024, 10)), 11275);
    EXPECT_EQ(parameters_of(*make_head("tra", 1024, 10)), 22540);
}

TEST(Heads, AnUnknownNameListsThoseKnown)
{
    try {
        make_head("best", 2, 2);
        FAIL();
    } catch (const fovea::Error &error) {
        EXPECT_EQ(std::string(error.what()),
                  "head 'best' is not known; expected one of region-mean, "
                  "ra, ta, tra, score-mean, logits, alstm, alstm-last, lstm, persons");
    }
}

} // namespace
