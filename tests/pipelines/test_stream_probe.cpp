// SPDX-License-Identifier: MIT
#include <optional>
#include <string>
#include <vector>

#include <gst/check/gstharness.h>

#include <gtest/gtest.h>

#include "media/stream_probe.h"

namespace {

using fovea::nanoseconds_per_second;
using fovea::StreamProbe;

constexpr fovea::Nanoseconds frame = 40 * fovea::nanoseconds_per_millisecond;

fovea::DecodingReport told(const StreamProbe &watch)
{
    fovea::DecodingReport report;
    watch.tell(&report);
    return report;
}

/** \brief A pad that is watched, and what comes through it */
class Stream
{
public:
    using Watch = void (StreamProbe::*)(GstPad *);

    Stream(StreamProbe *watch, Watch how, const std::string &caps = "video/x-raw")
        : harness_(gst_harness_new("identity"))
    {
        g_autoptr(GstPad) pad = gst_element_get_static_pad(harness_->element, "sink");
        (watch->*how)(pad);
        gst_harness_set_src_caps_str(harness_, caps.c_str());
    }

    ~Stream() { gst_harness_teardown(harness_); }

    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;

    void begin_segment(GstClockTime start, GstClockTime time = 0, GstClockTime base = 0)
    {
        GstSegment segment;
        gst_segment_init(&segment, GST_FORMAT_TIME);
        segment.start = segment.position = start;
        segment.time = time;
        segment.base = base;
        gst_harness_push_event(harness_, gst_event_new_segment(&segment));
    }

    void begin_stream(const std::string &id)
    {
        gst_harness_push_event(harness_, gst_event_new_stream_start(id.c_str()));
    }

    void push(GstClockTime pts, GstClockTime duration = frame)
    {
        GstBuffer *buffer = gst_buffer_new();
        GST_BUFFER_PTS(buffer) = pts;
        GST_BUFFER_DURATION(buffer) = duration;
        gst_harness_push(harness_, buffer);
    }

    /** \brief Stream and running time of the last buffer that came through, in its own segment */
    std::pair<GstClockTime, GstClockTime> last()
    {
        while (GstEvent *event = gst_harness_try_pull_event(harness_)) {
            if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT)
                gst_event_copy_segment(event, &segment_);
            gst_event_unref(event);
        }
        GstClockTime pts = GST_CLOCK_TIME_NONE;
        while (GstBuffer *buffer = gst_harness_try_pull(harness_)) {
            pts = GST_BUFFER_PTS(buffer);
            gst_buffer_unref(buffer);
        }
        return {gst_segment_to_stream_time(&segment_, GST_FORMAT_TIME, pts),
                gst_segment_to_running_time(&segment_, GST_FORMAT_TIME, pts)};
    }

    std::string colours()
    {
        g_autoptr(GstPad) pad = gst_element_get_static_pad(harness_->element, "src");
        g_autoptr(GstCaps) caps = gst_pad_get_current_caps(pad);
        const gchar *text =
            gst_structure_get_string(gst_caps_get_structure(caps, 0), "colorimetry");
        return text != nullptr ? text : "";
    }

    std::pair<int, int> pixel_shape()
    {
        g_autoptr(GstPad) pad = gst_element_get_static_pad(harness_->element, "src");
        g_autoptr(GstCaps) caps = gst_pad_get_current_caps(pad);
        std::pair<int, int> shape;
        gst_structure_get_fraction(gst_caps_get_structure(caps, 0), "pixel-aspect-ratio",
                                   &shape.first, &shape.second);
        return shape;
    }

private:
    GstHarness *harness_;
    GstSegment segment_ = {};
};

} // namespace

/* off5.mkv: the first frame is at 5 s; reset.ts: at 0.78 s */
TEST(StreamProbe, TheFirstFrameIsZeroAndRunningTimesStay)
{
    StreamProbe watch;
    Stream frames(&watch, &StreamProbe::watch_frames);
    frames.begin_segment(0);
    frames.push(5 * GST_SECOND);
    EXPECT_EQ(frames.last(), (std::pair<GstClockTime, GstClockTime>(0, 5 * GST_SECOND)));
    frames.push(6 * GST_SECOND);
    EXPECT_EQ(frames.last(), (std::pair<GstClockTime, GstClockTime>(GST_SECOND, 6 * GST_SECOND)));
    EXPECT_EQ(told(watch).frames, 2U);
}

