// SPDX-License-Identifier: MIT
#include "label_test.h"
#include "media/media_info.h"
#include "media/pipeline.h"

namespace fs = std::filesystem;
using fovea::Activity;
using fovea_test::activities;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::LabelCommand;
using fovea_test::made_by;
using fovea_test::made_elements;
using fovea_test::raw_rgb;
using fovea_test::read_text;
using fovea_test::write_text;

namespace {

/* Says in the track header, as phones do, that the picture is shown turned by 90 degrees. */
fs::path turned(const fs::path &mp4)
{
    using namespace std::string_literals;
    constexpr std::size_t matrix_offset = 44; // after the type of an ISO 14496-12 TrackHeaderBox
    const std::string matrix = "\0\0\0\0\0\1\0\0\0\0\0\0"
                               "\xff\xff\0\0\0\0\0\0\0\0\0\0"
                               "\0\0\0\0\0\0\0\0\x40\0\0\0"s;
    std::string bytes = read_text(mp4);
    bytes.replace(bytes.find("tkhd") + matrix_offset, matrix.size(), matrix);
    write_text(mp4, bytes);
    return mp4;
}

} // namespace

TEST_F(LabelCommand, LabelledVideoKeepsLengthSizeAndSound)
{
    const fs::path video = made_by(
        "videotestsrc pattern=ball num-buffers=90 ! video/x-raw,framerate=30/1,width=320,height=240"
        " ! x264enc ! queue ! mp4mux name=m audiotestsrc num-buffers=130 ! avenc_aac ! queue ! m. "
        "m.",
        at("sound.mp4"));
    const CommandRun run = label({video.string(), "--video"});
    ASSERT_EQ(run.exit_code, 0) << run.err;

    const fovea::MediaInfo media = fovea::media_info(at("sound.mp4.fovea/labelled.mp4"));
    EXPECT_TRUE(media.has_audio);
    EXPECT_EQ(media.size.width, 320);
    EXPECT_EQ(media.size.height, 240);
    EXPECT_NEAR(fovea::to_seconds(media.duration), 3.0, 0.15);
    EXPECT_FALSE(fs::exists(at("sound.mp4.fovea/labelled.mp4.part")));

    EXPECT_NE(label({video.string(), "--video"}).out.find("labelled before"), std::string::npos);
}

TEST_F(LabelCommand, VideoIsDecodedOnceAndOnceMoreForALabelledVideo)
{
    const fs::path video = ball(at("ball.mp4"), 150, 160, 120); // below 4.6 s it is measured first
    for (const int passes : {1, 2}) {
        const fs::path log = at("gst" + std::to_string(passes) + ".log");
        std::vector<std::string> words = {"--force", video.string()};
        if (passes == 2)
            words.push_back("--video");
        const CommandRun run = label(words, {{"GST_DEBUG", "GST_ELEMENT_FACTORY:4"},
                                             {"GST_DEBUG_NO_COLOR", "1"},
                                             {"GST_DEBUG_FILE", log.string()}});
        ASSERT_EQ(run.exit_code, 0) << run.err;
        // What looks at the file's streams first decodes through uridecodebin, one picture.
        EXPECT_EQ(made_elements(log, "decodebin") - made_elements(log, "uridecodebin"), passes);
    }
}

/* Thirty frames a second, then one: Matroska does not say how long they last, and x264enc's MP4 states a billion a
 * second, of which mp4mux would make a file that nothing plays. */
TEST_F(LabelCommand, LabelledVideoOfARateThatVariesHasAllFrames)
{
    const auto branch = [](const std::string &frames, const std::string &rate) {
        return "videotestsrc pattern=ball num-buffers=" + frames +
               " ! video/x-raw,format=I420,width=160,height=120,framerate=" + rate +
               " ! capssetter caps=video/x-raw,framerate=0/1 ! all. ";
    };
    const auto frames = [](const fs::path &file) {
        const fovea::Chain sink = {{"fakesink", {{"sync", "false"}}}};
        return fovea::FilePipeline({file, sink, {}}).run({}).frames;
    };
    for (const std::string muxer : {"matroskamux", "mp4mux"}) {
        const fs::path video = made_by(branch("60", "30/1") + branch("4", "1/1") +
                                           "concat name=all ! x264enc bframes=0 ! " + muxer,
                                       at(muxer));
        const CommandRun run = label({video.string(), "--video"});
        ASSERT_EQ(run.exit_code, 0) << run.err;
        EXPECT_GE(frames(video), 63U) << muxer; // mp4mux gives the last no duration
        EXPECT_EQ(frames(at(muxer + ".fovea/labelled.mp4")), frames(video)) << muxer;
    }
}

