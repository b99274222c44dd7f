// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <filesystem>

#include "evidence_recording.h"

namespace fovea::test {

TEST_F(EvidenceRecording, AClipGoesFromBeforeAnEventToBehindIt)
{
    encode(h264, 20);
    make(2 * second, 3 * second, 60 * second);
    take(0, 8);
    const auto clip = recorder_->begin(6 * second, folder_.path() / "day" / "one");
    EXPECT_EQ(clip, 1U);
    take(8, 10);
    recorder_->end(1, 9 * second);
    take(10, 20);
    finish();
    ASSERT_EQ(files_[1], (folder_.path() / "day" / "one.mp4").string()) << whys_[1];
    EXPECT_NEAR(seconds_of(files_[1]), 8.0, 0.25); // from 4, a key frame, to 12
    EXPECT_FALSE(std::filesystem::exists(files_[1] + ".part"));
}

TEST_F(EvidenceRecording, APipelineThatBeginsAnewHasNoClipOfTheOneBefore)
{
    encode(h264, 20);
    make(2 * second, 3 * second, 60 * second);
    take(15, 20);
    recorder_->forget();
    take(0, 3); // its time begins anew
    EXPECT_EQ(recorder_->begin(1 * second, folder_.path() / "one"), 1U);
    recorder_->end(1, 2 * second);
    take(3, 8);
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 5.0, 0.25) << whys_[1];
}

TEST_F(EvidenceRecording, AnEventWhileTheStreamIsLostHasNoClipOfATimeBefore)
{
    encode(h264, 5);
    make(2 * second, 3 * second, 60 * second);
    take(0, 4);
    recorder_->cut();
    EXPECT_EQ(recorder_->begin(60 * second, folder_.path() / "one"), 0U);
    EXPECT_EQ(recorder_->begin(5 * second, folder_.path() / "two"), 1U)
        << "what led to it is there";
}

TEST_F(EvidenceRecording, AClipThatCannotBeWrittenIsNotThatOfTheNextEvent)
{
    encode(h264, 20);
    make(1 * second, 1 * second, 60 * second);
    take(0, 4);
    folder_.write("file", "");
    EXPECT_EQ(recorder_->begin(3 * second, folder_.path() / "file" / "one"), 1U);
    take(4, 6);
    for (int i = 0; i < 6000 && whys_.empty(); ++i) { // told on the main loop
        g_usleep(10'000);
        g_main_context_iteration(nullptr, FALSE);
    }
    ASSERT_EQ(whys_.count(1), 1U);
    EXPECT_NE(whys_[1], "");
    EXPECT_EQ(recorder_->begin(5 * second, folder_.path() / "two"), 2U);
    take(6, 8);
    recorder_->end(2, 7 * second);
    take(8, 20);
    finish();
    EXPECT_NEAR(seconds_of(files_[2]), 4.0, 0.25) << whys_[2]; // 4 to 8
}

/* h264parse makes two of some of its frames */
TEST_F(EvidenceRecording, FramesThatTheCameraParsedAreNotParsedAgain)
{
    const char *shared = std::getenv("FOVEA_SHARED");
    const auto clip =
        std::filesystem::path(shared != nullptr ? shared : "") / "data/clips/arm-wrestling.mp4";
    if (!std::filesystem::exists(clip))
        GTEST_SKIP() << "no real clips: FOVEA_SHARED is not set to their folder";
    samples_ =
        samples_of("filesrc location=" + clip.string() +
                   " ! qtdemux ! h264parse ! "
                   "video/x-h264,stream-format=avc,alignment=au ! appsink name=sink sync=false");
    ASSERT_GT(samples_.size(), 200U);
    make(1 * second, 1 * second, 60 * second);
    recorder_->take(samples_.front());
    EXPECT_EQ(recorder_->begin(0, folder_.path() / "one"), 1U);
    for (std::size_t i = 1; i < samples_.size(); ++i)
        recorder_->take(samples_[i]);
    finish();
    ASSERT_NE(files_[1], "") << whys_[1];
    EXPECT_NEAR(seconds_of(files_[1]), static_cast<double>(samples_.size()) / 28,
                0.5); // frames a second
}

TEST_F(EvidenceRecording, EventsThatOverlapShareAClip)
{
    encode(h264, 20);
    make(1 * second, 1 * second, 60 * second);
    take(0, 4);
    EXPECT_EQ(recorder_->begin(3 * second, folder_.path() / "one"), 1U);
    take(4, 6);
    EXPECT_EQ(recorder_->begin(5 * second, folder_.path() / "two"), 1U);
    recorder_->end(1, 6 * second);
    take(6, 9); // the second goes on
    recorder_->end(1, 9 * second);
    take(9, 20);
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 8.0, 0.25); // 2 to 10
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "two.mp4"));
}

