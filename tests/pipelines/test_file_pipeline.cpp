// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "command_test.h"
#include "fovea/core/errors.h"
#include "media/pipeline.h"

namespace fovea {

namespace {

GstPadProbeReturn drop_first_end(GstPad *pad, GstPadProbeInfo *info, gpointer)
{
    if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) != GST_EVENT_EOS)
        return GST_PAD_PROBE_OK;
    gst_pad_remove_probe(pad, GST_PAD_PROBE_INFO_ID(info));
    return GST_PAD_PROBE_DROP;
}

void on_pad(GstElement *, GstPad *pad, gpointer)
{
    if (GST_PAD_IS_SINK(pad))
        gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, drop_first_end, nullptr,
                          nullptr);
}

gboolean on_element(GSignalInvocationHint *, guint, const GValue *values, gpointer)
{
    auto *element = GST_ELEMENT(g_value_get_object(values + 1));
    if (g_str_has_prefix(GST_OBJECT_NAME(element), "multiqueue") != FALSE)
        g_signal_connect(element, "pad-added", G_CALLBACK(on_pad), nullptr);
    return TRUE;
}

/* While it lives demuxers do not tell that files end, as far as who follows them sees */
class NoEnds
{
public:
    NoEnds() : hook_(g_signal_add_emission_hook(signal_, 0, on_element, nullptr, nullptr)) {}

    ~NoEnds() { g_signal_remove_emission_hook(signal_, hook_); }

    NoEnds(const NoEnds &) = delete;
    NoEnds &operator=(const NoEnds &) = delete;

private:
    guint signal_ = g_signal_lookup("element-added", GST_TYPE_BIN);
    gulong hook_;
};

/* Chains that do not come to an end, of a ball for 2 s at 30 frames a second */
class FilePipelines : public fovea_test::CommandTest
{
protected:
    PipelineSpec spec(Chain chain) const
    {
        PipelineSpec spec = {fovea_test::ball(at("ball.mp4"), 60), std::move(chain), {}};
        spec.patience_s = 2;
        return spec;
    }

    static std::string cause(const PipelineSpec &spec)
    {
        try {
            FilePipeline(spec).run({});
        } catch (const Error &error) {
            return error.what();
        }
        return "";
    }
};

TEST_F(FilePipelines, OneThatStandsStillIsAnError)
{
    const Chain waits = {{"fakesink", {{"sync", "true"}, {"ts-offset", "3600000000000"}}}};
    EXPECT_EQ(cause(spec(waits)).rfind("stands still at 0:0", 0), 0U) << cause(spec(waits));
    EXPECT_NE(cause(spec(waits)).find("of its 0:02: for 2 s no frame came"), std::string::npos);
}

TEST_F(FilePipelines, OneWhoseThreadDoesNotComeBackIsLeft)
{
    const Chain sleeps = {{"identity", {{"sleep-time", "3600000000"}}},
                          {"fakesink", {{"sync", "false"}}}};
    EXPECT_EQ(cause(spec(sleeps)).rfind("stands still at 0:00", 0), 0U);
}

TEST_F(FilePipelines, WhoeverTakesFramesIsWaitedFor)
{
    PipelineSpec slow = spec({{"identity", {}}});
    std::atomic<int> taken{0};
    slow.frame = [&taken](GstSample *) {
        if (taken++ == 0)
            std::this_thread::sleep_for(std::chrono::seconds(6)); // thrice the patience
    };
    EXPECT_EQ(cause(slow), "");
    EXPECT_EQ(taken, 60);
}

/* The valve lets no end by either */
TEST_F(FilePipelines, OneThatStandsStillBehindItsLastFrameIsToldAsThat)
{
    const Chain swallows = {{"valve", {{"drop", "true"}}},
                            {"fakesink", {{"sync", "false"}, {"async", "false"}}}};
    EXPECT_EQ(cause(spec(swallows)).substr(0, 20), "stands still at 0:01"); // 60 x 33,333,333 ns
}

TEST_F(FilePipelines, WhatWasSeenToItsEndIsKeptWhereTheEndIsNotTold)
{
    const PipelineSpec whole = spec({{"fakesink", {{"sync", "false"}}}});
    const NoEnds no_ends;
    const DecodingReport report = FilePipeline(whole).run({});
    EXPECT_EQ(report.frames, 60U);
    ASSERT_EQ(report.warnings.size(), 1U);
    EXPECT_NE(report.warnings.begin()->find("does not tell that it ends"), std::string::npos);
}

} // namespace

} // namespace fovea