TEST_F(LabelCommand, LabelledVideoOfOddSizeIsMadeEven)
{
    const fs::path video =
        made_by("videotestsrc num-buffers=90 ! video/x-raw,width=63,height=45 ! jpegenc ! avimux",
                at("odd.avi"));
    const CommandRun run = label({video.string(), "--video"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const fovea::MediaInfo media = fovea::media_info(at("odd.avi.fovea/labelled.mp4"));
    EXPECT_EQ(media.size.width, 64);
    EXPECT_EQ(media.size.height, 46);
}

TEST_F(LabelCommand, TinyVideoIsEnlargedToWhatMp4Holds)
{
    const fs::path video = made_by(
        "videotestsrc num-buffers=9 ! video/x-raw,width=17,height=13 ! avenc_ffv1 ! matroskamux",
        at("tiny.mkv"));
    const CommandRun run = label({video.string(), "--video"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const fovea::MediaInfo media = fovea::media_info(at("tiny.mkv.fovea/labelled.mp4"));
    EXPECT_EQ(media.size.width, 18);
    EXPECT_EQ(media.size.height, 16);
}

TEST_F(LabelCommand, RawRgbWithItsRowsFromTopToBottomIsLabelledToo)
{
    const fs::path video = raw_rgb(at("raw.avi"), 30, 160, 120);
    const CommandRun run = label({"--video", "--summary", video.string()});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    const fovea::MediaInfo media = fovea::media_info(at("raw.avi.fovea/labelled.mp4"));
    EXPECT_EQ(media.size.width, 160);
    EXPECT_EQ(media.size.height, 120);
}

TEST_F(LabelCommand, VideoFilmedUprightIsSeenUpright)
{
    const fs::path video = turned(ball(at("upright.mp4"), 60, 320, 180));
    const CommandRun run = label({video.string(), "--video"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto whole = activities(at("upright.mp4.fovea"), Activity::Scope::Video);
    ASSERT_EQ(whole.size(), 1U);
    EXPECT_EQ(whole.front().resolution.width, 180);
    EXPECT_EQ(whole.front().resolution.height, 320);
    EXPECT_EQ(fovea::media_info(at("upright.mp4.fovea/labelled.mp4")).size.width, 180);
}

TEST_F(LabelCommand, SummaryKeepsItsShareWithSoundOfTheSameLength)
{
    const fs::path video = made_by(
        "videotestsrc pattern=ball num-buffers=240 ! "
        "video/x-raw,framerate=30/1,width=320,height=240"
        " ! x264enc ! queue ! mp4mux name=m audiotestsrc num-buffers=345 ! avenc_aac ! queue ! m. "
        "m.",
        at("sound.mp4"));
    const CommandRun run =
        label({video.string(), "--summary", "--summary-ratio", "0.4", "--format", "jsonl"});
    ASSERT_EQ(run.exit_code, 0) << run.err;

    const fs::path summary = at("sound.mp4.fovea/summary.mp4");
    const fovea::MediaInfo media = fovea::media_info(summary);
    EXPECT_TRUE(media.has_audio);
    EXPECT_EQ(media.size.width, 320);
    EXPECT_GT(fovea::to_seconds(media.duration), 1.0); // of 8 s: whole stretches, up to 3.2 s
    EXPECT_LT(fovea::to_seconds(media.duration), 3.5);
    const auto first = fs::last_write_time(summary);
    EXPECT_NE(label({video.string(), "--summary", "--summary-ratio", "0.4", "--format", "jsonl"})
                  .out.find("labelled before"),
              std::string::npos);

    const auto results = fs::last_write_time(at("sound.mp4.fovea/results.jsonl"));
    ASSERT_EQ(label({video.string(), "--summary", "--format", "jsonl"}).exit_code, 0);
    EXPECT_GT(fs::last_write_time(summary), first); // another share
    EXPECT_EQ(fs::last_write_time(at("sound.mp4.fovea/results.jsonl")), results);
}
