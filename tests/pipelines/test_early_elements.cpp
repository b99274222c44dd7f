// SPDX-License-Identifier: MIT
#include <atomic>
#include <memory>
#include <string>

#include <gst/check/gstcheck.h>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "media/early_elements.h"
#include "media/element.h"
#include "media/pipeline.h"

namespace {

using fovea::Chain;
using fovea::EarlyElements;
using fovea::Stage;

Stage detector(const std::string &period, const std::string &model = "hog")
{
    return {"foveadetect", {{"model", model}, {"inference-period", period}, {"threads", "1"}}};
}

/** \brief An element that was taken, and is added to nothing */
class Taken
{
public:
    Taken(EarlyElements *early, const Stage &stage) : element_(early->take(stage))
    {
        if (element_ != nullptr)
            gst_object_ref_sink(element_);
    }

    ~Taken()
    {
        if (element_ == nullptr)
            return;
        gst_element_set_state(element_, GST_STATE_NULL);
        gst_object_unref(element_);
    }

    Taken(const Taken &) = delete;
    Taken &operator=(const Taken &) = delete;

    GstElement *get() const { return element_; }

private:
    GstElement *element_;
};

/** \brief An element that is counted, and whether one of them went while it was running */
struct Counted {
    static inline std::atomic<int> alive = 0;
    static inline std::atomic<bool> was_cut_off = false;

    GstElement element;
};

struct CountedClass {
    GstElementClass parent;
};

G_DEFINE_TYPE(Counted, counted, GST_TYPE_ELEMENT)

void counted_init(Counted *)
{
    ++Counted::alive;
}

void counted_class_init(CountedClass *type)
{
    gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(type), "counted", "Test", "Counted",
                                          "Fovea");
    G_OBJECT_CLASS(type)->finalize = [](GObject *object) {
        if (GST_STATE(object) != GST_STATE_NULL)
            Counted::was_cut_off = true;
        --Counted::alive;
        G_OBJECT_CLASS(counted_parent_class)->finalize(object);
    };
}

/** \brief Frames that the only foveadetect of a pipeline looked at */
guint64 counted(GstElement *pipeline)
{
    g_autoptr(GstIterator) elements =
        gst_bin_iterate_all_by_element_factory_name(GST_BIN(pipeline), "foveadetect");
    g_auto(GValue) element = G_VALUE_INIT;
    g_autoptr(GstStructure) stats = nullptr;
    guint64 processed = 0;
    if (gst_iterator_next(elements, &element) != GST_ITERATOR_OK)
        return 0;
    g_object_get(g_value_get_object(&element), "stats", &stats, nullptr);
    gst_structure_get_uint64(stats, "processed", &processed);
    return processed;
}

} // namespace

TEST(EarlyElements, OneIsTakenOnceAsItStarted)
{
    EarlyElements early({detector("250")});
    const Taken first(&early, detector("250"));
    ASSERT_NE(first.get(), nullptr);
    EXPECT_EQ(GST_STATE(first.get()), GST_STATE_PAUSED);
    EXPECT_EQ(Taken(&early, detector("250")).get(), nullptr);
}

TEST(EarlyElements, WhatCanBeSetWhileItPlaysIsSet)
{
    EarlyElements early({detector("250")});
    const Taken taken(&early, detector("125.5"));
    ASSERT_NE(taken.get(), nullptr);
    gdouble period = 0;
    g_object_get(taken.get(), "inference-period", &period, nullptr);
    EXPECT_EQ(period, 125.5);
}

TEST(EarlyElements, OneOfAnotherNetworkIsNotTaken)
{
    EarlyElements early({detector("250")});
    EXPECT_EQ(Taken(&early, detector("250", "yolo-fastest-1.1")).get(), nullptr);
    EXPECT_EQ(Taken(&early, {"foveadetect", {{"model", "hog"}}}).get(), nullptr);
    EXPECT_EQ(Taken(&early, {"foveafeatures", detector("250").properties}).get(), nullptr);
    EXPECT_NE(Taken(&early, detector("250")).get(), nullptr);
}

TEST(EarlyElements, WhatDoesNotStartIsLeftToWhoNeedsIt)
{
    const Stage lacking = detector("250", "nowhere");
    const Stage wrong = {"foveadetect", {{"threads", "many"}}};
    EarlyElements early({lacking, {"foveanothing", {}}, wrong, detector("250")});
    EXPECT_EQ(Taken(&early, lacking).get(), nullptr);
    EXPECT_EQ(Taken(&early, wrong).get(), nullptr);
    EXPECT_NE(Taken(&early, detector("250")).get(), nullptr);
}

TEST(EarlyElements, OneRunsInThePipelineThatTookIt)
{
    EarlyElements early({detector("250")});
    GstElement *pipeline = gst_pipeline_new(nullptr);
    const Chain chain = {{"videotestsrc", {{"num-buffers", "5"}}},
                         detector("33.3"),
                         {"fakesink", {{"sync", "false"}}}};
    fovea::add_chain(GST_BIN(pipeline), chain, [&](const Stage &stage) {
        GstElement *taken = early.take(stage);
        return taken != nullptr ? taken : fovea::make_element(stage);
    });
    EXPECT_EQ(Taken(&early, detector("250")).get(), nullptr) << "the pipeline has it";
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
    g_autoptr(GstMessage) end = gst_bus_timed_pop_filtered(
        bus, 240 * GST_SECOND, static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
    ASSERT_NE(end, nullptr);
    EXPECT_EQ(GST_MESSAGE_TYPE(end), GST_MESSAGE_EOS);
    EXPECT_EQ(counted(pipeline), 5U) << "frames that the detector looked at";
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
}

TEST(EarlyElements, APipelineThatCannotBeBuiltLeavesNothingRunning)
{
    ASSERT_TRUE(gst_element_register(nullptr, "foveacounted", GST_RANK_NONE, counted_get_type()));
    const Stage own = {"foveacounted", {{"name", "own"}}};
    const auto error = [&](const Stage &wrong) {
        EarlyElements early({own, own});
        EXPECT_EQ(Counted::alive, 2);
        fovea::PipelineSpec spec = {"nowhere.mp4", {own, wrong}, {}};
        spec.early = &early;
        std::string text;
        try {
            const fovea::FilePipeline pipeline(spec);
        } catch (const fovea::Error &error) {
            text = error.what();
        }
        EXPECT_EQ(Counted::alive, 1) << "the one that it took is gone, the other is left";
        return text;
    };
    EXPECT_EQ(error({"foveanothing", {}}),
              "there is no element 'foveanothing'; 'fovea doctor' says what to install");
    EXPECT_EQ(error({"identity", {{"silence", "1"}}}),
              "element 'identity' has no property 'silence'; is an older plugin on "
              "GST_PLUGIN_PATH?");
    EXPECT_EQ(
        error({"identity", {{"silent", "perhaps"}}}),
        "identity: 'perhaps' is not a value of 'silent'; gst-inspect-1.0 identity lists them");
    EXPECT_EQ(error({"identity", {}}), "own does not link to identity");
    EXPECT_EQ(Counted::alive, 0);
    EXPECT_FALSE(Counted::was_cut_off) << "each was stopped before it went";
}
