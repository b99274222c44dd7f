// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "video_harness.h"

namespace fovea::test {

constexpr int frame_rate = 10;

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
inline GstBuffer *tagged(const VideoHarness &harness, int index)
{
    GstBuffer *buffer = harness.frame(index);
    const auto tag = static_cast<guint8>(index);
    gst_buffer_fill(buffer, gst_buffer_get_size(buffer) - 1, &tag, 1);
    return buffer;
}

inline void push_tagged(VideoHarness &harness, int begin, int end)
{
    for (int i = begin; i < end; ++i)
        ASSERT_EQ(gst_harness_push(harness.get(), tagged(harness, i)), GST_FLOW_OK) << i;
}

inline std::vector<OutFrame> pull_all(VideoHarness &harness)
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
inline void expect_frames(const std::vector<OutFrame> &frames,
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

inline bool ended(GstHarness *harness)
{
    bool eos = false;
    while (GstEvent *event = gst_harness_try_pull_event(harness)) {
        eos = eos || GST_EVENT_TYPE(event) == GST_EVENT_EOS;
        gst_event_unref(event);
    }
    return eos;
}

} // namespace fovea::test
