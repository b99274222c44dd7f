// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>
#include <functional>

#include <libsoup/soup.h>

#include "error_of.h"
#include "fovea/publish/http_transport.h"
#include "http_server.h"
#include "publish_test.h"

namespace fovea {
namespace {

using Clock = std::chrono::steady_clock;
using test::Request;
using test::Server;

class HttpTransport : public PublishTest
{
protected:
    static PublisherOptions impatient()
    {
        PublisherOptions options;
        options.answer_within = std::chrono::seconds(2);
        return options;
    }

    bool all_sent(Publisher &publisher)
    {
        return eventually([&] { return publisher.counts().waiting == 0; });
    }
};

TEST_F(HttpTransport, EachLineIsAPostInOrder)
{
    Server server;
    auto publisher = open(server.uri());
    for (int i = 0; i < 100; ++i)
        publisher->publish(made(i));
    ASSERT_TRUE(all_sent(*publisher));
    EXPECT_EQ(server.taken(), texts(0, 100));
    const Request first = server.requests().at(0);
    EXPECT_EQ(first.path, "/hook");
    EXPECT_EQ(first.id, "run-0");
    EXPECT_EQ(first.type, "application/json");
    EXPECT_EQ(first.signature, "");
    EXPECT_EQ(first.authorization, "");
}

/* The example of docs.github.com, "Validating webhook deliveries": secret, payload and signature. */
TEST_F(HttpTransport, SignsAsGitHubsWebhooksDo)
{
    EXPECT_EQ(http_signature("It's a Secret to Everybody", "Hello, World!"),
              "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
    Server server;
    PublisherOptions options;
    options.signing_key = "file:" + folder_.write("key", "It's a Secret to Everybody\n").string();
    setenv("FOVEA_TEST_LOGIN", "anna:right", 1);
    options.credentials = "env:FOVEA_TEST_LOGIN";
    auto publisher = open(server.uri(), options);
    Message message = made(0);
    message.text = "Hello, World!";
    publisher->publish(message);
    ASSERT_TRUE(all_sent(*publisher));
    EXPECT_EQ(server.requests().at(0).signature,
              "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
    EXPECT_EQ(server.requests().at(0).authorization, "Basic YW5uYTpyaWdodA=="); // base64 anna:right
}

TEST_F(HttpTransport, FailuresAreTriedAgainWithGrowingPauses)
{
    Server server([](int n) { return n < 4 ? 500 : 200; });
    auto publisher = open(server.uri());
    for (int i = 0; i < 3; ++i)
        publisher->publish(made(i));
    ASSERT_TRUE(all_sent(*publisher));
    EXPECT_EQ(server.taken(), texts(0, 3));
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 7U); // the first one five times
    std::vector<double> pauses;
    for (std::size_t i = 1; i < 5; ++i) {
        EXPECT_EQ(requests[i].id, "run-0");
        pauses.push_back(
            std::chrono::duration<double>(requests[i].time - requests[i - 1].time).count());
    }
    // 0.25, 0.5, 1 and 2 s, each spread by a quarter; nothing on a busy machine is early
    for (std::size_t i = 0; i < pauses.size(); ++i)
        EXPECT_GE(pauses[i], 0.75 * 0.25 * (1 << i));
    EXPECT_NE(told().find("away, lines wait on disk: status 500 Internal Server Error"),
              std::string::npos)
        << told();
    EXPECT_EQ(told().find("t0ken"), std::string::npos) << told();
}

TEST_F(HttpTransport, ARefusedLineDoesNotHoldUpTheOthers)
{
    Server server([](int n) { return n == 1 ? 422 : 200; });
    auto publisher = open(server.uri());
    for (int i = 0; i < 3; ++i)
        publisher->publish(made(i));
    ASSERT_TRUE(all_sent(*publisher));
    EXPECT_EQ(server.taken(), (std::vector<std::string>{made(0).text, made(2).text}));
    EXPECT_EQ(publisher->counts().refused, 1U);
    EXPECT_TRUE(eventually([&] { return told().find("status 422") != std::string::npos; }));
}

TEST_F(HttpTransport, ConnectionsThatCloseAndRedirectionsLoseNothing)
{
    Server server([](int n) {
        return n % 5 == 1 ? Server::Close : n == 7 ? Server::Redirect : 200;
    });
    auto publisher = open(server.uri());
    for (int i = 0; i < 12; ++i)
        publisher->publish(made(i));
    ASSERT_TRUE(all_sent(*publisher));
    EXPECT_EQ(without_duplicates(server.taken()), texts(0, 12));
    for (const Request &request : server.requests())
        EXPECT_EQ(request.path, "/hook");
}

TEST_F(HttpTransport, AServerThatStallsIsLeftInTimeAndHoldsNobodyUp)
{
    Server server([](int n) { return n == 0 ? Server::Stall : 200; });
    auto publisher = open(server.uri(), impatient());
    const auto begin = Clock::now();
    for (int i = 0; i < 20; ++i)
        publisher->publish(made(i));
    EXPECT_EQ(publisher->counts().waiting, 20U) << "none is answered yet";
    ASSERT_TRUE(all_sent(*publisher));
    EXPECT_GE(Clock::now() - begin, impatient().answer_within);
    EXPECT_EQ(server.taken(), texts(0, 20));
    EXPECT_NE(told().find("no answer within 2 s"), std::string::npos) << told();
}

/* What it answers is of no interest. Much filled the memory; little is read for as long as an answer may take */
class HttpAnswerWithoutEnd : public HttpTransport, public testing::WithParamInterface<std::size_t>
{
};

TEST_P(HttpAnswerWithoutEnd, CountsByItsStatus)
{
    g_autoptr(GSocketListener) listener = g_socket_listener_new();
    const int port = g_socket_listener_add_any_inet_port(listener, nullptr, nullptr);
    g_autoptr(GCancellable) stop = g_cancellable_new();
    std::thread server([&] {
        while (g_autoptr(GSocketConnection) visitor =
                   g_socket_listener_accept(listener, nullptr, stop, nullptr)) {
            GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(visitor));
            const std::string some(GetParam(), 'a');
            std::string text = "HTTP/1.1 200 OK\r\n\r\n";
            while (g_output_stream_write_all(out, text.data(), text.size(), nullptr, stop,
                                             nullptr) != FALSE) {
                text = some;
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            }
        }
    });
    auto publisher = open("http://127.0.0.1:" + std::to_string(port) + "/hook", impatient());
    publisher->publish(made(0));
    EXPECT_TRUE(all_sent(*publisher)) << told();
    EXPECT_EQ(publisher->counts().delivered, 1U);
    publisher.reset();
    g_cancellable_cancel(stop);
    server.join();
}

INSTANTIATE_TEST_SUITE_P(BytesAtATime, HttpAnswerWithoutEnd, testing::Values(100'000, 1));

/* It answers each line after a while: what it has does not count as waiting until a hundred are through */
TEST_F(HttpTransport, WhatASlowServerHasIsSettledBetweenLines)
{
    Server server([](int) {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        return 204;
    });
    auto publisher = open(server.uri());
    constexpr std::size_t lines = 20;
    for (std::size_t i = 0; i < lines; ++i)
        publisher->publish(made(static_cast<int>(i)));
    ASSERT_TRUE(eventually([&] { return publisher->counts().delivered > 0; }));
    EXPECT_LT(server.requests().size(), lines);
    EXPECT_TRUE(all_sent(*publisher));
}

TEST_F(HttpTransport, AStallEndsWithThePublisher)
{
    Server server([](int) { return Server::Stall; });
    PublisherOptions options;
    options.last_wait = std::chrono::seconds(1);
    auto publisher = open(server.uri(), options);
    publisher->publish(made(0));
    ASSERT_TRUE(eventually([&] { return !server.requests().empty(); }));
    const auto begin = Clock::now();
    publisher.reset();
    EXPECT_GE(Clock::now() - begin, options.last_wait);
    EXPECT_LT(Clock::now() - begin, std::chrono::seconds(4)); // that wait, and no more
}

TEST_F(HttpTransport, RetryAfterIsObeyed)
{
    Server server([](int n) { return n == 0 ? 429 : 200; });
    auto publisher = open(server.uri());
    publisher->publish(made(0));
    ASSERT_TRUE(all_sent(*publisher));
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_GE(requests[1].time - requests[0].time, std::chrono::milliseconds(1950));
}

TEST_F(HttpTransport, RetryAfterMayBeADate)
{
    Server server([](int n) { return n == 0 ? 503 : 200; });
    auto publisher = open(server.uri());
    publisher->publish(made(0));
    ASSERT_TRUE(all_sent(*publisher));
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 2U);
    const auto waited = requests[1].time - requests[0].time;
    EXPECT_GE(waited,
              std::chrono::milliseconds(1950)); // 3 s but for what is cut off to whole seconds
    EXPECT_LT(waited, std::chrono::seconds(30)) << "the longest pause of its own";
}

TEST_F(HttpTransport, AServerThatIsNotThereGetsAllOnceItIs)
{
    int port = 0;
    {
        const Server server;
        port = server.port();
    }
    const std::string uri = "http://127.0.0.1:" + std::to_string(port) + "/hook";
    {
        auto publisher = open(uri);
        for (int i = 0; i < 50; ++i)
            publisher->publish(made(i));
        ASSERT_TRUE(eventually([&] { return publisher->counts().away; }));
        EXPECT_TRUE(eventually([&] { return told().find("refused") != std::string::npos; }))
            << told();
    }
    auto publisher = open(uri);
    for (int i = 50; i < 60; ++i)
        publisher->publish(made(i));
    Server server([](int) { return 200; }, port);
    ASSERT_TRUE(all_sent(*publisher));
    EXPECT_EQ(server.taken(), texts(0, 60));
}

TEST_F(HttpTransport, WrongSettingsAreRefused)
{
    PublisherOptions options;
    options.signing_key = "hunter2";
    EXPECT_EQ(error_of([&] { open("http://host/", options); }),
              "signing-key: expected file:PATH or env:NAME, where the secret stands");
    options.signing_key = "";
    options.ca_file = "/no/such.pem";
    EXPECT_NE(error_of([&] { open("https://host/", options); }).find("ca-file '/no/such.pem'"),
              std::string::npos);
}

TEST_F(HttpTransport, LatencyOfALineIsMilliseconds)
{
    Server server;
    auto publisher = open(server.uri());
    publisher->publish(made(0));
    ASSERT_TRUE(all_sent(*publisher));
    std::vector<double> ms;
    for (int i = 1; i <= 100; ++i) { // one at a time: a line waits for none before it
        const auto begin = Clock::now();
        publisher->publish(made(i));
        ASSERT_TRUE(all_sent(*publisher));
        ms.push_back(
            std::chrono::duration<double, std::milli>(server.requests().back().time - begin)
                .count());
    }
    EXPECT_EQ(server.requests().size(), 101U);
    EXPECT_LT(record_latency(ms), 200);
}

} // namespace
} // namespace fovea
