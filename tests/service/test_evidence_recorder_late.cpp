// SPDX-License-Identifier: MIT
#include "evidence_recording.h"

namespace fovea::test {

namespace {

std::string h264_with_a_key_each(int seconds)
{
    return "x264enc tune=zerolatency speed-preset=ultrafast option-string=scenecut=0 key-int-max=" +
           std::to_string(seconds * frame_rate) +
           " ! video/x-h264,stream-format=byte-stream,alignment=au";
}

} // namespace

/** \brief A stream that has come to 4 s, while an event at 9 s was told, whose clip is from 7 on */
class ALateStream : public EvidenceRecording
{
protected:
    void SetUp() override
    {
        encode(h264, 20);
        make(2 * second, 1 * second, 60 * second);
        take(0, 4);
        EXPECT_EQ(recorder_->begin(9 * second, folder_.path() / "one"), 1U);
    }
};

TEST_F(ALateStream, IsWaitedFor)
{
    EXPECT_EQ(recorder_->begin(10 * second, folder_.path() / "two"), 1U) << "it is in that clip";
    recorder_->end(1, 10 * second);
    recorder_->end(1, 11 * second);
    play(4, 20);
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 5.0, 0.25) << whys_[1]; // 7 to 12
}

TEST_F(ALateStream, IsToldWhereItEndsBeforeItCameToTheEvent)
{
    recorder_->cut();
    EXPECT_EQ(whys_.at(1), "the recorded stream gave nothing of the alarm's time");
    take(4, 8);
    settle();
    EXPECT_EQ(recorder_->begin(7 * second, folder_.path() / "two"), 2U) << "the next has its own";
}

TEST_F(ALateStream, IsKeptAsFarAsItCame)
{
    take(4, 9); // the main loop was busy
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 2.0, 0.25) << whys_[1]; // 7 to 9
}

TEST_F(EvidenceRecording, TheKeyFrameThatAnEventNeedsIsKeptHoweverOld)
{
    encode(h264_with_a_key_each(30), 29); // one, at 0
    make(1 * second, 1 * second, 5 * second);
    take(0, 27); // more than `before` and what an alarm is told late
    EXPECT_EQ(recorder_->begin(26 * second, folder_.path() / "one"), 1U);
    recorder_->end(1, 26 * second);
    take(27, 29);
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 27.0, 0.25) << whys_[1];
}

TEST_F(EvidenceRecording, WithoutAKeyFrameTheNextOneIsWaitedFor)
{
    encode(h264_with_a_key_each(30), 40);
    make(1 * second, 4 * second, 60 * second);
    take(1, 29);
    EXPECT_EQ(recorder_->begin(28 * second, folder_.path() / "one"), 1U);
    recorder_->end(1, 30 * second);
    play(29, 40);
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 4.0, 0.25) << whys_[1]; // 30 to 34

    make(1 * second, 1 * second, 60 * second);
    take(1, 20);
    EXPECT_EQ(recorder_->begin(19 * second, folder_.path() / "late"), 1U);
    recorder_->end(1, 19 * second); // the key frame comes far behind it
    take(20, 31);
    settle();
    EXPECT_EQ(whys_[1], "the recorded stream gave nothing of the alarm's time");
}

TEST_F(EvidenceRecording, ClipsOfAStreamThatStaysWithoutKeyFramesAreGivenUp)
{
    encode(h264_with_a_key_each(200), 72); // one, at 0
    make(1 * second, 1 * second, 2 * second);
    take(1, 5);
    EXPECT_EQ(recorder_->begin(4 * second, folder_.path() / "one"), 1U); // from 3, until 5 at most
    EXPECT_EQ(recorder_->begin(8 * second, folder_.path() / "two"), 2U);
    take(5, 65);
    settle();
    EXPECT_TRUE(whys_.empty()) << "a key frame may come within a minute";
    take(65, 67);
    settle();
    EXPECT_EQ(whys_[1], "the recorded stream gave nothing of the alarm's time");
    EXPECT_EQ(whys_.count(2), 0U);
    take(67, 72);
    settle();
    EXPECT_EQ(whys_.count(2), 1U);
}

TEST_F(EvidenceRecording, OldFramesAreForgotten)
{
    encode(h264, 40);
    make(2 * second, 1 * second, 60 * second);
    take(0, 40);
    recorder_->begin(5 * second, folder_.path() / "one"); // long past: what is left begins at 23
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 17.0, 1.25);
}

