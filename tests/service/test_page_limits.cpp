// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "../lib/made_certificates.h"
#include "../lib/temporary_folder.h"
#include "service/page/page_limits.h"

namespace fovea::test {

namespace {

constexpr gint64 patience_us = 60'000'000; // so that only a hang is told

class PageLimiting : public testing::Test
{
protected:
    explicit PageLimiting(const PageLimits &limits = {/*idle_seconds=*/3, /*most_connections=*/3,
                                                      /*most_of_one=*/2,
                                                      /*most_handshakes=*/3, /*longest_body=*/10})
    {
        limit_visitors(server_, limits);
    }

    ~PageLimiting() override
    {
        for (GSocketConnection *visitor : visitors_)
            g_object_unref(visitor);
        soup_server_disconnect(server_);
        g_object_unref(server_);
        g_object_unref(client_);
    }

    void listen_with_tls()
    {
        if (!made_certificates(folder_.path()))
            GTEST_SKIP() << "no openssl here: apt-get install openssl";
        g_autoptr(GTlsCertificate) certificate = g_tls_certificate_new_from_files(
            (folder_.path() / "cert.pem").c_str(), (folder_.path() / "key.pem").c_str(), nullptr);
        ASSERT_NE(certificate, nullptr);
        soup_server_set_tls_certificate(server_, certificate);
        listen(SOUP_SERVER_LISTEN_HTTPS);
    }

    void listen(SoupServerListenOptions scheme = {})
    {
        const auto options = SOUP_SERVER_LISTEN_IPV4_ONLY | scheme;
        soup_server_listen_local(server_, 0, static_cast<SoupServerListenOptions>(options),
                                 nullptr);
    }

    /** \param from of this machine's own: 127.0.0.0/8 is all of them */
    GSocket *visit(const char *from = "127.0.0.1")
    {
        g_autoptr(GSocketAddress) local = g_inet_socket_address_new_from_string(from, 0);
        g_socket_client_set_local_address(client_, local);
        GSList *uris = soup_server_get_uris(server_);
        const auto port = static_cast<guint16>(g_uri_get_port(static_cast<GUri *>(uris->data)));
        g_slist_free_full(uris, reinterpret_cast<GDestroyNotify>(g_uri_unref));
        visitors_.push_back(
            g_socket_client_connect_to_host(client_, "127.0.0.1", port, nullptr, nullptr));
        return g_socket_connection_get_socket(visitors_.back());
    }

    /** \brief Whether the server hangs up within \a time, without a word */
    static bool hangs_up(GSocket *visitor, gint64 time_us)
    {
        const gint64 end = g_get_monotonic_time() + time_us;
        while (g_get_monotonic_time() < end) {
            g_main_context_iteration(nullptr, FALSE);
            if (g_socket_condition_check(visitor, G_IO_IN) != 0) {
                char answer[4096];
                return g_socket_receive(visitor, answer, sizeof(answer), nullptr, nullptr) <= 0;
            }
            g_usleep(1000);
        }
        return false;
    }

    static bool is_connected(GSocket *visitor)
    {
        return g_socket_condition_check(visitor, G_IO_IN) == 0;
    }

