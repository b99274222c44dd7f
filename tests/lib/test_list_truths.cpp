// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/lists/list_truths.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

ListedClip listed(const std::string &video, const std::string &label, double start, ListedTime end,
                  const std::string &split = "test")
{
    ListedClip clip;
    clip.path = video + ".mp4";
    clip.id = video;
    clip.label = label;
    clip.split = split;
    clip.start = {start, /*is_share=*/false};
    clip.end = end;
    return clip;
}

/** \brief Features of a video of 10 s */
void write_features(const std::filesystem::path &folder, const std::string &video)
{
    FeatureFile file;
    file.video_id = video;
    file.features = Array({1, 1, 1});
    file.boxes = {whole_frame};
    file.times = {{0, nanoseconds_per_second}};
    file.frames = 250;
    file.fps = 25;
    write_feature_file(folder / (video + ".pt"), file);
}

TEST(SegmentTruths, AreOfTheSplitsVideosWhoseFeaturesAreThere)
{
    const TemporaryFolder folder;
    write_features(folder.path(), "a");
    write_features(folder.path(), "c");
    ClipList list;
    list.labels = {"background", "dive"};
    list.clips = {listed("a", "dive", 1, {2.5, false}), listed("a", "background", 3, {4, false}),
                  listed("a", "Ambiguous", 5, {1, /*is_share=*/true}),
                  listed("b", "dive", 1, {2, false}), // was not extracted
                  listed("c", "dive", 1, {2, false}, "train")};
    const SegmentTruths truths = segment_truths(list, "test", folder.path(), /*background=*/0);
    EXPECT_EQ(truths.ids, (std::vector<std::string>{"a"}));
    ASSERT_EQ(truths.intervals.size(), 2U);
    EXPECT_EQ(truths.intervals[0].label, 1);
    EXPECT_EQ(truths.intervals[0].start, 1);
    EXPECT_EQ(truths.intervals[0].end, 2.5);
    EXPECT_EQ(truths.intervals[1].label, ambiguous_label);
    EXPECT_EQ(truths.intervals[1].end, 10); // its share is of the length that was measured

    EXPECT_EQ(segment_truths(list, "", folder.path(), -1).ids,
              (std::vector<std::string>{"a", "c"}));
}

TEST(RowsByVideo, AreThoseOfTheSplitInTheOrderOfTheList)
{
    ClipList list;
    list.clips = {listed("b", "run", 0, {1, false}), listed("a", "run", 0, {1, true}),
                  listed("c", "run", 0, {1, true}, "train"), listed("b", "walk", 2, {3, false})};
    const auto videos = rows_by_video(list, "test");
    ASSERT_EQ(videos.size(), 2U);
    EXPECT_EQ(videos[0].size(), 2U);
    EXPECT_EQ(videos[0][1].label, "walk");
    EXPECT_EQ(videos[1][0].id, "a");
    EXPECT_EQ(rows_by_video(list, "").size(), 3U);
}

TEST(WatchedVideo, StretchesAreEventsButForNormalAndWhatIsAmbiguous)
{
    ClipList list;
    list.labels = {"normal", "fight", ambiguous_name};
    VideoRows rows = {listed("a", "fight", 1, {25, true}), listed("a", "normal", 4, {6, false}),
                      listed("a", ambiguous_name, 8, {9, false})};
    rows[0].end = {0.25, true};
    rows[0].set = "street";
    const WatchedVideo video = watched_video(rows, list, /*normal=*/0, /*duration=*/20);
    EXPECT_EQ(video.id, "a");
    EXPECT_EQ(video.set, "street");
    EXPECT_EQ(video.duration, 20);
    ASSERT_EQ(video.events.size(), 1U);
    EXPECT_EQ(video.events[0].label, 1);
    EXPECT_EQ(video.events[0].time.start, 1);
    EXPECT_EQ(video.events[0].time.end, 5);
    ASSERT_EQ(video.ignored.size(), 1U);
    EXPECT_EQ(video.ignored[0].start, 8);
}

TEST(WatchedVideo, OfATrimmedClipAllButItsEventIsIgnored)
{
    ClipList list;
    list.labels = {"normal", "fall"};
    ListedClip clip = listed("a", "fall", 0, {1, true});
    clip.event = ListedEvent{{1.5, false}, {2, false}};
    const WatchedVideo video = watched_video({clip}, list, 0, 4);
    ASSERT_EQ(video.events.size(), 1U);
    EXPECT_EQ(video.events[0].time.start, 1.5);
    EXPECT_EQ(video.events[0].time.end, 2);
    ASSERT_EQ(video.ignored.size(), 1U);
    EXPECT_EQ(video.ignored[0].end, 4);
}

} // namespace

} // namespace fovea
