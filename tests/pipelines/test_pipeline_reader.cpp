// SPDX-License-Identifier: MIT
#include <stdexcept>

#include <gtest/gtest.h>

#include "command_test.h"
#include "fovea/core/errors.h"
#include "media/pipeline_reader.h"

namespace fovea {

namespace {

class PipelineReading : public fovea_test::CommandTest
{
protected:
    /** \return sizes of the frames, in order */
    std::vector<ImageSize> read(const std::filesystem::path &video, const KeptFrames &kept) const
    {
        std::vector<ImageSize> sizes;
        reader_.read(video, kept, [&](const FrameView &frame) {
            EXPECT_EQ(frame.format, PixelFormat::I420);
            sizes.push_back({frame.width, frame.height});
        });
        return sizes;
    }

    PipelineReader reader_;
};

TEST_F(PipelineReading, GivesEveryFrameAtTheSizeAskedFor)
{
    const auto video = fovea_test::ball(at("ball.mp4"), 45);
    const VideoReader::Info info = reader_.info(video);
    EXPECT_EQ(info.size.width, 320);
    EXPECT_EQ(info.fps, 30);
    const auto sizes = read(video, {{160, 120}, 30, /*resampled=*/false});
    ASSERT_EQ(sizes.size(), 45U);
    EXPECT_EQ(sizes.front().width, 160);
    EXPECT_EQ(sizes.front().height, 120);
}

TEST_F(PipelineReading, LeavesFramesOutWhereItIsToldTo)
{
    const auto video = fovea_test::ball(at("ball.mp4"), 60);
    EXPECT_NEAR(static_cast<double>(read(video, {{160, 120}, 10, /*resampled=*/true}).size()), 20,
                1);
}

TEST_F(PipelineReading, RawRgbWithItsRowsFromTopToBottomDoesNotHangIt)
{
    const auto video = fovea_test::raw_rgb(at("raw.avi"), 10, 160, 120);
    EXPECT_EQ(read(video, {{80, 60}, 30, /*resampled=*/false}).size(), 10U);
}

TEST_F(PipelineReading, SoundBesideTheFramesDoesNotHoldThemUp)
{
    const auto video = fovea_test::made_by(
        "audiotestsrc num-buffers=100 ! avenc_aac ! queue ! mp4mux name=muxer videotestsrc "
        "num-buffers=60 ! video/x-raw,format=I420,framerate=30/1 ! x264enc ! queue ! muxer. muxer.",
        at("sound.mp4"));
    EXPECT_EQ(read(video, {{160, 120}, 30, /*resampled=*/false}).size(), 60U);
}

TEST_F(PipelineReading, TellsOfAVideoWhatIsNotReadOfItOnce)
{
    const auto whole = fovea_test::made_by(
        "videotestsrc num-buffers=90 ! video/x-raw,format=I420,framerate=30/1 ! x264enc "
        "key-int-max=10 ! matroskamux",
        at("whole.mkv"));
    const auto cut = at("cut.mkv");
    std::filesystem::copy_file(whole, cut);
    std::filesystem::resize_file(cut, std::filesystem::file_size(whole) / 2);
    const auto two = fovea_test::made_by(
        "videotestsrc num-buffers=30 ! x264enc ! queue ! mp4mux name=muxer videotestsrc "
        "num-buffers=30 ! x264enc ! queue ! muxer. muxer.",
        at("two.mp4"));
    std::vector<std::string> told;
    const PipelineReader reader([&](const std::string &line) { told.push_back(line); });
    for (const auto &video : {whole, cut, two, cut, two})
        reader.read(video, {{160, 120}, 30, /*resampled=*/false}, [](const FrameView &) {});
    ASSERT_EQ(told.size(), 2U);
    EXPECT_NE(told[0].find("cut.mkv' goes to 0:01 of its 0:03 only; it seems damaged"),
              std::string::npos)
        << told[0];
    EXPECT_NE(told[1].find("two.mp4' has 2 video tracks, of which the first is looked at alone"),
              std::string::npos)
        << told[1];
}

/* As of H.264 in AVI, which may state twice its rate, or of a phone where it gets dark */
TEST_F(PipelineReading, TellsOfFramesThatDoNotComeAtTheRateThatTheirFileStates)
{
    const auto video = fovea_test::ball(at("ball.mp4"), 60); // at 30 a second
    std::vector<std::string> told;
    const PipelineReader reader([&](const std::string &line) { told.push_back(line); });
    for (const KeptFrames kept :
         {KeptFrames{{160, 120}, 30, false}, KeptFrames{{160, 120}, 60, /*resampled=*/true}})
        reader.read(video, kept, [](const FrameView &) {});
    EXPECT_TRUE(told.empty()) << "frames are where their rate has them";
    reader.read(video, {{160, 120}, 60, /*resampled=*/false}, [](const FrameView &) {});
    ASSERT_EQ(told.size(), 1U);
    EXPECT_NE(told[0].find("has frames as far as 1.0 s from where the 60 a second that it states"),
              std::string::npos)
        << told[0];
}

TEST_F(PipelineReading, TellsItAgainWhereTheFramesWereKept)
{
    fovea_test::made_by("videotestsrc num-buffers=90 ! video/x-raw,format=I420,framerate=30/1 ! "
                        "x264enc key-int-max=10 ! matroskamux",
                        at("cut.mkv"));
    std::filesystem::resize_file(at("cut.mkv"), std::filesystem::file_size(at("cut.mkv")) / 2);
    ListedClip clip;
    clip.path = at("cut.mkv");
    FrameCacheSettings settings;
    settings.folder = at("frames");
    ActivityCard card;
    card.regions.actor = false;
    for (int run = 0; run < 2; ++run) {
        std::vector<std::string> told;
        const auto reader = std::make_shared<PipelineReader>(
            [&](const std::string &line) { told.push_back(line); });
        FrameCache(card, settings, reader).open(clip);
        ASSERT_EQ(told.size(), 1U) << run;
        EXPECT_NE(told[0].find("cut.mkv' goes to 0:01 of its 0:03 only; it seems damaged"),
                  std::string::npos)
            << told[0];
    }
}

TEST_F(PipelineReading, WhatTheReceiverThrowsEndsTheReadingAndComesOut)
{
    const auto video = fovea_test::ball(at("ball.mp4"), 300);
    int seen = 0;
    try {
        reader_.read(video, {{160, 120}, 30, /*resampled=*/false}, [&](const FrameView &) {
            if (++seen == 3)
                throw std::runtime_error("the disk is full");
        });
        FAIL() << "no exception";
    } catch (const std::runtime_error &error) {
        EXPECT_STREQ(error.what(), "the disk is full");
    }
    EXPECT_EQ(seen, 3);
}

TEST_F(PipelineReading, WhatTheReceiverThrowsAtTheLastFramesDoesNotHangIt)
{
    const auto video = fovea_test::ball(at("ball.mp4"), 40); // all of it is demuxed by then
    for (int last = 1; last <= 40; ++last) {
        int seen = 0;
        EXPECT_THROW(reader_.read(video, {{160, 120}, 30, /*resampled=*/false},
                                  [&](const FrameView &) {
                                      if (++seen == last)
                                          throw std::runtime_error("the disk is full");
                                  }),
                     std::runtime_error)
            << last;
        EXPECT_EQ(seen, last);
    }
}

TEST_F(PipelineReading, AFileThatIsNoVideoIsAnError)
{
    fovea_test::write_text(at("words.mp4"), "words");
    EXPECT_THROW(read(at("words.mp4"), {{160, 120}, 30, false}), Error);
}

} // namespace

} // namespace fovea
