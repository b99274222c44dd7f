// SPDX-License-Identifier: MIT
#include <algorithm>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/decide/segment_finder.h"
#include "fovea/train/data/window_list.h"

namespace fovea {

namespace {

ListedClip listed_between(const std::string &video, const std::string &label, double start,
                          double end)
{
    ListedClip clip;
    clip.path = video;
    clip.id = video;
    clip.group = video;
    clip.split = "train";
    clip.label = label;
    clip.start = {start, false};
    clip.end = {end, false};
    return clip;
}

KeptLength hundred_frames(const ListedClip &)
{
    return {100, 10}; // 10 s
}

TEST(WindowList, TakeTheLabelOfWhatTheyOverlapByMoreThanHalf)
{
    // Frames 20 to 40 are a run. Windows of 20 frames every 5: 20-40 overlaps by 1, 15-35 and 25-45
    // by 15/25, 10-30 and 30-50 by 10/30 (neither), 5-25 and 35-55 by 5/35: background like the rest
    ClipList list;
    list.clips = {listed_between("v", "run", 2, 4)};
    list.labels = {"run"};
    const WindowList made = window_list(list, hundred_frames, {20});
    EXPECT_EQ(made.list.labels, (std::vector<std::string>{"run", "background"}));
    std::vector<double> overlaps;
    std::size_t backgrounds = 0;
    for (const ListedClip &clip : made.list.clips) {
        if (clip.label == "run") {
            overlaps.push_back(clip.overlap);
            EXPECT_DOUBLE_EQ(clip.end.value - clip.start.value, 2);
            EXPECT_DOUBLE_EQ(clip.weight, 1);
        } else {
            EXPECT_EQ(clip.label, background_label);
            ++backgrounds;
        }
        EXPECT_EQ(clip.split, "train");
    }
    ASSERT_EQ(overlaps.size(), 3U);
    EXPECT_DOUBLE_EQ(overlaps[0], 0.6);
    EXPECT_DOUBLE_EQ(overlaps[1], 1);
    EXPECT_EQ(backgrounds, 17U - 5);
    EXPECT_DOUBLE_EQ(made.list.clips[0].weight, 3.0 / 12) << "three a pass, as many as runs";
}

TEST(WindowList, PriorsAreHowOftenAnActionHasALength)
{
    ClipList list;
    list.clips = {listed_between("v", "run", 0, 2), listed_between("v", "run", 3, 5.1),
                  listed_between("w", "run", 0, 4), listed_between("w", "sit", 5, 9)};
    list.labels = {"run", "sit"};
    const WindowList made = window_list(list, hundred_frames, {16, 40});
    ASSERT_EQ(made.priors.size(), 3U);
    EXPECT_DOUBLE_EQ(made.priors[0][0], 2.0 / 5); // 20 and 21 frames are half to twice 16 and 40
    EXPECT_DOUBLE_EQ(made.priors[1][1], 1);
}

TEST(WindowList, WhatTheTestShowsIsNotLearned)
{
    ClipList list;
    list.clips = {listed_between("v", "run", 0, 4), listed_between("t", "run", 0, 1.6)};
    list.labels = {"run"};
    const WindowList alone =
        window_list({{list.clips[0]}, list.labels, {}}, hundred_frames, {16, 40});
    list.clips[1].split = "test";
    const WindowList both = window_list(list, hundred_frames, {16, 40});
    EXPECT_EQ(both.priors, alone.priors);
    EXPECT_DOUBLE_EQ(both.priors[0][1], 1);
    const auto weight_of_background = [](const WindowList &made) {
        return std::find_if(made.list.clips.begin(), made.list.clips.end(),
                            [](const ListedClip &clip) { return clip.label == background_label; })
            ->weight;
    };
    EXPECT_DOUBLE_EQ(weight_of_background(both), weight_of_background(alone));
}

TEST(WindowList, WhatIsPutIntoTheTestOnceThereAreWindowsIsNotLearnedEither)
{
    ClipList list;
    list.clips = {listed_between("v", "run", 0, 4), listed_between("t", "run", 0, 1.6)};
    list.labels = {"run"};
    for (ListedClip &clip : list.clips)
        clip.split.clear();
    const auto split = [](ClipList *windows) {
        for (ListedClip &window : windows->clips)
            window.split = window.group == "t" ? "test" : "train";
    };
    const WindowList made =
        window_list(list, hundred_frames, {16, 40}, WindowLabels::Classes, split);
    EXPECT_EQ(made.priors[0], (std::vector<double>{0, 1})) << "40 frames are of one length";
    list.clips.pop_back();
    list.clips[0].split = "train";
    const WindowList alone = window_list(list, hundred_frames, {16, 40});
    const auto background = [](const WindowList &windows) {
        return std::find_if(windows.list.clips.begin(), windows.list.clips.end(),
                            [](const ListedClip &clip) { return clip.label == background_label; });
    };
    EXPECT_DOUBLE_EQ(background(made)->weight, background(alone)->weight);
}

TEST(WindowList, WithoutOneThatShowsAnActionSaysWhatIsLookedFor)
{
    ClipList list;
    list.clips = {listed_between("v", "blink", 2, 2.2)};
    list.labels = {"blink"};
    const std::string expected = "; expected actions of 20 to 40 frames";
    EXPECT_EQ(error_of([&] {
                  window_list(list, hundred_frames, {20, 40});
              }),
              "windows: not one overlaps an action by more than half" + expected);
    list.clips = {listed_between("v", "blink", 11, 12)}; // of 10 s
    EXPECT_EQ(error_of([&] {
                  window_list(list, hundred_frames, {20, 40}, WindowLabels::Proposals);
              }),
              "windows: not one overlaps an action" + expected);
}

/* Windows of 20 frames every 5; by stretch: 20 to 40 (a run), 62 to 66 (a jump), 85 to 100 (ambiguous) */
TEST(WindowList, OfProposalsAnActionIsMoreThanSevenTenthsOrTheNearestOfAll)
{
    ClipList list;
    list.clips = {listed_between("v", "run", 2, 4), listed_between("v", "jump", 6.2, 6.6),
                  listed_between("v", "Ambiguous", 8.5, 10)};
    list.labels = {"run", "jump"};
    const WindowList made = window_list(list, hundred_frames, {20}, WindowLabels::Proposals);
    EXPECT_EQ(made.list.labels, (std::vector<std::string>{"action", "background"}));
    EXPECT_TRUE(made.priors.empty());
    std::vector<std::string> actions;
    std::vector<std::string> backgrounds;
    for (const ListedClip &clip : made.list.clips)
        (clip.label == action_label ? actions : backgrounds).push_back(clip.id);
    // 15-35 and 25-45 overlap the run by 0.6: neither. 50-70 is the first that holds the whole jump
    // (0.2), 55-75 and 60-80 overlap it as much and are background; from 70-90 on it is ambiguous
    EXPECT_EQ(actions, (std::vector<std::string>{"v~20+20", "v~50+20"}));
    EXPECT_EQ(backgrounds, (std::vector<std::string>{"v~0+20", "v~5+20", "v~35+20", "v~40+20",
                                                     "v~45+20", "v~55+20", "v~60+20", "v~65+20"}));
    for (const ListedClip &clip : made.list.clips)
        EXPECT_DOUBLE_EQ(clip.weight, clip.label == action_label ? 1 : 2.0 / 8)
            << "a background is drawn as often as an action";
}

TEST(WindowList, WhatIsAmbiguousIsNeitherAClassNorBackground)
{
    ClipList list;
    list.clips = {listed_between("v", "run", 2, 4), listed_between("v", "Ambiguous", 6, 8)};
    list.labels = {"run"};
    const WindowList made = window_list(list, hundred_frames, {20});
    EXPECT_EQ(made.list.labels, (std::vector<std::string>{"run", "background"}));
    for (const ListedClip &clip : made.list.clips) {
        EXPECT_NE(clip.label, "Ambiguous");
        const bool touches = clip.start.value < 8 && clip.end.value > 6;
        EXPECT_FALSE(touches) << clip.id;
    }
}

} // namespace

} // namespace fovea
