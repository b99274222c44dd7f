// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <gtest/gtest.h>

#include "fovea/engine/onednn/arena.h"

namespace {

using fovea::ArenaPlan;

TEST(ArenaPlan, PutsBuffersThatNeverMeetInOnePlace)
{
    ArenaPlan plan;
    const auto first = plan.add(1024, 0, 1);
    const auto second = plan.add(1024, 2, 3);
    plan.place();
    EXPECT_EQ(plan.offset(first), plan.offset(second));
    EXPECT_EQ(plan.size(), 1024U);
}

TEST(ArenaPlan, KeepsBuffersThatMeetApart)
{
    ArenaPlan plan;
    const auto early = plan.add(256, 0, 2);
    const auto large = plan.add(4096, 1, 1);
    const auto late = plan.add(256, 2, 4);
    plan.place();
    EXPECT_EQ(plan.offset(large), 0U); // the largest first
    EXPECT_EQ(plan.offset(early), 4096U);
    EXPECT_EQ(plan.offset(late), 0U); // large is gone, early is not
    EXPECT_EQ(plan.size(), 4096U + 256U);
}

TEST(ArenaPlan, FillsAGapBetweenTwo)
{
    ArenaPlan plan;
    const auto low = plan.add(512, 0, 9);    // 0 to 512
    const auto middle = plan.add(320, 0, 1); // 512 to 832
    const auto high = plan.add(256, 0, 9);   // 832 to 1088
    const auto later = plan.add(192, 2, 9);  // where the middle was
    plan.place();
    EXPECT_EQ(plan.offset(low), 0U);
    EXPECT_EQ(plan.offset(middle), 512U);
    EXPECT_EQ(plan.offset(high), 832U);
    EXPECT_EQ(plan.offset(later), 512U);
}

TEST(ArenaPlan, ExtendsALife)
{
    ArenaPlan plan;
    const auto first = plan.add(64, 0, 0);
    const auto second = plan.add(64, 1, 1);
    plan.extend(first, 1);
    plan.place();
    EXPECT_NE(plan.offset(first), plan.offset(second));
}

TEST(AlignedBytes, StandOnACacheLineAndGrow)
{
    fovea::AlignedBytes bytes;
    const std::byte *block = bytes.reserve(100);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 64, 0U);
    EXPECT_EQ(bytes.reserve(50), block) << "has room already";
    std::memset(bytes.reserve(1 << 20), 1, 1 << 20);
    EXPECT_EQ(bytes.data()[(1 << 20) - 1], std::byte{1});
}

} // namespace
