// SPDX-License-Identifier: MIT
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "features/attention_gate.h"

namespace {

using fovea::AttentionGate;

/** A head whose attention is what the test says */
class SetHead final : public fovea::ActivityHead
{
public:
    explicit SetHead(std::vector<float> weights) : weights_(std::move(weights)) {}

    fovea::HeadScores run(const fovea::Array &) override { return {{}, weights_, {}}; }

    std::int64_t channels() const override { return 1; }

private:
    std::vector<float> weights_;
};

using Indices = std::vector<std::size_t>;

/** \return the regions looked at, by timestep */
std::vector<Indices> looks(const std::vector<float> &weights, const fovea::GateOptions &options,
                           int timesteps)
{
    AttentionGate gate(std::make_unique<SetHead>(weights), options);
    std::vector<Indices> all;
    for (int i = 0; i < timesteps; ++i) {
        all.push_back(gate.open(weights.size()));
        gate.learn(fovea::Array({static_cast<std::int64_t>(weights.size()), 1, 1}));
    }
    return all;
}

TEST(AttentionGate, LooksAtRegionsBelowTheGateEveryFewTimestepsInTurns)
{
    // Of equal weights of 1: 2.8 and three of 0.4. From 1 they fall 0.6 (1 - 0.75^n) and are below
    // 0.5 after 7 timesteps: 0.4 + 0.6 * 0.133 = 0.48
    const auto seen = looks({0.7F, 0.1F, 0.1F, 0.1F}, {0.5, 4}, 12);
    for (std::size_t i = 0; i < 7; ++i)
        EXPECT_EQ(seen[i], (Indices{0, 1, 2, 3})) << i;
    EXPECT_EQ(seen[7], (Indices{0, 1})); // 7 + 1 = 8
    EXPECT_EQ(seen[8], (Indices{0}));
    EXPECT_EQ(seen[9], (Indices{0, 3}));
    EXPECT_EQ(seen[10], (Indices{0, 2}));
    EXPECT_EQ(seen[11], (Indices{0, 1}));
}

TEST(AttentionGate, LooksAtAllRegionsThatAreEquallyHeeded)
{
    for (const Indices &seen : looks({0.25F, 0.25F, 0.25F, 0.25F}, {0.9, 4}, 20))
        EXPECT_EQ(seen.size(), 4U);
}

TEST(AttentionGate, LooksAtAllRegionsWhenTheirNumberChanges)
{
    AttentionGate gate(std::make_unique<SetHead>(std::vector<float>{1, 0}), {0.5, 100});
    for (int i = 0; i < 20; ++i) {
        gate.open(2);
        gate.learn(fovea::Array({2, 1, 1}));
    }
    EXPECT_EQ(gate.open(2), Indices{0});
    EXPECT_EQ(gate.open(3), (Indices{0, 1, 2}));
}

} // namespace
