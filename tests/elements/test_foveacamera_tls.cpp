// SPDX-License-Identifier: MIT
#include <filesystem>

#include <gtest/gtest.h>

#include "../lib/made_certificates.h"
#include "../lib/temporary_folder.h"
#include "http_camera.h"
#include "rtsp_camera.h"
#include "watched_camera.h"

namespace fovea::test {

namespace {

/** \brief A camera at 127.0.0.1 whose certificate, signed by a CA of its own, is for localhost */
class FoveaCameraTls : public testing::Test
{
protected:
    void SetUp() override
    {
        if (!made_certificates(folder_.path().string()))
            GTEST_SKIP() << "there is no openssl to make certificates with";
        camera_.shows(file("cert.pem"), file("key.pem"));
    }

    std::string file(const char *name) const { return (folder_.path() / name).string(); }

    std::string refusal_of(const std::string &properties) const
    {
        Watched watched(properties + " uri=" + camera_.uri());
        return watched.message_with("state=(string)down");
    }

    const TemporaryFolder folder_;
    RtspCamera camera_{h264};
};

} // namespace

TEST_F(FoveaCameraTls, ACertificateOfAnAuthorityOfItsOwnIsTakenByName)
{
    camera_.listens_at("localhost");
    camera_.switch_on();
    Watched watched("ca-file=" + file("ca.pem") + " uri=" + camera_.uri());
    EXPECT_TRUE(watched.gets(5));
}

TEST_F(FoveaCameraTls, ACertificateOfItsOwnIsTakenAtAnyAddress)
{
    camera_.switch_on();
    Watched watched("ca-file=" + file("cert.pem") + " uri=" + camera_.uri());
    EXPECT_TRUE(watched.gets(5));
}

TEST_F(FoveaCameraTls, ACertificateThatNobodyKnowsIsRefusedWithTheReason)
{
    camera_.switch_on();
    const std::string text = refusal_of("");
    EXPECT_NE(text.find("reason=(string)refused"), std::string::npos) << text;
    EXPECT_NE(text.find("nobody\\ who\\ is\\ known\\ signed\\ it"), std::string::npos) << text;
    EXPECT_NE(text.find("ca-file"), std::string::npos) << text;
}

TEST_F(FoveaCameraTls, ACertificateThatNobodyOfTheFileSignedIsRefusedWithThat)
{
    camera_.switch_on();
    const TemporaryFolder other;
    ASSERT_TRUE(made_certificates(other.path().string()));
    for (const char *name : {"ca.pem", "cert.pem"}) { // the first is called as its authority is
        const std::string text = refusal_of("ca-file=" + (other.path() / name).string());
        EXPECT_NE(text.find("not\\ signed\\ by\\ what\\ ca-file\\ has"), std::string::npos) << text;
        EXPECT_EQ(text.find("takes"), std::string::npos) << text;
    }
}

TEST_F(FoveaCameraTls, AFileThatWasRenewedIsReadWhenItConnectsAgain)
{
    camera_.switch_on();
    const TemporaryFolder other;
    ASSERT_TRUE(made_certificates(other.path().string()));
    const auto trusted = other.path() / "ca.pem";
    Watched watched("ca-file=" + trusted.string() + " uri=" + camera_.uri());
    EXPECT_NE(watched.message_with("state=(string)down"), "");
    other.write("ca.pem", ""); // being written
    const std::string text = watched.message_with("could\\ not\\ be\\ read\\ anew");
    EXPECT_NE(text.find("signed"), std::string::npos) << text;
    EXPECT_NE(text.find("which\\ holds\\ none"), std::string::npos) << text;
    std::filesystem::copy_file(file("cert.pem"), trusted,
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_TRUE(watched.gets(5));
}

TEST_F(FoveaCameraTls, ByHttpACertificateOfAnAuthorityOfItsOwnIsTakenByName)
{
    HttpCamera camera(jpeg_parts());
    camera.shows(file("cert.pem"), file("key.pem"));
    Watched watched("ca-file=" + file("ca.pem") + " uri=" + camera.uri());
    EXPECT_TRUE(watched.gets(5));
}

TEST_F(FoveaCameraTls, ByHttpACertificateIsRefusedWithTheReasonToo)
{
    HttpCamera camera(jpeg_parts());
    camera.shows(file("cert.pem"), file("key.pem"));
    const auto refusal = [&](const std::string &properties) {
        Watched watched(properties + " uri=" + camera.uri());
        return watched.message_with("state=(string)down");
    };
    std::string text = refusal("");
    EXPECT_NE(text.find("nobody\\ who\\ is\\ known\\ signed\\ it"), std::string::npos) << text;
    EXPECT_NE(text.find("ca-file"), std::string::npos) << text;
    camera.is_called("127.0.0.1");
    text = refusal("ca-file=" + file("ca.pem"));
    EXPECT_NE(text.find("it\\ is\\ for\\ another\\ address"), std::string::npos) << text;
    EXPECT_EQ(text.find("signed"), std::string::npos) << text;
    EXPECT_EQ(text.find("of\\ its\\ authority"), std::string::npos) << "it is there: " << text;
}

TEST_F(FoveaCameraTls, ACertificateOfTheAuthorityForAnotherAddressIsRefused)
{
    camera_.switch_on();
    const std::string text = refusal_of("ca-file=" + file("ca.pem"));
    EXPECT_NE(text.find("it\\ is\\ for\\ another\\ address"), std::string::npos) << text;
    EXPECT_EQ(text.find("signed"), std::string::npos) << text;
    EXPECT_EQ(text.find("of\\ its\\ authority"), std::string::npos) << "it is there: " << text;
}

TEST_F(FoveaCameraTls, AFileWithoutCertificatesIsAnError)
{
    folder_.write("empty.pem", "nothing\n");
    for (const auto &[name, got] : {std::pair("empty.pem", "which holds none"),
                                    std::pair("nowhere.pem", "which cannot be read")}) {
        g_autoptr(GstElement) camera =
            GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make("foveacamera", nullptr)));
        g_autoptr(GstBus) bus = gst_bus_new();
        gst_element_set_bus(camera, bus);
        g_object_set(camera, "uri", "rtsps://127.0.0.1/main", "ca-file", file(name).c_str(),
                     nullptr);
        EXPECT_EQ(gst_element_set_state(camera, GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
        g_autoptr(GstMessage) message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
        ASSERT_NE(message, nullptr);
        g_autoptr(GError) error = nullptr;
        gst_message_parse_error(message, &error, nullptr);
        EXPECT_NE(std::string(error->message).find(got), std::string::npos) << error->message;
        EXPECT_NE(std::string(error->message).find(name), std::string::npos) << error->message;
        gst_element_set_state(camera, GST_STATE_NULL);
    }
}

} // namespace fovea::test
