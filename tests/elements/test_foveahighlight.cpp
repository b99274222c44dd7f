// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>
#include <thread>

#include <unistd.h>

#include "made_meta.h"
#include "properties.h"
#include "video_harness.h"

namespace fovea::test {

namespace {

constexpr int frame_rate = 10;
constexpr int sound_rate = 1000; // a sample a millisecond

struct MadeMoment {
    int start_s = 0;
    double weight = 0;
};

class FoveaHighlight : public testing::Test
{
protected:
    void TearDown() override { std::filesystem::remove(file_); }

    /* A line of a window of \a seconds with a moment each second, 0 where none is given */
    void write_results(int seconds, const std::vector<MadeMoment> &moments,
                       const char *label = "fight", double score = 1) const
    {
        std::vector<double> weights(static_cast<std::size_t>(seconds), 0);
        for (const MadeMoment &moment : moments)
            weights[static_cast<std::size_t>(moment.start_s)] = moment.weight;
        std::ostringstream line;
        line << R"({"schema": 1, "timestamp": 0, "resolution": {"width": 64, "height": 48},)"
             << R"( "objects": [], "activity": {"scope": "window", "label": ")" << label
             << R"(", "label_id": 1, "confidence": )" << score << R"(, "start": 0, "end": )"
             << seconds << R"(, "top_k": [{"label": ")" << label
             << R"(", "label_id": 1, "confidence": )" << score
             << R"(}], "regions": [], "salience": [)";
        for (std::size_t i = 0; i < weights.size(); ++i)
            line << (i > 0 ? ", " : "") << R"({"start": )" << i << R"(, "end": )" << i + 1
                 << R"(, "weight": )" << weights[i] << "}";
        line << "]}}\n";
        std::ofstream(file_, std::ios::app) << line.str();
    }

    std::string launch(const std::string &properties) const
    {
        return "foveahighlight results=" + file_ + " min-duration=0 padding=0 " + properties;
    }

    const std::string file_ =
        (std::filesystem::temp_directory_path() / ("fovea-highlight-" + std::to_string(getpid())))
            .string();
};

struct OutFrame {
    GstClockTime pts = 0;
    GstClockTime duration = 0;
    guint8 tag = 0; ///< of the frame that went in
};

/* Frames know their number by a byte that the harness's square does not touch. */
GstBuffer *tagged(const VideoHarness &harness, int index)
{
    GstBuffer *buffer = harness.frame(index);
    const auto tag = static_cast<guint8>(index);
    gst_buffer_fill(buffer, gst_buffer_get_size(buffer) - 1, &tag, 1);
    return buffer;
}

void push_tagged(VideoHarness &harness, int begin, int end)
{
    for (int i = begin; i < end; ++i)
        ASSERT_EQ(gst_harness_push(harness.get(), tagged(harness, i)), GST_FLOW_OK) << i;
}

std::vector<OutFrame> pull_all(VideoHarness &harness)
{
    std::vector<OutFrame> frames;
    while (const auto buffer = harness.pull()) {
        OutFrame frame = {GST_BUFFER_PTS(buffer.get()), GST_BUFFER_DURATION(buffer.get()), 0};
        gst_buffer_extract(buffer.get(), gst_buffer_get_size(buffer.get()) - 1, &frame.tag, 1);
        EXPECT_FALSE(GST_BUFFER_IS_DISCONT(buffer.get()));
        frames.push_back(frame);
    }
    return frames;
}

/* Exactly the frames of these ranges, one after the other without a gap */
void expect_frames(const std::vector<OutFrame> &frames,
                   const std::vector<std::pair<int, int>> &ranges)
{
    std::vector<int> expected;
    for (const auto &[begin, end] : ranges)
        for (int i = begin; i < end; ++i)
            expected.push_back(i);
    ASSERT_EQ(frames.size(), expected.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        EXPECT_EQ(frames[i].tag, expected[i]);
        EXPECT_EQ(frames[i].pts, i * GST_SECOND / frame_rate);
        EXPECT_EQ(frames[i].duration, GST_SECOND / frame_rate);
    }
}

bool ended(GstHarness *harness)
{
    bool eos = false;
    while (GstEvent *event = gst_harness_try_pull_event(harness)) {
        eos = eos || GST_EVENT_TYPE(event) == GST_EVENT_EOS;
        gst_event_unref(event);
    }
    return eos;
}

