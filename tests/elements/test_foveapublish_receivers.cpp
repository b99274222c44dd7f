// SPDX-License-Identifier: MIT
#include <sys/stat.h>
#include <thread>

#include <gio/gio.h>

#include "fovea/publish/publisher.h"
#include "foveapublish_test.h"
#include "made_meta.h"
#include "properties.h"

namespace fovea::test {

namespace {

TEST_F(FoveaPublish, APipeIsWrittenIntoAndStaysAPipe)
{
    ASSERT_EQ(mkfifo(file_.c_str(), 0600), 0);
    std::vector<std::string> got;
    std::thread reader([&] { got = texts(); });
    {
        VideoHarness harness(launch());
        push(harness, with_activity(harness.frame(0), made_activity("fight", 1, 1, 0, 500)));
    }
    reader.join();
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(Json::parse(got[0])["activity"]["label"], "fight");
    EXPECT_TRUE(std::filesystem::is_fifo(file_));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(FoveaPublish, AFileUriNamesTheSameFileAsItsPath)
{
    const std::string spaced = (folder_ / "two words.jsonl").string();
    {
        VideoHarness harness("foveapublish uri=file://" + folder_.string() + "/two%20words.jsonl");
        push(harness, with_activity(harness.frame(0), made_activity("fall", 2, 0.5F, 0, 500)));
    }
    EXPECT_GT(std::filesystem::file_size(spaced), 0U);
}

TEST_F(FoveaPublish, OtherSchemesAndNoUriAreRefused)
{
    for (const char *uri :
         {"", "ftp://example.org/results", "mqtt:///prefix", "file:relative.jsonl"}) {
        SCOPED_TRACE(uri);
        const StartError error = start_error("foveapublish", {{"uri", uri}});
        EXPECT_EQ(error.code, GST_RESOURCE_ERROR_SETTINGS);
        EXPECT_NE(error.text.find("uri"), std::string::npos) << error.text;
    }
}

/* It never answers: the stream goes on, the lines are kept, and that is told. */
TEST_F(FoveaPublish, AReceiverThatStallsHoldsNoVideoUpAndIsToldOf)
{
    if (publisher_libraries()[2].version.empty())
        GTEST_SKIP() << "built without libsoup 3: apt-get install libsoup-3.0-dev";
    const std::string spool = (folder_ / "spool").string();
    GError *error = nullptr;
    g_autoptr(GSocketListener) stalls = g_socket_listener_new(); // accepts nobody: the kernel does
    const std::string host =
        "http://127.0.0.1:" +
        std::to_string(g_socket_listener_add_any_inet_port(stalls, nullptr, &error));
    ASSERT_EQ(error, nullptr) << error->message;
    const std::string launch =
        "foveapublish name=p uri=" + host + "/hook?token=t0ken spool=" + spool;
    std::string warning;
    {
        VideoHarness harness(launch);
        for (int i = 0; i < 50; ++i)
            ASSERT_EQ(push(harness,
                           with_activity(harness.frame(i), made_activity("fall", 2, 0.5F, 0, 500))),
                      GST_FLOW_OK);
        GstElement *publish = gst_harness_find_element(harness.get(), "foveapublish");
        GstStructure *stats = nullptr;
        g_object_get(publish, "stats", &stats, nullptr);
        guint64 published = 0;
        guint64 waiting = 0;
        gst_structure_get(stats, "published", G_TYPE_UINT64, &published, "waiting", G_TYPE_UINT64,
                          &waiting, nullptr);
        gst_structure_free(stats);
        gst_object_unref(publish);
        EXPECT_EQ(published, 50U);
        EXPECT_EQ(waiting, 50U) << "all went on, and nobody took one";
        EXPECT_EQ(harness.warning(), "") << "the first is still waited for, 10 s long";
        for (int i = 0; i < 6000 && warning.empty(); ++i) {
            g_usleep(10'000);
            warning = harness.warning();
        }
        EXPECT_EQ(harness.error(), "");
    }
    EXPECT_NE(warning.find(host + ": away, lines wait on disk: "), std::string::npos) << warning;
    EXPECT_EQ(warning.find("t0ken"), std::string::npos) << warning;
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(spool), {}), 2)
        << "the queue and its lock";
}

TEST_F(FoveaPublish, StandardOutputIsTheDefault)
{
    testing::internal::CaptureStdout();
    {
        VideoHarness harness("foveapublish");
        push(harness, with_activity(harness.frame(0), made_activity("fall", 2, 0.5F, 0, 500)));
    }
    const std::string text = testing::internal::GetCapturedStdout();
    ASSERT_FALSE(text.empty());
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    EXPECT_EQ(Json::parse(text)["activity"]["label"], "fall");
}

TEST_F(FoveaPublish, AppendKeepsWhatIsThereAndElseItGoes)
{
    std::ofstream(file_) << "{\"kept\": true}\n";
    {
        VideoHarness harness(launch("append=true"));
        push(harness, with_activity(harness.frame(0), made_activity("fall", 2, 0.5F, 0, 500)));
    }
    ASSERT_EQ(lines().size(), 2U);
    EXPECT_EQ(lines()[0]["kept"], true);
    const VideoHarness harness(launch());
    EXPECT_TRUE(lines().empty());
}

TEST_F(FoveaPublish, AFolderThatIsNotThereIsAnErrorThatNamesTheFile)
{
    const std::string file = (folder_ / "missing/results.jsonl").string();
    for (const std::string &uri : {file, folder_.string()}) { // a folder is no file either
        const StartError error = start_error("foveapublish", {{"uri", uri.c_str()}});
        EXPECT_EQ(error.domain, GST_RESOURCE_ERROR);
        EXPECT_EQ(error.code, GST_RESOURCE_ERROR_WRITE);
        EXPECT_NE(error.text.find(uri), std::string::npos) << error.text;
    }
}

TEST_F(FoveaPublish, AFullDiskEndsTheStreamWithAWriteError)
{
    VideoHarness harness("foveapublish uri=/dev/full");
    ASSERT_EQ(harness.push(0), GST_FLOW_OK); // nothing to write yet
    GstBuffer *in = with_activity(harness.frame(1), made_activity("fall", 2, 0.5F, 0, 500));
    EXPECT_EQ(push(harness, in), GST_FLOW_ERROR);
    GstMessage *message = gst_bus_pop_filtered(harness.bus(), GST_MESSAGE_ERROR);
    ASSERT_NE(message, nullptr);
    GError *error = nullptr;
    gst_message_parse_error(message, &error, nullptr);
    EXPECT_TRUE(g_error_matches(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE));
    EXPECT_NE(std::string(error->message).find("/dev/full"), std::string::npos) << error->message;
    g_error_free(error);
    gst_message_unref(message);
}

TEST_F(FoveaPublish, AfterAFlushTheFileGoesOn)
{
    VideoHarness harness(launch());
    push(harness, with_activity(harness.frame(0), made_activity("fall", 2, 0.5F, 0, 500)));
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_flush_start()));
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_flush_stop(TRUE)));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    ASSERT_TRUE(gst_harness_push_event(harness.get(), gst_event_new_segment(&segment)));
    push(harness, with_activity(harness.frame(3), made_activity("fight", 1, 0.5F, 0, 500)));
    ASSERT_EQ(lines().size(), 2U);
    EXPECT_EQ(lines()[1]["timestamp"], 100000000);
}

} // namespace

} // namespace fovea::test
