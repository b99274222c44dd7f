// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
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

/* B-frames are decoded before they are shown; without an edit GStreamer ends the track by as much too early */
TEST_F(FilePipelines, AnMp4WithoutEditsIsReadToItsLastFrame)
{
    const std::filesystem::path file = fovea_test::made_by(
        "videotestsrc num-buffers=50 ! x264enc bframes=2 ! mp4mux", at("b.mp4"));
    std::string bytes = fovea_test::read_text(file);
    bytes.replace(bytes.rfind("edts"), 4, "free");
    fovea_test::write_text(file, bytes);
    EXPECT_EQ(FilePipeline({file, {{"fakesink", {{"sync", "false"}}}}, {}}).run({}).frames, 50U);
}

/* 2 s of which an edit leaves out the first: its progress is that of the second */
TEST_F(FilePipelines, WhatAnEditLeavesOutIsNoWorkLeft)
{
    PipelineSpec spec = this->spec({{"identity", {}}});
    std::string bytes = fovea_test::read_text(spec.file);
    const auto state = [&](const std::string &box, std::size_t behind) {
        const std::uint32_t second = 3000; // of mp4mux: a hundred a frame
        for (std::size_t i = 0; i < 4; ++i)
            bytes.at(bytes.rfind(box) + behind + i) = static_cast<char>(second >> (8 * (3 - i)));
    };
    state("mvhd", 20); // its duration
    state("elst", 12); // the duration of the edit
    state("elst", 16); // its begin in the track
    fovea_test::write_text(spec.file, bytes);
    std::atomic<int> taken{0};
    std::atomic<double> progress{0};
    std::atomic<int> looks{0};
    spec.frame = [&](GstSample *) {
        if (++taken < 27)
            return;
        const auto latest = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        const int before = looks;
        while (looks < before + 2 && std::chrono::steady_clock::now() < latest)
            std::this_thread::yield(); // until one that began behind this frame
    };
    const auto look = [&](double share) {
        progress = share;
        ++looks;
    };
    FilePipeline(spec).run({look, {}});
    EXPECT_EQ(taken, 30);
    EXPECT_GT(progress, 0.8);
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
