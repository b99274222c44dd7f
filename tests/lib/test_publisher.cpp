// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include "error_of.h"
#include "fovea/publish/home_assistant.h"
#include "fovea/publish/publisher.h"
#include "fovea/publish/receiver_uri.h"
#include "temporary_folder.h"

namespace fovea {
namespace {

std::string refusal_of(const std::string &uri, PublisherOptions options = {})
{
    const TemporaryFolder folder;
    options.spool = folder.path();
    return error_of([&] { make_publisher(uri, options); });
}

bool has(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

TEST(Publisher, WritesLinesToAFile)
{
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "a b.jsonl";
    auto publisher = make_publisher("file://" + (folder.path() / "a%20b.jsonl").string(), {});
    Message message;
    message.text = R"({"a": 1})";
    publisher->publish(message);
    std::ostringstream text;
    text << std::ifstream(file).rdbuf(); // before the end: it was out at once
    EXPECT_EQ(text.str(), "{\"a\": 1}\n");
    EXPECT_EQ(publisher->counts().delivered, 1U);
}

TEST(Publisher, WaitsForANetworkForSeconds)
{
    EXPECT_EQ(PublisherOptions().answer_within, std::chrono::seconds(10));
    EXPECT_EQ(PublisherOptions().last_wait, std::chrono::seconds(5));
}

TEST(Publisher, AFileThatTakesNothingIsAway)
{
    auto publisher = make_publisher("/dev/full", {});
    EXPECT_FALSE(publisher->counts().away);
    EXPECT_THROW(publisher->publish({}), Error);
    EXPECT_TRUE(publisher->counts().away);
    EXPECT_EQ(publisher->counts().published, 1U);
    EXPECT_EQ(publisher->counts().delivered, 0U);
}

TEST(Publisher, AnUnknownSchemeIsRefusedWithoutTellingTheRest)
{
    EXPECT_EQ(refusal_of("ftp://anna:hunter2@host/x"),
              "uri is 'ftp:...', expected stdout:, file:///path, a path, mqtt(s)://, "
              "kafka:// or http(s)://");
    EXPECT_TRUE(has(refusal_of(""), "uri is empty"));
}

TEST(Publisher, ALibraryThatIsNotThereIsNamedByItsPackage)
{
    for (const PublisherLibrary &library : publisher_libraries()) {
        const std::string scheme = library.schemes.substr(0, library.schemes.find(','));
        if (library.version.empty())
            EXPECT_TRUE(has(refusal_of(scheme + "://host/topic"),
                            std::string("install ") + library.package));
        else
            EXPECT_TRUE(library.version.find('.') != std::string::npos) << library.version;
    }
}

TEST(Publisher, SecretsInAUriAreRefusedAndNeverTold)
{
    for (const char *scheme : {"mqtt", "kafka", "https"}) {
        const std::string error = refusal_of(std::string(scheme) + "://anna:hunter2@host/x");
        EXPECT_FALSE(has(error, "hunter2")) << error;
        EXPECT_FALSE(has(error, "anna")) << error;
    }
    EXPECT_TRUE(has(refusal_of("mqtt://anna:hunter2@host/x"), "credentials=file:PATH"));
}

TEST(Publisher, RequestsAloneAreSigned)
{
    PublisherOptions options;
    options.signing_key = "env:KEY";
    const std::string why = "signing-key: only what goes by http:// or https:// is signed, got ";
    EXPECT_EQ(refusal_of("mqtt://host", options), why + "mqtt:; leave it out");
    EXPECT_EQ(refusal_of("alarms.jsonl", options), why + "a file; leave it out");
}

TEST(Publisher, WrongUrisAreRefused)
{
    if (publisher_libraries()[0].version.empty())
        GTEST_SKIP() << "built without MQTT";
    EXPECT_TRUE(has(refusal_of("mqtt:///prefix"), "no host is named"));
    EXPECT_TRUE(has(refusal_of("mqtt://host:70000"), "the port is a number"));
    EXPECT_TRUE(has(refusal_of("mqtt://host/a/+/b"), "expected a topic without '+' and '#'"));
    EXPECT_TRUE(has(refusal_of("mqtt://host?retain=1"), "the setting 'retain' is unknown"));
    EXPECT_TRUE(has(refusal_of("mqtt://ho st"), "a host's name"));
    PublisherOptions options;
    options.credentials = "anna:hunter2";
    EXPECT_EQ(refusal_of("mqtt://host", options),
              "credentials: expected file:PATH or env:NAME, where the secret stands");
    options.credentials = "";
    options.ca_file = "/no/such/file.pem";
    EXPECT_TRUE(has(refusal_of("mqtts://host", options), "ca-file '/no/such/file.pem'"));
}

TEST(Publisher, TheDefaultSpoolIsInTheStateFolder)
{
    setenv("XDG_STATE_HOME", "/var/lib/someone", 1);
    EXPECT_EQ(default_spool_folder(), "/var/lib/someone/fovea/spool");
    setenv("XDG_STATE_HOME", "relative", 1); // as the specification says: it does not count
    setenv("HOME", "/home/anna", 1);
    EXPECT_EQ(default_spool_folder(), "/home/anna/.local/state/fovea/spool");
    unsetenv("XDG_STATE_HOME");
}

/* Lines that another planted would be sent in our name */
TEST(Publisher, WithoutAHomeTheSpoolIsOfThisUserAlone)
{
    const auto http = publisher_libraries()[2];
    if (http.version.empty())
        GTEST_SKIP() << "built without HTTP";
    const TemporaryFolder temporary;
    const char *home = std::getenv("HOME");
    const std::string home_before = home != nullptr ? home : "";
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    setenv("TMPDIR", temporary.path().c_str(), 1);
    const auto spool = temporary.path() / ("fovea-spool-" + std::to_string(geteuid()));
    const auto refused = [] { return error_of([] { make_publisher("http://127.0.0.1:9/", {}); }); };
    EXPECT_EQ(default_spool_folder(), spool);
    const mode_t umask_before = umask(0);
    std::filesystem::create_directory(spool);
    EXPECT_TRUE(has(refused(), "expected a folder of this user alone"));
    std::filesystem::remove(spool);
    const TemporaryFolder elsewhere; // closed to others, as mkdtemp makes it
    std::filesystem::create_directory_symlink(elsewhere.path(), spool);
    EXPECT_TRUE(has(refused(), "expected a folder of this user alone"));
    std::filesystem::remove(spool);
    EXPECT_NE(make_publisher("http://127.0.0.1:9/", {}), nullptr);
    EXPECT_EQ(std::filesystem::status(spool).permissions(), std::filesystem::perms::owner_all);
    umask(umask_before);
    unsetenv("TMPDIR");
    if (home != nullptr)
        setenv("HOME", home_before.c_str(), 1);
}

TEST(Publisher, ATmpdirThatIsGoneIsNoMatter)
{
    const auto http = publisher_libraries()[2];
    if (http.version.empty())
        GTEST_SKIP() << "built without HTTP";
    const TemporaryFolder state;
    setenv("TMPDIR", "/no/such/folder", 1);
    setenv("XDG_STATE_HOME", state.path().c_str(), 1);
    EXPECT_NE(make_publisher("http://127.0.0.1:9/", {}), nullptr);
    EXPECT_TRUE(std::filesystem::exists(state.path() / "fovea/spool"));
    unsetenv("XDG_STATE_HOME");
    const char *home = std::getenv("HOME");
    const std::string home_before = home != nullptr ? home : "";
    unsetenv("HOME");
    EXPECT_EQ(default_spool_folder(), "/tmp/fovea-spool-" + std::to_string(geteuid()));
    unsetenv("TMPDIR");
    if (home != nullptr)
        setenv("HOME", home_before.c_str(), 1);
}

TEST(ReceiverUri, IsTakenApart)
{
    const ReceiverUri uri = receiver_uri("KAFKA://a:9092,[::1]:9093/top%20ic?x.y=1%262&z");
    EXPECT_EQ(uri.scheme, "kafka");
    EXPECT_EQ(uri.hosts, "a:9092,[::1]:9093");
    EXPECT_EQ(uri.path, "top ic");
    EXPECT_EQ(uri.query,
              (std::vector<std::pair<std::string, std::string>>{{"x.y", "1&2"}, {"z", ""}}));
    EXPECT_EQ(host_and_port(receiver_uri("mqtt://h"), 1883),
              (std::pair<std::string, int>("h", 1883)));
    EXPECT_EQ(host_and_port(receiver_uri("mqtt://h:1"), 1883),
              (std::pair<std::string, int>("h", 1)));
    EXPECT_EQ(host_and_port(receiver_uri("mqtt://[fe80::1]:1"), 2),
              (std::pair<std::string, int>("fe80::1", 1)));
    EXPECT_EQ(host_and_port(receiver_uri("mqtt://[fe80::1]"), 2),
              (std::pair<std::string, int>("fe80::1", 2)));
    EXPECT_THROW(host_and_port(receiver_uri("mqtt://a,b"), 2), Error);
    EXPECT_THROW(host_and_port(receiver_uri("mqtt://:1"), 2), Error);
    EXPECT_THROW(receiver_uri("mqtt://h/%zz"), Error);
    EXPECT_THROW(receiver_uri("mqtt://h/%ff"), Error); // no UTF-8
}

TEST(HomeAssistant, NamesBecomeTopicsAndIds)
{
    EXPECT_EQ(topic_level("front door"), "front_door");
    EXPECT_EQ(topic_level("rtsp://10.0.0.3/a+b#c"), "rtsp:__10.0.0.3_a_b_c");
    EXPECT_EQ(topic_level("$SYS"), "_$SYS");
    EXPECT_EQ(topic_level(""), "_");
    EXPECT_EQ(id_part("north1"), "north1");
    EXPECT_EQ(id_part("a b"), "a_b_c8687a"); // printf 'a b' | sha256sum
    EXPECT_NE(id_part("a b"), id_part("a-b"));
}

} // namespace
} // namespace fovea
