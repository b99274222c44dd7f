// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <future>
#include <numeric>
#include <thread>

#include "highlight_test.h"

namespace fovea::test {

namespace {

constexpr int sound_rate = 1000; // a sample a millisecond

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

/* 292 years: with them the stretch's end is no time any more */
TEST_F(FoveaHighlight, SoundDoesNotWaitForVideoThatIsGoneForCenturies)
{
    write_results(10, {{2, 1}});
    VideoHarness video(launch("threshold=0.5"), 64, 48, frame_rate);
    SoundHarness sound(video.element());
    push_tagged(video, 0, 24);
    gst_harness_push_event(video.get(),
                           gst_event_new_gap(24 * GST_SECOND / frame_rate, G_MAXINT64));
    auto pushed = std::async(std::launch::async, [&] { return sound.push(2000, 500); });
    EXPECT_EQ(pushed.wait_for(std::chrono::minutes(1)), std::future_status::ready);
    gst_harness_push_event(video.get(), gst_event_new_eos());
    EXPECT_EQ(pushed.get(), GST_FLOW_OK);
    EXPECT_EQ(sound.pull_all(), numbers({{2000, 2400}}));
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

} // namespace

} // namespace fovea::test