TEST_F(EvidenceRecording, AnEventThatOutlastsItsClipLeavesTheNextOneItsLength)
{
    encode(h264, 30);
    make(1 * second, 1 * second, 5 * second);
    take(0, 4);
    EXPECT_EQ(recorder_->begin(3 * second, folder_.path() / "one"), 1U);
    take(4, 12); // cut at 7
    recorder_->end(1, 11 * second);
    take(12, 16);
    EXPECT_EQ(recorder_->begin(15 * second, folder_.path() / "two"), 2U);
    take(16, 17);
    recorder_->end(1, 12 * second); // late, and not of this clip
    recorder_->end(2, 17 * second);
    take(17, 30);
    finish();
    EXPECT_NEAR(seconds_of(files_[2]), 4.0, 0.25); // 14 to 18
}

TEST_F(EvidenceRecording, AnEventThatWouldBeCutBeginsAClipOfItsOwn)
{
    encode(h264, 20);
    make(1 * second, 2 * second, 6 * second);
    take(0, 4);
    EXPECT_EQ(recorder_->begin(3 * second, folder_.path() / "one"), 1U);
    take(4, 7);
    EXPECT_EQ(recorder_->begin(6500 * nanoseconds_per_millisecond, folder_.path() / "two"), 2U);
    take(7, 9);
    recorder_->end(2, 8 * second);
    take(9, 20);
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 6.0, 0.25); // 2 to 8, for the first goes on
    EXPECT_NEAR(seconds_of(files_[2]), 5.0, 0.25); // 5 to 10
}

TEST_F(EvidenceRecording, AnEventWithoutEndIsCutAtTheLongest)
{
    encode(h264, 20);
    make(1 * second, 1 * second, 5 * second);
    take(0, 4);
    recorder_->begin(3 * second, folder_.path() / "one");
    take(4, 20);
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 5.0, 0.25);
}

TEST_F(EvidenceRecording, AnInterruptedStreamEndsTheClip)
{
    encode(h264, 20);
    make(1 * second, 9 * second, 60 * second);
    take(0, 4);
    recorder_->begin(3 * second, folder_.path() / "one");
    take(4, 6);
    recorder_->cut();
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 4.0, 0.25);
}

TEST_F(EvidenceRecording, PicturesOfJpegAreKeptToo)
{
    for (const char *told :
         {"", " ! capssetter replace=true caps=image/jpeg"}) { // by HTTP, no size
        encode(std::string("jpegenc") + told, 6);
        make(1 * second, 1 * second, 60 * second);
        take(0, 4);
        recorder_->begin(3 * second, folder_.path() / "one");
        recorder_->end(1, 3 * second);
        take(4, 6);
        finish();
        ASSERT_EQ(whys_[1], "") << told;
        EXPECT_NEAR(seconds_of(files_[1]), 2.0, 0.25) << told;
    }
}

TEST_F(EvidenceRecording, BeforeTheFirstFrameThereIsNoClip)
{
    encode(h264, 20);
    make(1 * second, 1 * second, 60 * second);
    EXPECT_EQ(recorder_->begin(0, folder_.path() / "one"), 0U);
    recorder_->end(1, second);
    finish();
    EXPECT_TRUE(files_.empty());

    take(0, 4); // and the next event's clip is as long as it should be
    EXPECT_EQ(recorder_->begin(3 * second, folder_.path() / "two"), 1U);
    recorder_->end(1, 4 * second);
    take(4, 20);
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 3.0, 0.25); // 2 to 5
}

TEST_F(EvidenceRecording, WhatCannotBeWrittenIsToldWithTheReason)
{
    encode(h264, 6);
    make(1 * second, 1 * second, 60 * second);
    take(0, 4);
    folder_.write("file", "no folder");
    recorder_->begin(3 * second, folder_.path() / "file" / "one");
    recorder_->end(1, 3 * second);
    take(4, 6);
    finish();
    EXPECT_EQ(files_[1], "");
    EXPECT_NE(whys_[1], "");
}

/* Its alarm would wait for it, and take the first clip of the camera when it begins anew */
TEST_F(EvidenceRecording, AClipThatIsNotWholeInTimeIsToldAsLost)
{
    encode(h264, 50); // far more than is written meanwhile
    make(1 * second, 1 * second, 60 * second);
    take(0, 4);
    ASSERT_EQ(recorder_->begin(3 * second, folder_.path() / "one"), 1U);
    take(4, 50);
    recorder_->finish(std::chrono::steady_clock::now());
    for (int i = 0; i < 6000 && !std::filesystem::is_empty(folder_.path()); ++i)
        g_usleep(10'000); // it goes down by itself
    ASSERT_EQ(files_.count(1), 1U);
    EXPECT_EQ(files_[1], "");
    EXPECT_EQ(whys_[1], "it was not whole in time");
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

} // namespace fovea::test
