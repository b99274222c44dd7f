// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <vector>

#include "base/filter_class.h"
#include "video_harness.h"

namespace {

using fovea::test::VideoHarness;

std::vector<std::string> calls; // of the worker since the test began

/* Lets each frame wait for the next, and notes what it is told */
class WaitingWorker final : public fovea::FrameWorker
{
public:
    struct Options {
    };

    WaitingWorker(GstElement *, const Options &) {}

    bool can_wait() override { return true; }

    void process(const fovea::Frame &) override { calls.emplace_back("frame"); }

    void drain(FoveaMeta *) override { calls.emplace_back("end"); }

    void reset() override { calls.emplace_back("reset"); }
};

struct Waiting {
    GstFoveaFilter parent;
};

struct WaitingClass {
    GstFoveaFilterClass parent;
};

G_DEFINE_TYPE(Waiting, waiting, gst_fovea_filter_get_type())

using Filter = fovea::FilterClass<Waiting, WaitingWorker::Options, WaitingWorker>;

void waiting_init(Waiting *) {}

void waiting_class_init(WaitingClass *klass)
{
    Filter::install(klass, {}, GST_MAP_READ);
    gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(klass), "Waits", "Filter/Video",
                                          "Lets frames wait", "a test");
}

class FoveaFilter : public testing::Test
{
protected:
    void SetUp() override
    {
        calls.clear();
        static const gboolean known =
            gst_element_register(nullptr, "waits", GST_RANK_NONE, waiting_get_type());
        ASSERT_TRUE(known);
    }

    static void start_stream(VideoHarness &harness, const char *id)
    {
        gst_harness_push_event(harness.get(), gst_event_new_stream_start(id));
        g_autoptr(GstCaps) caps = gst_video_info_to_caps(&harness.info());
        gst_harness_push_event(harness.get(), gst_event_new_caps(caps));
        GstSegment segment;
        gst_segment_init(&segment, GST_FORMAT_TIME);
        gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
    }

    using Calls = std::vector<std::string>;
};

using Pool = std::unique_ptr<GstBufferPool, decltype(&gst_object_unref)>;

void set_limit(GstBufferPool *pool, const VideoHarness &harness, guint most)
{
    gst_buffer_pool_set_active(pool, FALSE);
    GstStructure *config = gst_buffer_pool_get_config(pool);
    gst_buffer_pool_config_set_params(config, nullptr, static_cast<guint>(harness.info().size), 0,
                                      most);
    gst_buffer_pool_set_config(pool, config);
    gst_buffer_pool_set_active(pool, TRUE);
}

Pool pool_of(const VideoHarness &harness, guint most)
{
    Pool pool(gst_buffer_pool_new(), gst_object_unref);
    set_limit(pool.get(), harness, most);
    return pool;
}

/* Null where it is dry */
GstBuffer *taken_from(GstBufferPool *pool)
{
    GstBufferPoolAcquireParams at_once = {};
    at_once.flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT;
    GstBuffer *buffer = nullptr;
    gst_buffer_pool_acquire_buffer(pool, &buffer, &at_once);
    return buffer;
}

TEST_F(FoveaFilter, HoldsFramesThatMayWait)
{
    VideoHarness harness("waits");
    const Pool pool = pool_of(harness, 0);
    for (int i = 0; i < 3; ++i)
        ASSERT_EQ(gst_harness_push(harness.get(), taken_from(pool.get())), GST_FLOW_OK);
    EXPECT_EQ(harness.pull(), nullptr);
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    EXPECT_EQ(calls, (Calls{"frame", "frame", "frame", "end"}));
}

/* Decoders in hardware have a few frames and wait for the first to come back. */
TEST_F(FoveaFilter, HoldsNoFrameOfAPoolWithALimit)
{
    VideoHarness harness("waits");
    const Pool pool = pool_of(harness, 2);
    for (int i = 0; i < 5; ++i) {
        GstBuffer *buffer = taken_from(pool.get());
        ASSERT_NE(buffer, nullptr) << "frame " << i;
        ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
        EXPECT_NE(harness.pull(), nullptr) << "frame " << i;
    }
    const VideoHarness::Buffer original(taken_from(pool.get()), gst_buffer_unref);
    GstBuffer *part = harness.frame(6);
    gst_buffer_add_parent_buffer_meta(part, original.get());
    ASSERT_EQ(gst_harness_push(harness.get(), part), GST_FLOW_OK);
    EXPECT_NE(harness.pull(), nullptr) << "a part of such a frame";
    const VideoHarness::Buffer shared(taken_from(pool.get()), gst_buffer_unref);
    ASSERT_NE(shared, nullptr);
    ASSERT_EQ(gst_harness_push(harness.get(), gst_buffer_ref(shared.get())), GST_FLOW_OK);
    EXPECT_NE(harness.pull(), nullptr) << "one that others hold too";
}

TEST_F(FoveaFilter, AsksAPoolAnewWithNewCaps)
{
    VideoHarness harness("waits");
    const Pool pool = pool_of(harness, 2);
    ASSERT_EQ(gst_harness_push(harness.get(), taken_from(pool.get())), GST_FLOW_OK);
    EXPECT_NE(harness.pull(), nullptr);
    harness.set_size(128, 96);
    set_limit(pool.get(), harness, 0);
    ASSERT_EQ(gst_harness_push(harness.get(), taken_from(pool.get())), GST_FLOW_OK);
    EXPECT_EQ(harness.pull(), nullptr) << "it may wait now";
}

TEST_F(FoveaFilter, ASegmentThatIsDoneIsAnEnd)
{
    VideoHarness harness("waits");
    const auto done = [&] {
        gst_harness_push_event(harness.get(), gst_event_new_segment_done(GST_FORMAT_TIME, 0));
    };
    done();
    EXPECT_EQ(calls, Calls{}) << "before any frame";
    harness.push_range(0, 1);
    done();
    EXPECT_EQ(calls, (Calls{"frame", "end"}));
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    EXPECT_EQ(calls, (Calls{"frame", "end"})) << "it ended before";
}

TEST_F(FoveaFilter, AStreamEndsWhereAnotherBegins)
{
    VideoHarness harness("waits");
    start_stream(harness, "first");
    EXPECT_EQ(calls, Calls{});
    harness.push_range(0, 1);
    start_stream(harness, "first"); // again, as where pads are linked anew
    gst_harness_push_event(harness.get(), gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM,
                                                               gst_structure_new_empty("push")));
    EXPECT_EQ(calls, (Calls{"frame"}));
    start_stream(harness, "second");
    EXPECT_EQ(calls, (Calls{"frame", "end", "reset"}));
    harness.push_range(0, 1);
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    EXPECT_EQ(calls, (Calls{"frame", "end", "reset", "frame", "end"}));
}

TEST_F(FoveaFilter, AStreamBehindOneThatEndedIsAnother)
{
    VideoHarness harness("waits");
    start_stream(harness, "first");
    harness.push_range(0, 1);
    gst_harness_push_event(harness.get(), gst_event_new_eos());
    start_stream(harness, "second");
    EXPECT_EQ(calls, (Calls{"frame", "end", "reset"}));
}

} // namespace