/* Sound whose samples are their own numbers, through the element of a VideoHarness */
class SoundHarness
{
public:
    /* \param bin of the harness, which holds the element alone */
    explicit SoundHarness(GstElement *bin)
    {
        GstElement *element = GST_ELEMENT(GST_BIN_CHILDREN(bin)->data);
        GstPad *sink = gst_element_request_pad_simple(element, "audio_sink");
        GstPad *src = gst_element_get_static_pad(element, "audio_src");
        for (GstPad *pad : {sink, src}) {
            GstPad *ghost = gst_ghost_pad_new(GST_PAD_NAME(pad), pad);
            gst_pad_set_active(ghost, TRUE);
            gst_element_add_pad(bin, ghost);
            gst_object_unref(pad);
        }
        harness_ = gst_harness_new_with_element(bin, "audio_sink", "audio_src");
        gst_harness_set_src_caps_str(
            harness_, "audio/x-raw,format=S16LE,rate=1000,channels=1,layout=interleaved");
    }

    ~SoundHarness() { gst_harness_teardown(harness_); }

    SoundHarness(const SoundHarness &) = delete;
    SoundHarness &operator=(const SoundHarness &) = delete;

    GstFlowReturn push(int first, int count)
    {
        std::vector<gint16> samples(static_cast<std::size_t>(count));
        std::iota(samples.begin(), samples.end(), static_cast<gint16>(first));
        GstBuffer *buffer = gst_buffer_new_memdup(samples.data(), samples.size() * sizeof(gint16));
        GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(first) * GST_MSECOND;
        GST_BUFFER_DURATION(buffer) = static_cast<GstClockTime>(count) * GST_MSECOND;
        return gst_harness_push(harness_, buffer);
    }

    /* All samples that came out; checks that their time stamps go on without a gap */
    std::vector<gint16> pull_all()
    {
        std::vector<gint16> all;
        while (GstBuffer *buffer = gst_harness_try_pull(harness_)) {
            EXPECT_EQ(GST_BUFFER_PTS(buffer), all.size() * GST_MSECOND);
            const std::size_t begin = all.size();
            all.resize(begin + gst_buffer_get_size(buffer) / sizeof(gint16));
            gst_buffer_extract(buffer, 0, &all[begin], gst_buffer_get_size(buffer));
            EXPECT_EQ(GST_BUFFER_DURATION(buffer), (all.size() - begin) * GST_MSECOND);
            gst_buffer_unref(buffer);
        }
        return all;
    }

    GstHarness *get() { return harness_; }

private:
    GstHarness *harness_;
};

std::vector<gint16> numbers(const std::vector<std::pair<int, int>> &ranges)
{
    std::vector<gint16> all;
    for (const auto &[begin, end] : ranges)
        for (int i = begin; i < end; ++i)
            all.push_back(static_cast<gint16>(i));
    return all;
}

/* Weights run straight from centre to centre: 0 at 3.5 s, 1 at 4.5 s, so 0.5 from 4 s to 5 s. */
TEST_F(FoveaHighlight, KeepsTheFramesAtOrAboveTheThresholdFromTimeZeroOn)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {{40, 50}});
    EXPECT_EQ(harness.error(), "");
}

TEST_F(FoveaHighlight, PadsBothEnds)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5 padding=500"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {{35, 55}});
}

TEST_F(FoveaHighlight, GrowsAShortStretchToTheMinimumDuration)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5 min-duration=3000"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {{30, 60}});
}

