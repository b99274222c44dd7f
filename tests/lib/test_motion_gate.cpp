// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/random.h"
#include "fovea/detect/motion_gate.h"
#include "time_units.h"

namespace fovea {
namespace {

RgbImage grey(int level, int width = 60, int height = 44) // edges that are no multiple of 8
{
    RgbImage image;
    image.size = {width, height};
    image.pixels.assign(static_cast<std::size_t>(3 * width * height),
                        static_cast<std::uint8_t>(level));
    return image;
}

/** \brief A square of so many pixels at (x, y) */
RgbImage with_square(int x, int y, int pixels, int level)
{
    RgbImage image = grey(100);
    for (int row = y; row < y + pixels; ++row)
        for (int column = x; column < x + pixels; ++column)
            for (int c = 0; c < 3; ++c)
                image.pixels[static_cast<std::size_t>(3 * (row * 60 + column) + c)] =
                    static_cast<std::uint8_t>(level);
    return image;
}

class MotionGateTest : public testing::Test
{
protected:
    /** \brief Shows it a still picture until it is closed */
    void close()
    {
        for (int i = 0; i <= 2; ++i)
            gate_.opens(grey(100), i * second);
        ASSERT_FALSE(gate_.opens(grey(100), 3 * second));
    }

    MotionGateTest() { gate_.set_threshold(6); }

    MotionGate gate_;
};

TEST_F(MotionGateTest, StaysOpenForAWhileBehindAMovementAndThenCloses)
{
    EXPECT_TRUE(gate_.opens(grey(100), 0)) << "the first picture";
    EXPECT_TRUE(gate_.opens(grey(100), second));
    EXPECT_FALSE(gate_.opens(grey(100), 2 * second));
    EXPECT_FALSE(gate_.opens(grey(100), 9 * second));
}

TEST_F(MotionGateTest, ASquareOfEightPixelsOpensIt)
{
    close();
    EXPECT_TRUE(gate_.opens(with_square(24, 16, 8, 150), 4 * second));
    EXPECT_TRUE(gate_.opens(with_square(24, 16, 8, 150), 5 * second));
    EXPECT_FALSE(gate_.opens(with_square(24, 16, 8, 150), 6 * second));
    EXPECT_TRUE(gate_.opens(with_square(28, 20, 8, 150), 6 * second)) << "it went on";
    EXPECT_TRUE(gate_.opens(with_square(52, 36, 8, 150), 20 * second)) << "in the corner";
}

TEST_F(MotionGateTest, NoiseDoesNotOpenIt)
{
    Random random(1);
    const auto noisy = [&] {
        RgbImage image = grey(100);
        for (std::uint8_t &value : image.pixels)
            value = static_cast<std::uint8_t>(90 + random.below(21)); // 100, give or take 10
        return image;
    };
    int opened = 0;
    for (int i = 0; i < 25 * 9; ++i)
        opened += gate_.opens(noisy(), i * second / 25) ? 1 : 0;
    EXPECT_EQ(opened, 2 * 25) << "the first two seconds";
}

TEST_F(MotionGateTest, SlowChangesAddUp)
{
    close();
    int at = 100;
    Nanoseconds time = 4 * second;
    while (!gate_.opens(grey(++at), time += second / 10)) {
    }
    EXPECT_EQ(at, 106);
}

TEST_F(MotionGateTest, OpensFromTimeToTimeAndWhenTheSizeChanges)
{
    close();
    EXPECT_FALSE(gate_.opens(grey(100), 10 * second));
    EXPECT_TRUE(gate_.opens(grey(100), 11 * second)) << "10 s behind the last look";
    EXPECT_FALSE(gate_.opens(grey(100), 12 * second));
    EXPECT_TRUE(gate_.opens(grey(100, 80, 48), 13 * second));
    EXPECT_TRUE(gate_.opens(grey(100, 80, 48), 14 * second));
    gate_.reset();
    EXPECT_TRUE(gate_.opens(grey(100, 80, 48), 0));
}

TEST_F(MotionGateTest, WithoutAThresholdItIsOpen)
{
    gate_.set_threshold(0);
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(gate_.opens(grey(100), i * second));
}

} // namespace
} // namespace fovea
