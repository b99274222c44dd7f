// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/focus/clip_truth.h"

namespace fovea {

TEST(ClipTruth, IsReadFromTheWordsThatSayIt)
{
    const auto shown = shown_classes("3 1.5 4;7 0 30");
    ASSERT_EQ(shown.size(), 2U);
    EXPECT_EQ(shown[0].index, 3);
    EXPECT_EQ(shown[0].start, 1.5);
    EXPECT_EQ(shown[0].end, 4);
    EXPECT_EQ(shown[1].index, 7);
    const auto again = shown_classes(words_of(shown));
    ASSERT_EQ(again.size(), 2U);
    EXPECT_EQ(again[1].end, 30);
    EXPECT_TRUE(shown_classes(words_of({})).empty()) << "a video that shows none of them";
}

TEST(ClipTruth, OfOtherWordsIsRefused)
{
    for (const char *words : {"run 1 2", "3 1.5", "3 4 1.5", "-1 0 1", "3 0 1 2"})
        EXPECT_EQ(error_of([&] { shown_classes(words); }),
                  "what the video shows: expected 'class start end' of each, such as '3 1.5 4;7 0 "
                  "30', or 'none', got '" +
                      std::string(words) + "'");
    EXPECT_EQ(error_of([] {
                  clip_truth({{2, 0, 1}}, 2, {0});
              }),
              "what the video shows: expected one of 2 classes from 0, got class 2");
}

TEST(ClipTruth, IsOfTheFramesInsideAndOfTheWholeVideo)
{
    const ClipTruth truth = clip_truth({{0, 1, 2}, {2, 8, 9}}, 3, {0.9, 1, 1.5, 2, 2.1});
    EXPECT_EQ(truth.frames.shape, (std::vector<std::int64_t>{3, 5}));
    EXPECT_EQ(truth.frames.values,
              (std::vector<float>{0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(truth.video.values, (std::vector<float>{1, 0, 1})) << "the third elsewhere";
}

} // namespace fovea
