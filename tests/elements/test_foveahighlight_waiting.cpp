// SPDX-License-Identifier: MIT
#include <set>
#include <utility>

#include "highlight_test.h"
#include "made_meta.h"
#include "video_harness.h"

// Without results: frames that wait for what is said of them

namespace fovea::test {

namespace {

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

/* As of concat: what is said of the second is not said of the first. */
TEST_F(FoveaHighlight, AVideoBehindAnotherIsJudgedByWhatIsSaidOfIt)
{
    VideoHarness harness("foveahighlight threshold=0.5 min-duration=0 padding=0 delay=3000", 64, 48,
                         frame_rate);
    const auto push_with_fight_at = [&](int seconds, int begin, int end) {
        for (int i = begin; i < end; ++i) {
            GstBuffer *buffer = tagged(harness, i);
            if (i == 10 * seconds + 20)
                buffer = with_activity(
                    buffer, made_activity("fight", 1, 1, static_cast<guint64>(seconds) * 1000,
                                          static_cast<guint64>(seconds) * 1000 + 1000));
            ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
        }
    };
    const auto seconds_kept = [&] {
        std::set<int> kept;
        for (const OutFrame &frame : pull_all(harness))
            kept.insert(frame.tag / 10);
        return kept;
    };
    push_with_fight_at(20, 0, 240);
    EXPECT_EQ(seconds_kept(), std::set<int>{20});
    push_with_fight_at(5, 0, 100);
    EXPECT_EQ(seconds_kept(), std::set<int>{5}) << "it does not wait for the time of the first";
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    EXPECT_EQ(seconds_kept(), std::set<int>{});
}

/* All of the first waits still when the second begins, at the same times; then the second again, as a round of a loop. */
TEST_F(FoveaHighlight, VideosShorterThanTheDelayAreJudgedEachByItself)
{
    VideoHarness harness("foveahighlight threshold=0.5 min-duration=0 padding=0 delay=10000", 64,
                         48, frame_rate);
    const auto push_with_fight_at = [&](int second) {
        GstSegment segment;
        gst_segment_init(&segment, GST_FORMAT_TIME);
        gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
        const auto begin_ms = static_cast<guint64>(second) * 1000;
        for (int i = 0; i < 40; ++i) {
            GstBuffer *buffer = tagged(harness, i);
            if (i == 39)
                buffer =
                    with_activity(buffer, made_activity("fight", 1, 1, begin_ms, begin_ms + 1000));
            ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
        }
    };
    push_with_fight_at(1);
    gst_harness_push_event(harness.get(), gst_event_new_stream_start("another"));
    expect_frames(pull_all(harness), {{10, 20}});
    push_with_fight_at(3);
    gst_harness_push_event(harness.get(), gst_event_new_segment_done(GST_FORMAT_TIME, 0));
    const auto second = pull_all(harness);
    ASSERT_EQ(second.size(), 10U);
    EXPECT_EQ(second.front().tag, 30);
    EXPECT_EQ(second.front().pts, GST_SECOND) << "behind what is kept of the first";
    push_with_fight_at(0);
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    const auto third = pull_all(harness);
    ASSERT_EQ(third.size(), 10U);
    EXPECT_EQ(third.front().tag, 0);
    EXPECT_EQ(third.front().pts, 2 * GST_SECOND);
}

/* Memory that cannot be copied, as some of devices */
struct Uncopied {
    GstAllocator parent;
};

struct UncopiedClass {
    GstAllocatorClass parent;
};

G_DEFINE_TYPE(Uncopied, uncopied, GST_TYPE_ALLOCATOR)

void uncopied_init(Uncopied *self)
{
    self->parent.mem_copy = [](GstMemory *, gssize, gssize) -> GstMemory * { return nullptr; };
}

void uncopied_class_init(UncopiedClass *) {}

/** \brief Two frames, brought round and round */
class Pool
{
public:
    explicit Pool(const VideoHarness &harness)
    {
        GstStructure *config = gst_buffer_pool_get_config(pool_);
        gst_buffer_pool_config_set_params(config, nullptr, static_cast<guint>(harness.info().size),
                                          0, 2);
        gst_buffer_pool_set_config(pool_, config);
        gst_buffer_pool_set_active(pool_, TRUE);
    }

    ~Pool() { gst_object_unref(pool_); }

    Pool(const Pool &) = delete;
    Pool &operator=(const Pool &) = delete;

    /** \brief Null where both are out */
    GstBuffer *take(guint64 index)
    {
        GstBufferPoolAcquireParams at_once = {};
        at_once.flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT;
        GstBuffer *buffer = nullptr;
        if (gst_buffer_pool_acquire_buffer(pool_, &buffer, &at_once) == GST_FLOW_OK)
            GST_BUFFER_PTS(buffer) = index * GST_SECOND / frame_rate;
        return buffer;
    }

private:
    GstBufferPool *pool_ = gst_buffer_pool_new();
};

TEST_F(FoveaHighlight, FramesThatWaitLeaveAPoolWithALimit)
{
    VideoHarness harness("foveahighlight threshold=0.5 delay=3000", 64, 48, frame_rate);
    Pool pool(harness);
    for (guint64 i = 0; i < 5; ++i) {
        GstBuffer *buffer = pool.take(i);
        ASSERT_NE(buffer, nullptr) << i;
        ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
    }
}

TEST_F(FoveaHighlight, AFrameThatMustLeaveItsPoolAndCannotBeCopiedIsAnError)
{
    VideoHarness harness("foveahighlight threshold=0.5 delay=3000", 64, 48, frame_rate);
    Pool pool(harness);
    GstBuffer *buffer = pool.take(0);
    GstMemory *memory = gst_memory_ref(gst_buffer_peek_memory(buffer, 0));
    auto *allocator = GST_ALLOCATOR(g_object_new(uncopied_get_type(), nullptr));
    std::swap(memory->allocator, allocator);
    EXPECT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_ERROR);
    EXPECT_NE(harness.error().find("cannot be copied"), std::string::npos) << harness.error();
    std::swap(memory->allocator, allocator);
    gst_memory_unref(memory);
    gst_object_unref(allocator);
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

} // namespace

} // namespace fovea::test
