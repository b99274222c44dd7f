// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "properties.h"
#include "video_harness.h"

namespace fovea::test {

namespace {

std::vector<guint8> all_bytes(GstBuffer *buffer)
{
    std::vector<guint8> bytes(gst_buffer_get_size(buffer));
    gst_buffer_extract(buffer, 0, bytes.data(), bytes.size());
    return bytes;
}

bool is_drawn_on(VideoHarness &harness, int index)
{
    GstBuffer *in = harness.frame(index);
    const std::vector<guint8> before = all_bytes(in);
    EXPECT_EQ(gst_harness_push(harness.get(), in), GST_FLOW_OK);
    const auto out = harness.pull();
    return out != nullptr && all_bytes(out.get()) != before;
}

class FoveaOverlayResults : public testing::Test
{
protected:
    void TearDown() override { std::filesystem::remove(file_); }

    const std::string file_ =
        (std::filesystem::temp_directory_path() / ("fovea-overlay-" + std::to_string(getpid())))
            .string();
};

TEST_F(FoveaOverlayResults, AreDrawnWithoutMetadata)
{
    std::ofstream(file_) << R"({"schema": 1, "timestamp": 0, "resolution": {"width": 320,)"
                         << R"("height": 240}, "objects": [], "activity": {"scope": "window",)"
                         << R"("label": "fight", "label_id": 1, "confidence": 0.75, "start": 0,)"
                         << R"("end": 1, "top_k": [], "regions": [], "salience": []}})"
                         << "\n";
    VideoHarness harness("foveaoverlay show-timeline=false results=" + file_);
    harness.set_size(320, 240);
    EXPECT_TRUE(is_drawn_on(harness, 0));
    EXPECT_TRUE(is_drawn_on(harness, 29));
    EXPECT_FALSE(is_drawn_on(harness, 60)) << "two seconds: the window is over";
    EXPECT_EQ(harness.error(), "");
}

TEST_F(FoveaOverlayResults, AnAlarmIsDrawnWhileItWent)
{
    std::ofstream(file_) << R"({"schema": 1, "timestamp": 2000000000, "resolution": {"width": 320,)"
                         << R"("height": 240}, "objects": [], "alarm": {"event": "end", "id": 1,)"
                         << R"("label": "fight", "label_id": 1, "confidence": 0.75, "start": 0.5,)"
                         << R"("end": 1.5, "best": 1, "bounding_box": {"x_min": 0, "y_min": 0,)"
                         << R"("x_max": 1, "y_max": 1}, "persons": []}})"
                         << "\n";
    VideoHarness harness("foveaoverlay show-timeline=false results=" + file_);
    harness.set_size(320, 240);
    EXPECT_FALSE(is_drawn_on(harness, 14));
    EXPECT_TRUE(is_drawn_on(harness, 15));
    EXPECT_TRUE(is_drawn_on(harness, 44));
    EXPECT_FALSE(is_drawn_on(harness, 45));
}

TEST_F(FoveaOverlayResults, ThatAreMissingAreAnErrorThatNamesTheFile)
{
    const StartError error = start_error("foveaoverlay", {{"results", file_.c_str()}});
    EXPECT_EQ(error.domain, GST_RESOURCE_ERROR);
    EXPECT_EQ(error.code, GST_RESOURCE_ERROR_NOT_FOUND);
    EXPECT_NE(error.text.find(file_), std::string::npos) << error.text;
}

TEST_F(FoveaOverlayResults, ThatAreGarbledAreAnErrorThatNamesTheLine)
{
    for (const char *line : {"{\"schema\": 1", "[]", "\xff\xfe", R"({"schema": 99})"}) {
        SCOPED_TRACE(line);
        std::ofstream(file_) << R"({"schema": 1, "timestamp": 0, "resolution": {"width": 320,)"
                             << R"("height": 240}, "objects": []})"
                             << "\n\n"
                             << line << "\n";
        const StartError error = start_error("foveaoverlay", {{"results", file_.c_str()}});
        EXPECT_EQ(error.code, GST_RESOURCE_ERROR_SETTINGS);
        EXPECT_NE(error.text.find("'" + file_ + "' line 3"), std::string::npos) << error.text;
    }
}

} // namespace

} // namespace fovea::test