TEST(StreamProbe, FramesThatCouldNotBeReadAreNone)
{
    StreamProbe watch;
    Stream frames(&watch, &StreamProbe::watch_frames);
    frames.begin_segment(0);
    for (GstClockTime i = 0; i < 3; ++i)
        frames.push(i * frame);
    fovea::DecodingReport report;
    report.unread = 1;
    for (int looks = 0; looks < 2; ++looks) { // a stall is looked at in between
        watch.tell(&report);
        EXPECT_EQ(report.frames, 2U);
        EXPECT_EQ(report.unread, 1U);
    }
    report.unread = 4;
    watch.tell(&report);
    EXPECT_EQ(report.frames, 0U);
    EXPECT_EQ(report.unread, 3U);
}

/* Matroska that begins with a frame at 80 ms, behind which sound of 0 ms comes, as FFmpeg cuts it with -c copy */
TEST(StreamProbe, ASegmentThatBeginsEarlierInPlaceOfAnotherKeepsItsTimes)
{
    StreamProbe watch;
    Stream frames(&watch, &StreamProbe::watch_frames);
    const auto both = [](GstClockTime time) {
        return std::pair<GstClockTime, GstClockTime>(time, time);
    };
    frames.begin_segment(2 * frame);
    frames.push(2 * frame);
    EXPECT_EQ(frames.last(), both(0));
    Stream sound(&watch, &StreamProbe::watch_sound); // which waits for the first frame
    sound.begin_segment(2 * frame);
    for (Stream *stream : {&frames, &sound}) {
        stream->begin_segment(0);
        stream->push(3 * frame);
        EXPECT_EQ(stream->last(), both(frame));
    }
    EXPECT_EQ(told(watch).shown, 2 * frame)
        << "what it begins earlier by is no time between frames";
}

/* The same where a decoder gives the first frame later, and that is an earlier one */
TEST(StreamProbe, ASegmentThatBeginsEarlierBeforeTheFirstFrameLeavesItZero)
{
    StreamProbe watch;
    Stream frames(&watch, &StreamProbe::watch_frames);
    frames.begin_segment(2 * frame);
    frames.begin_segment(0);
    frames.push(frame);
    EXPECT_EQ(frames.last().first, 0U);
    frames.push(2 * frame);
    EXPECT_EQ(frames.last().first, static_cast<GstClockTime>(frame));
}

TEST(StreamProbe, ALaterSegmentCountsFromTheSameZero)
{
    StreamProbe watch;
    Stream frames(&watch, &StreamProbe::watch_frames);
    frames.begin_segment(0);
    frames.push(GST_SECOND);
    frames.begin_segment(100 * GST_SECOND, /*time=*/8 * GST_SECOND, /*base=*/8 * GST_SECOND);
    frames.push(102 * GST_SECOND);
    EXPECT_EQ(frames.last(),
              (std::pair<GstClockTime, GstClockTime>(9 * GST_SECOND, 10 * GST_SECOND)));
}

/* Two transport streams of other PIDs in one file: the second has pads of its own */
TEST(StreamProbe, AStreamWhoseTimesBeginAnewGoesOnBehindTheOneBefore)
{
    StreamProbe watch;
    Stream frames(&watch, &StreamProbe::watch_frames);
    const auto two_from = [](Stream *stream, GstClockTime time) {
        stream->begin_segment(time, time);
        stream->push(time);
        stream->push(time + frame);
    };
    two_from(&frames, GST_SECOND);
    Stream sound(&watch, &StreamProbe::watch_sound, "audio/x-raw"); // which waits for a frame
    two_from(&sound, GST_SECOND);
    for (Stream *stream : {&frames, &sound}) {
        stream->begin_stream("another");
        two_from(stream, GST_SECOND - frame);
        EXPECT_EQ(stream->last(), (std::pair<GstClockTime, GstClockTime>(3 * frame, 3 * frame)));
        stream->begin_stream("a third, whose times go on");
        two_from(stream, 3 * GST_SECOND);
        EXPECT_EQ(stream->last(),
                  (std::pair<GstClockTime, GstClockTime>(2 * GST_SECOND + frame, 5 * frame)));
    }
    EXPECT_EQ(told(watch).frames, 6U);
    EXPECT_EQ(told(watch).reached, 3 * nanoseconds_per_second + 2 * frame);
}

TEST(StreamProbe, AFileThatBeginsAtZeroIsLeftAsItIs)
{
    StreamProbe watch;
    Stream frames(&watch, &StreamProbe::watch_frames);
    frames.begin_segment(3600 * GST_SECOND); // a transport stream
    frames.push(3600 * GST_SECOND);
    EXPECT_EQ(frames.last(), (std::pair<GstClockTime, GstClockTime>(0, 0)));
}