TEST_F(FoveaHighlight, JoinsStretchesWithoutAGap)
{
    write_results(10, {{2, 1}, {7, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {{20, 30}, {70, 80}});
}

/* 1 at 4.5 s, 0 at 3.5 s and 5.5 s: the heaviest tenth of 10 s is what lies within 0.5 s of 4.5 s. */
TEST_F(FoveaHighlight, RatioKeepsTheWeightiestShareOfTheVideo)
{
    write_results(10, {{4, 1}, {8, 0.25}});
    VideoHarness harness(launch("ratio=0.1"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {{40, 50}});
}

TEST_F(FoveaHighlight, RatioOfOneKeepsEveryFrame)
{
    write_results(5, {{4, 1}});
    VideoHarness harness(launch("ratio=1"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {{0, 100}});
}

TEST_F(FoveaHighlight, NothingSalientLeavesAnEmptyStreamThatEnds)
{
    write_results(10, {});
    for (const char *rule : {"ratio=0.5", "threshold=0.1"}) {
        VideoHarness harness(launch(rule), 64, 48, frame_rate);
        push_tagged(harness, 0, 100);
        ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_eos()));
        expect_frames(pull_all(harness), {});
        EXPECT_TRUE(ended(harness.get()));
        EXPECT_EQ(harness.error(), "");
    }
}

TEST_F(FoveaHighlight, OnlyTheAskedLabelCounts)
{
    write_results(10, {{2, 1}}, "fall");
    write_results(10, {{7, 1}}, "fight");
    VideoHarness harness(launch("threshold=0.5 label=fall"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {{20, 30}});
}

TEST_F(FoveaHighlight, TheScoreOfTheEventScalesItsMoments)
{
    write_results(10, {{2, 1}}, "fall", 0.25); // 0.25 at its peak
    VideoHarness harness(launch("threshold=0.3"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {});
}

TEST_F(FoveaHighlight, ANormalWindowWithoutAnEventAmongItsScoresIsNotSalient)
{
    write_results(10, {{2, 1}}, "normal");
    VideoHarness harness(launch("threshold=0.1"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    expect_frames(pull_all(harness), {});
}

TEST_F(FoveaHighlight, TheOutputIsItsOwnSegment)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    GstSegment shifted; // stream time 0 stands at 100 s
    gst_segment_init(&shifted, GST_FORMAT_TIME);
    shifted.start = 100 * GST_SECOND;
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_segment(&shifted)));
    for (int i = 0; i < 100; ++i) {
        GstBuffer *buffer = tagged(harness, i);
        GST_BUFFER_PTS(buffer) += 100 * GST_SECOND;
        ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
    }
    expect_frames(pull_all(harness), {{40, 50}});
    int segments = 0;
    while (GstEvent *event = gst_harness_try_pull_event(harness.get())) {
        if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT) {
            const GstSegment *segment = nullptr;
            gst_event_parse_segment(event, &segment);
            EXPECT_EQ(segment->start, 0U);
            EXPECT_EQ(segment->time, 0U);
            ++segments;
        }
        gst_event_unref(event);
    }
    EXPECT_EQ(segments, 1);
}

TEST_F(FoveaHighlight, FramesWithoutTimeStampsAreCountedOn)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    for (int i = 0; i < 100; ++i) {
        GstBuffer *buffer = tagged(harness, i);
        GST_BUFFER_PTS(buffer) = GST_CLOCK_TIME_NONE;
        GST_BUFFER_DURATION(buffer) = GST_CLOCK_TIME_NONE;
        ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
    }
    expect_frames(pull_all(harness), {{40, 50}});
}

/* The caps state 90000 frames a second; the stamps are 100 ms apart */
TEST_F(FoveaHighlight, AFrameWithoutADurationLastsAsLongAsTheStampsSay)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    harness.state_rate(90000, 1);
    for (int i = 0; i < 100; ++i) {
        GstBuffer *buffer = tagged(harness, i);
        GST_BUFFER_DURATION(buffer) = GST_CLOCK_TIME_NONE;
        ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
    }
    expect_frames(pull_all(harness), {{40, 50}});
}

TEST_F(FoveaHighlight, BeginsAnewAfterAFlush)
{
    write_results(10, {{4, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    push_tagged(harness, 0, 45);
    expect_frames(pull_all(harness), {{40, 45}});
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_flush_start()));
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_flush_stop(TRUE)));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_segment(&segment)));
    push_tagged(harness, 42, 100);
    expect_frames(pull_all(harness), {{42, 50}});
}

TEST_F(FoveaHighlight, SoundIsCutAtTheSameTimesToTheSample)
{
    write_results(10, {{2, 1}, {7, 1}});
    VideoHarness video(launch("threshold=0.5"), 64, 48, frame_rate);
    SoundHarness sound(video.element());
    push_tagged(video, 0, 100);
    ASSERT_TRUE(gst_harness_push_event(video.get(), gst_event_new_eos()));
    constexpr int piece = 37; // no cut falls on the edge of a buffer
    for (int first = 0; first < 10 * sound_rate; first += piece)
        ASSERT_EQ(sound.push(first, piece), GST_FLOW_OK);
    EXPECT_EQ(sound.pull_all(), numbers({{2000, 3000}, {7000, 8000}}));
    expect_frames(pull_all(video), {{20, 30}, {70, 80}});
}

