// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gst/pbutils/pbutils.h>

#include <gtest/gtest.h>

#include "../lib/temporary_folder.h"
#include "../lib/time_units.h"
#include "encoded_samples.h"
#include "service/evidence/evidence_recorder.h"

namespace fovea::test {

/** \brief A key frame each second */
inline constexpr const char *h264 =
    "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=10 ! "
    "video/x-h264,stream-format=byte-stream,alignment=au";

class EvidenceRecording : public testing::Test
{
protected:
    ~EvidenceRecording() override { encode("", 0); }

    /** \return bytes a second */
    std::size_t encode(const std::string &encoder, int seconds)
    {
        for (GstSample *sample : samples_)
            gst_sample_unref(sample);
        samples_ = seconds > 0 ? encoded(encoder, seconds) : std::vector<GstSample *>();
        std::size_t bytes = 0;
        for (GstSample *sample : samples_)
            bytes += gst_buffer_get_size(gst_sample_get_buffer(sample));
        return seconds > 0 ? bytes / static_cast<std::size_t>(seconds) : 0;
    }

    void make(Nanoseconds before, Nanoseconds after, Nanoseconds longest)
    {
        make(EvidenceRecorder::Options{before, after, longest});
    }

    void make(const EvidenceRecorder::Options &options)
    {
        recorder_ = std::make_unique<EvidenceRecorder>(
            options,
            [this](std::uint64_t clip, const std::string &file, const std::string &why) {
                files_[clip] = file;
                whys_[clip] = why;
            },
            [this](EvidenceRecorder::Shorter why) {
                ++(why == EvidenceRecorder::Shorter::FastStream ? told_too_fast_ : told_cut_);
            });
    }

    /** \brief Frames of [from, to) seconds */
    void take(int from, int to)
    {
        for (int i = from * frame_rate; i < to * frame_rate; ++i)
            recorder_->take(samples_.at(static_cast<std::size_t>(i)));
    }

    /** \brief As take(), and what is told is told each second */
    void play(int from, int to)
    {
        for (int at = from; at < to; ++at) {
            take(at, at + 1);
            settle();
        }
    }

    void finish() { recorder_->finish(std::chrono::steady_clock::now() + std::chrono::minutes(1)); }

    /** \brief What is told on the main loop */
    static void settle()
    {
        while (g_main_context_iteration(nullptr, FALSE) != FALSE) {
        }
    }

    static double seconds_of(const std::string &file)
    {
        g_autoptr(GstDiscoverer) discoverer = gst_discoverer_new(60 * GST_SECOND, nullptr);
        g_autofree gchar *uri = gst_filename_to_uri(file.c_str(), nullptr);
        g_autoptr(GError) error = nullptr;
        GstDiscovererInfo *info = gst_discoverer_discover_uri(discoverer, uri, &error);
        EXPECT_EQ(error, nullptr) << error->message;
        const auto duration = static_cast<double>(gst_discoverer_info_get_duration(info));
        gst_discoverer_info_unref(info);
        return duration / GST_SECOND;
    }

    const TemporaryFolder folder_;
    std::vector<GstSample *> samples_;
    std::unique_ptr<EvidenceRecorder> recorder_;
    std::map<std::uint64_t, std::string> files_;
    std::map<std::uint64_t, std::string> whys_;
    int told_too_fast_ = 0;
    int told_cut_ = 0; ///< for the disk
};

} // namespace fovea::test