    SoupServer *server_ = soup_server_new(nullptr, nullptr);
    GSocketClient *client_ = g_socket_client_new();
    std::vector<GSocketConnection *> visitors_;
    const TemporaryFolder folder_;
};

/* A stranger need not come as far as a handshake */
class PageLimitingBeforeARequest : public PageLimiting, public testing::WithParamInterface<bool>
{
protected:
    void SetUp() override
    {
        if (GetParam())
            listen_with_tls();
        else
            listen();
    }
};

class PageLimitingHandshakes : public PageLimiting
{
protected:
    PageLimitingHandshakes()
        : PageLimiting({/*idle_seconds=*/60, /*most_connections=*/100, /*most_of_one=*/100,
                        /*most_handshakes=*/2, /*longest_body=*/10})
    {
    }
};

} // namespace

INSTANTIATE_TEST_SUITE_P(, PageLimitingBeforeARequest, testing::Bool(),
                         [](const auto &tls) { return tls.param ? "Https" : "Http"; });

TEST_P(PageLimitingBeforeARequest, AConnectionOnWhichNothingMovesIsClosed)
{
    GSocket *silent = visit();
    EXPECT_FALSE(hangs_up(silent, 500'000));
    EXPECT_TRUE(hangs_up(silent, patience_us));
    GSocket *slow = visit();
    const std::string begun = GetParam() ? "\x16\x03\x01\x02" : "GET / HTTP/1.1\r\nHos";
    g_socket_send(slow, begun.data(), begun.size(), nullptr, nullptr);
    EXPECT_TRUE(hangs_up(slow, patience_us)) << "in the midst of a request or handshake";
}

TEST_F(PageLimiting, OneThatWasAnsweredIsClosed)
{
    listen();
    GSocket *visitor = visit();
    const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    g_socket_send(visitor, request.data(), request.size(), nullptr, nullptr);
    EXPECT_FALSE(hangs_up(visitor, patience_us)) << "first it answers";
    EXPECT_TRUE(hangs_up(visitor, patience_us) || hangs_up(visitor, patience_us)); // in two parts
}

TEST_P(PageLimitingBeforeARequest, ThoseBeyondTheMostAreClosedAtOnceUntilOthersGo)
{
    std::vector<GSocket *> let_in;
    for (int i = 0; i < 3; ++i) {
        let_in.push_back(visit(("127.0.0." + std::to_string(i + 1)).c_str()));
        EXPECT_FALSE(hangs_up(let_in.back(), 20'000)) << i;
    }
    EXPECT_TRUE(hangs_up(visit("127.0.0.9"), patience_us));
    for (GSocket *socket : let_in) // who was there before it outlasts it
        EXPECT_TRUE(is_connected(socket));
    for (GSocket *socket : let_in)
        EXPECT_TRUE(hangs_up(socket, patience_us));
    EXPECT_FALSE(hangs_up(visit(), 500'000));
}

/* Each holds a thread on which names are looked up too */
TEST_F(PageLimitingHandshakes, TheOldestThatLeadsToNoRequestGivesWay)
{
    listen_with_tls();
    if (IsSkipped())
        return;
    GSocket *oldest = visit();
    GSocket *older = visit();
    EXPECT_FALSE(hangs_up(oldest, 100'000));
    GSocket *newest = visit();
    EXPECT_TRUE(hangs_up(oldest, patience_us));
    EXPECT_FALSE(hangs_up(older, 100'000));
    EXPECT_FALSE(hangs_up(newest, 100'000));
}

TEST_F(PageLimitingHandshakes, WithoutTlsThereAreNone)
{
    listen();
    GSocket *oldest = visit();
    visit();
    visit();
    EXPECT_FALSE(hangs_up(oldest, 300'000));
}

TEST_F(PageLimiting, OneHostLeavesPlacesToOthers)
{
    listen();
    GSocket *oldest = visit();
    EXPECT_FALSE(hangs_up(oldest, 20'000));
    EXPECT_FALSE(hangs_up(visit(), 20'000));
    EXPECT_TRUE(hangs_up(visit(), patience_us));
    EXPECT_TRUE(is_connected(oldest));
    EXPECT_FALSE(hangs_up(visit("127.0.0.2"), 500'000));
}

TEST(PageLimitsHost, IsANetworkOfIpv6AndEachAddressOfIpv4)
{
    const auto host = [](const char *text) {
        g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);
        return host_of(address);
    };
    EXPECT_EQ(host("2001:db8:1:2::1"), host("2001:db8:1:2:ffff::9"));
    EXPECT_NE(host("2001:db8:1:2::1"), host("2001:db8:1:3::1"));
    EXPECT_NE(host("10.0.0.1"), host("10.0.0.2"));
    EXPECT_EQ(host("10.0.0.1"), host("::ffff:10.0.0.1"));
}

} // namespace fovea::test