TEST_F(FoveaHighlight, OneBufferOfSoundMayHoldSeveralStretches)
{
    write_results(10, {{2, 1}, {7, 1}});
    VideoHarness video(launch("threshold=0.5"), 64, 48, frame_rate);
    SoundHarness sound(video.element());
    push_tagged(video, 0, 100);
    ASSERT_TRUE(gst_harness_push_event(video.get(), gst_event_new_eos()));
    ASSERT_EQ(sound.push(0, 10 * sound_rate), GST_FLOW_OK);
    EXPECT_EQ(sound.pull_all(), numbers({{2000, 3000}, {7000, 8000}}));
}

TEST_F(FoveaHighlight, SoundWaitsForTheVideo)
{
    write_results(10, {{2, 1}});
    VideoHarness video(launch("threshold=0.5"), 64, 48, frame_rate);
    SoundHarness sound(video.element());
    std::atomic<bool> through = false;
    std::thread pusher([&] {
        EXPECT_EQ(sound.push(2000, 500), GST_FLOW_OK);
        through = true;
    });
    push_tagged(video, 0, 24); // up to 2.4 s
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_FALSE(through);
    push_tagged(video, 24, 25);
    pusher.join();
    EXPECT_EQ(sound.pull_all(), numbers({{2000, 2500}}));
}