TEST(StreamProbe, SoundCountsFromTheFirstFrameToo)
{
    StreamProbe watch;
    Stream frames(&watch, &StreamProbe::watch_frames);
    frames.begin_segment(0);
    frames.push(2 * GST_SECOND); // sound before it would wait for it
    Stream sound(&watch, &StreamProbe::watch_sound, "audio/x-raw");
    sound.begin_segment(0);
    sound.push(3 * GST_SECOND);
    EXPECT_EQ(sound.last(), (std::pair<GstClockTime, GstClockTime>(GST_SECOND, 3 * GST_SECOND)));
}

/* la10.mp4: 7 s of pictures, 10 s of sound */
TEST(StreamProbe, AFileGoesAsFarAsItsLongestStream)
{
    StreamProbe watch;
    Stream frames(&watch, &StreamProbe::watch_frames);
    Stream sound(&watch, &StreamProbe::watch_other, "audio/mpeg,mpegversion=4");
    frames.begin_segment(0);
    sound.begin_segment(0);
    frames.push(7 * GST_SECOND);
    sound.push(10 * GST_SECOND, GST_SECOND);
    EXPECT_EQ(told(watch).reached, 11 * nanoseconds_per_second);
}

/* jump3h.mp4 */
TEST(StreamProbe, JumpsAreNotShown)
{
    StreamProbe watch;
    Stream frames(&watch, &StreamProbe::watch_frames);
    frames.begin_segment(0);
    for (const GstClockTime jump : {0, 3 * 3600, 3600})
        for (GstClockTime i = 0; i < 25; ++i)
            frames.push(jump * GST_SECOND + i * static_cast<GstClockTime>(frame));
    EXPECT_EQ(told(watch).shown, 3 * 24 * frame + frame);
    EXPECT_EQ(told(watch).frames, 75U);
    EXPECT_EQ(told(watch).gaps, 1U);
}

TEST(StreamProbe, FramesOfFullRangePassTheFilterInRgb)
{
    g_autoptr(GstElement) filter =
        GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make("capsfilter", nullptr)));
    StreamProbe watch;
    watch.limit_range(filter);
    const auto caps_behind = [&](const std::string &colours) {
        const Stream stream(&watch, &StreamProbe::watch_frames,
                            "video/x-raw,format=I420,width=320,height=240,framerate=25/1" +
                                colours);
        g_autoptr(GstCaps) caps = nullptr;
        g_object_get(filter, "caps", &caps, nullptr);
        g_autofree gchar *text = gst_caps_to_string(caps);
        return std::string(text);
    };
    EXPECT_EQ(caps_behind(",colorimetry=1:0:0:0"), "video/x-raw, format=(string)BGRx");
    EXPECT_EQ(caps_behind(",colorimetry=bt601"), "video/x-raw");
    EXPECT_EQ(caps_behind(",colorimetry=1:4:0:1"), "video/x-raw, format=(string)BGRx"); // JPEG
    EXPECT_EQ(caps_behind(""), "video/x-raw");
}

/* Of 25 a second, as of any stream that does not say */
TEST(StreamProbe, FramesThatAreWrittenHaveTimes)
{
    g_autoptr(GstElement) filter =
        GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make("capsfilter", nullptr)));
    StreamProbe watch;
    watch.limit_range(filter);
    Stream stream(&watch, &StreamProbe::watch_frames);
    stream.begin_segment(0);
    for (GstClockTime time : {0, 1, 2}) {
        stream.push(GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
        EXPECT_EQ(stream.last().first, time * frame);
    }
}

/* fullrange.mp4: GStreamer 1.22 takes full range without a matrix for limited range. */
TEST(StreamProbe, FullRangeWithoutAMatrixGetsTheUsualOne)
{
    const std::string caps = "video/x-raw,format=I420,width=320,height=";
    StreamProbe watch;
    EXPECT_EQ(
        Stream(&watch, &StreamProbe::watch_frames, caps + "240,colorimetry=1:0:0:0").colours(),
        "1:4:16:4");
    EXPECT_EQ(
        Stream(&watch, &StreamProbe::watch_frames, caps + "720,colorimetry=1:0:0:0").colours(),
        "1:3:5:1");
    EXPECT_EQ(Stream(&watch, &StreamProbe::watch_frames, caps + "240,colorimetry=bt709").colours(),
              "bt709");
}

TEST(StreamProbe, PixelsHaveAWidth)
{
    const std::string caps = "video/x-raw,format=BGR,pixel-aspect-ratio=";
    StreamProbe watch;
    const auto behind = [&](const std::string &shape) {
        return Stream(&watch, &StreamProbe::watch_frames, caps + shape).pixel_shape();
    };
    EXPECT_EQ(behind("-1/1"), std::pair(1, 1));
    EXPECT_EQ(behind("16/11"), std::pair(16, 11));
}