/* Those of USB 2: pictures as they come, 18 MB a second, and its JPEG */
TEST(EvidenceRecorder, AllThatUsbCamerasGiveIsKept)
{
    constexpr std::size_t isochronous = 3 * 1024 * 8000; // USB 2.0, 5.6.3: bytes a second
    EXPECT_GE(EvidenceRecorder::Options{}.most_bytes_a_second, 640 * 480 * 2 * 30);
    EXPECT_GE(EvidenceRecorder::Options{}.most_bytes_a_second, isochronous);
}

/* Of 17 s that are kept as many bytes as a fifth of them have: 3 s and a half */
TEST_F(EvidenceRecording, OfAStreamThatIsTooFastLessIsKept)
{
    const std::size_t rate = encode(h264, 40);
    EvidenceRecorder::Options options = {2 * second, 1 * second, 60 * second};
    options.most_bytes_a_second = rate / 5;
    make(options);
    take(0, 40);
    settle();
    EXPECT_EQ(told_too_fast_, 1);
    recorder_->begin(5 * second, folder_.path() / "one");
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 3.0, 1.0);
}

/* Of 20 s as many bytes as a half of them have; else one camera fills the disk of all */
TEST_F(EvidenceRecording, AClipOfAStreamThatIsTooFastIsShorter)
{
    const std::size_t rate = encode(h264, 40);
    EvidenceRecorder::Options options = {2 * second, 1 * second, 20 * second};
    options.most_bytes_a_second = rate / 2;
    make(options);
    take(0, 5);
    recorder_->begin(4 * second, folder_.path() / "one");
    take(5, 40);
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 10.0, 2.0);
}

/* By its bytes the first clip, of 20 s, is over at about 12 s */
TEST_F(EvidenceRecording, AnEventThatItsClipHasNoBytesForBeginsAClipOfItsOwn)
{
    const std::size_t rate = encode(h264, 40);
    EvidenceRecorder::Options options = {2 * second, 4 * second, 20 * second};
    options.most_bytes_a_second = rate / 2;
    make(options);
    take(0, 5);
    EXPECT_EQ(recorder_->begin(4 * second, folder_.path() / "one"), 1U); // from 2
    take(5, 7);
    EXPECT_EQ(recorder_->begin(5 * second, folder_.path() / "two"), 1U) << "it ends within";
    take(7, 11);
    EXPECT_EQ(recorder_->begin(10 * second, folder_.path() / "three"), 2U);
    take(11, 12);
    recorder_->end(2, 11 * second);
    play(12, 40);
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 10.0, 2.0) << whys_[1];
    EXPECT_NEAR(seconds_of(files_[2]), 7.0, 0.25) << whys_[2]; // 8 to 15
    EXPECT_EQ(told_too_fast_, 1);
}

TEST_F(EvidenceRecording, AnEventThatIsToldWhileTheStreamLagsShortensNoClipBeforeIt)
{
    encode(h264, 20);
    make(1 * second, 1 * second, 6 * second);
    take(0, 4);
    EXPECT_EQ(recorder_->begin(3 * second, folder_.path() / "one"), 1U);
    recorder_->end(1, 6 * second);
    EXPECT_EQ(recorder_->begin(12 * second, folder_.path() / "two"), 2U);
    recorder_->end(2, 13 * second);
    EXPECT_EQ(recorder_->begin(17 * second, folder_.path() / "three"), 3U) << "two wait";
    recorder_->end(3, 17 * second);
    play(4, 20);
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 5.0, 0.25) << whys_[1]; // 2 to 7
    EXPECT_NEAR(seconds_of(files_[2]), 3.0, 0.25) << whys_[2]; // 11 to 14
    EXPECT_NEAR(seconds_of(files_[3]), 2.0, 0.25) << whys_[3]; // 16 to 18
}

TEST_F(EvidenceRecording, WhatIsKeptOfTheStreamMakesNoClipLongerThanTheLongest)
{
    encode(h264, 20);
    make(1 * second, 1 * second, 5 * second);
    take(0, 19); // what is behind 3 is kept
    EXPECT_EQ(recorder_->begin(4 * second, folder_.path() / "late"), 1U);
    recorder_->end(1, 15 * second);
    take(19, 20);
    finish();
    EXPECT_NEAR(seconds_of(files_[1]), 5.0, 0.25) << whys_[1]; // 3 to 8
}

} // namespace fovea::test