TEST_F(FoveaHighlight, SoundThatWaitsDoesNotHoldUpTheEnd)
{
    write_results(10, {{2, 1}});
    VideoHarness video(launch("threshold=0.5"), 64, 48, frame_rate);
    SoundHarness sound(video.element());
    std::thread pusher([&] { EXPECT_EQ(sound.push(2000, 500), GST_FLOW_FLUSHING); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ASSERT_EQ(gst_element_set_state(video.element(), GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
    pusher.join();
}

TEST_F(FoveaHighlight, SoundWithoutTimeStampsIsAnError)
{
    write_results(10, {{2, 1}});
    VideoHarness video(launch("threshold=0.5"), 64, 48, frame_rate);
    SoundHarness sound(video.element());
    GstBuffer *buffer = gst_buffer_new_allocate(nullptr, 200, nullptr);
    EXPECT_EQ(gst_harness_push(sound.get(), buffer), GST_FLOW_ERROR);
    EXPECT_NE(video.error().find("time stamp"), std::string::npos);
}

TEST_F(FoveaHighlight, TellsEachPieceOnTheBus)
{
    write_results(10, {{2, 1}, {7, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    push_tagged(harness, 0, 100);
    std::vector<std::array<guint64, 3>> pieces;
    while (GstMessage *message = gst_bus_pop_filtered(harness.bus(), GST_MESSAGE_ELEMENT)) {
        const GstStructure *told = gst_message_get_structure(message);
        EXPECT_TRUE(gst_structure_has_name(told, "fovea-highlight"));
        std::array<guint64, 3> piece = {};
        gst_structure_get(told, "start", G_TYPE_UINT64, &piece[0], "end", G_TYPE_UINT64, &piece[1],
                          "position", G_TYPE_UINT64, &piece[2], nullptr);
        pieces.push_back(piece);
        gst_message_unref(message);
    }
    const std::vector<std::array<guint64, 3>> expected = {
        {2 * GST_SECOND, 3 * GST_SECOND, 0}, {7 * GST_SECOND, 8 * GST_SECOND, GST_SECOND}};
    EXPECT_EQ(pieces, expected);
}

TEST_F(FoveaHighlight, DownstreamCannotSeekAndLearnsTheLengthOfTheSummary)
{
    write_results(10, {{2, 1}, {7, 1}});
    VideoHarness harness(launch("threshold=0.5"), 64, 48, frame_rate);
    push_tagged(harness, 0, 25);
    gint64 value = 0;
    ASSERT_TRUE(gst_element_query_duration(harness.element(), GST_FORMAT_TIME, &value));
    EXPECT_EQ(value, 2 * static_cast<gint64>(GST_SECOND));
    ASSERT_TRUE(gst_element_query_position(harness.element(), GST_FORMAT_TIME, &value));
    EXPECT_EQ(value, static_cast<gint64>(GST_SECOND / 2));
    EXPECT_FALSE(gst_harness_push_upstream_event(
        harness.get(), gst_event_new_seek(1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
                                          GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, 0)));
}

/* Windows of a live stream: recognised a while after the frames they are of. */
TEST_F(FoveaHighlight, WithoutResultsFramesWaitForWhatIsSaidOfThem)
{
    VideoHarness harness("foveahighlight threshold=0.5 min-duration=0 padding=0 delay=3000", 64, 48,
                         frame_rate);
    for (int i = 0; i < 100; ++i) {
        GstBuffer *buffer = tagged(harness, i);
        if (i == 60) // at 6 s: something happened from 4 s to 5 s
            buffer = with_activity(buffer, made_activity("fight", 1, 0.75F, 4000, 5000));
        if (i == 70)
            buffer = with_activity(buffer, made_activity("normal", 0, 0.75F, 5000, 6000));
        ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
        if (i == 69)
            expect_frames(pull_all(harness), {}); // the frame of 4.0 s still waits: 3 s at 7.0 s
    }
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_eos()));
    const std::vector<OutFrame> frames = pull_all(harness);
    ASSERT_FALSE(frames.empty());
    EXPECT_EQ(frames.front().tag, 40);
    EXPECT_LE(frames.back().tag, 49);
    EXPECT_GE(frames.back().tag, 46); // the weight falls from 4.5 s on: 0.5 at 4.83 s
}

TEST_F(FoveaHighlight, WhatIsSaidAtTheVeryEndCounts)
{
    VideoHarness harness("foveahighlight threshold=0.5 min-duration=0 padding=0 delay=10000", 64,
                         48, frame_rate);
    push_tagged(harness, 0, 20);
    GstBuffer *carrier =
        with_activity(gst_buffer_new(), made_activity("fight", 1, 0.75F, 1000, 2000));
    ASSERT_TRUE(gst_harness_push_event(harness.get(), fovea_late_event_new(carrier)));
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_eos()));
    expect_frames(pull_all(harness), {{10, 20}});
}

TEST_F(FoveaHighlight, WaitingAddsToTheLatency)
{
    VideoHarness harness("foveahighlight threshold=0.5 delay=3000", 64, 48, frame_rate);
    gst_harness_set_upstream_latency(harness.get(), GST_SECOND);
    EXPECT_EQ(gst_harness_query_latency(harness.get()), 4 * GST_SECOND);
}

TEST_F(FoveaHighlight, ARatioWithoutResultsIsAnError)
{
    const StartError error = start_error("foveahighlight", {{"ratio", "0.5"}});
    EXPECT_EQ(error.domain, GST_RESOURCE_ERROR);
    EXPECT_EQ(error.code, GST_RESOURCE_ERROR_SETTINGS);
    EXPECT_NE(error.text.find("property threshold"), std::string::npos) << error.text;
}

TEST_F(FoveaHighlight, MissingOrGarbledResultsAreAnErrorThatNamesTheFile)
{
    EXPECT_EQ(start_error("foveahighlight", {{"results", file_.c_str()}}).code,
              GST_RESOURCE_ERROR_NOT_FOUND);
    std::ofstream(file_) << "{\"schema\": 1";
    const StartError error = start_error("foveahighlight", {{"results", file_.c_str()}});
    EXPECT_EQ(error.code, GST_RESOURCE_ERROR_SETTINGS);
    EXPECT_NE(error.text.find("'" + file_ + "' line 1"), std::string::npos) << error.text;
}

TEST_F(FoveaHighlight, ValuesOutOfRangeAreRefused)
{
    expect_refused("foveahighlight", "ratio", 1.5, 0.25);
    expect_refused("foveahighlight", "threshold", -0.5, 0.0);
    expect_refused("foveahighlight", "padding", 3600001U, 500U);
}

TEST_F(FoveaHighlight, StartsAndStopsTwentyTimes)
{
    write_results(10, {{0, 1}});
    const std::string line =
        "videotestsrc num-buffers=20 ! video/x-raw,width=64,height=48,framerate=10/1 ! " +
        launch("threshold=0.5") +
        " name=h ! fakesink audiotestsrc num-buffers=90 ! h.audio_sink "
        "h.audio_src ! fakesink";
    starts_and_stops_twenty_times(line);
}

} // namespace

} // namespace fovea::test
