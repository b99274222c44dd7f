// SPDX-License-Identifier: MIT
#include <chrono>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "../lib/error_of.h"
#include "../lib/made_certificates.h"
#include "service/page/page_door.h"
#include "web_serving.h"

namespace fovea::test {

namespace {

class AtPageDoor : public WebServing
{
};

/** \brief A door alone, which keeps who says a wrong word until it ends */
class AtAPatientDoor : public testing::Test
{
protected:
    AtAPatientDoor()
    {
        config_.token_file = folder_.write("token", "sesame-open\n").string();
        door_ = std::make_unique<PageDoor>(config_, WrongWords{3'600'000, 10});
        soup_server_add_handler(
            server_, nullptr,
            [](SoupServer *, SoupServerMessage *message, const char *, GHashTable *query,
               gpointer self) {
                if (static_cast<AtAPatientDoor *>(self)->door_->lets_in(message, query))
                    soup_server_message_set_status(message, SOUP_STATUS_OK, nullptr);
            },
            this, nullptr);
        soup_server_listen_local(server_, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, nullptr);
    }

    ~AtAPatientDoor() override
    {
        g_object_unref(session_);
        g_object_unref(server_);
    }

    /** \brief Asks, and has no answer yet */
    void say(const char *word, const char *header = "Authorization")
    {
        GSList *uris = soup_server_get_uris(server_);
        g_autofree gchar *base = g_uri_to_string(static_cast<GUri *>(uris->data));
        g_slist_free_full(uris, reinterpret_cast<GDestroyNotify>(g_uri_unref));
        g_autoptr(SoupMessage) message = soup_message_new("GET", base);
        soup_message_headers_replace(soup_message_get_request_headers(message), header, word);
        soup_session_send_and_read_async(
            session_, message, G_PRIORITY_DEFAULT, nullptr,
            [](GObject *session, GAsyncResult *result, gpointer self) {
                g_autoptr(GBytes) body =
                    soup_session_send_and_read_finish(SOUP_SESSION(session), result, nullptr);
                static_cast<AtAPatientDoor *>(self)->answers_.push_back(soup_message_get_status(
                    soup_session_get_async_result_message(SOUP_SESSION(session), result)));
            },
            this);
    }

    template <typename Holds>
    static void wait_until(Holds &&holds)
    {
        while (!holds())
            g_main_context_iteration(nullptr, TRUE);
    }

    const TemporaryFolder folder_;
    PageConfig config_;
    std::unique_ptr<PageDoor> door_;
    SoupServer *server_ = soup_server_new(nullptr, nullptr);
    SoupSession *session_ = SOUP_SESSION(
        g_object_new(SOUP_TYPE_SESSION, "max-conns", 30, "max-conns-per-host", 30, nullptr));
    std::vector<guint> answers_; ///< their status
};

} // namespace

TEST_F(AtPageDoor, WithATokenNobodyElseIsLetIn)
{
    PageConfig config;
    config.token_file = folder_.write("token", "sesame-open\n").string();
    serve(config);
    EXPECT_EQ(get("/").status, 401U);
    EXPECT_EQ(get("/api/cameras").status, 401U);
    EXPECT_EQ(get("/?token=sesame").status, 401U);
    EXPECT_EQ(get("/healthz").status, 200U);
    EXPECT_EQ(ask("GET", "/metrics", {{"Authorization", "Bearer sesame-open"}}).status, 200U);
    EXPECT_EQ(ask("GET", "/metrics", {{"Authorization", "bearer sesame-open"}}).status, 200U)
        << "RFC 9110, 11.1";
    Reply refused = ask("GET", "/metrics", {{"Authorization", "Bearer sesame-opem"}});
    EXPECT_EQ(refused.status, 401U);
    EXPECT_EQ(refused.headers["WWW-Authenticate"], "Bearer") << "RFC 9110, 15.5.2";
    Reply entered = get("/?token=sesame-open");
    EXPECT_EQ(entered.status, 302U);
    const std::string cookie = entered.headers["Set-Cookie"];
    EXPECT_NE(cookie.find("HttpOnly"), std::string::npos);
    EXPECT_EQ(ask("GET", "/api/cameras", {{"Cookie", cookie.substr(0, cookie.find(';'))}}).status,
              200U);
}

/* Of two at one host each has its own, whatever port each sees: in containers it is the same */
TEST_F(AtPageDoor, TheCookieIsOfItsToken)
{
    const auto cookie_of = [this](const char *token) {
        PageConfig config;
        config.token_file = folder_.write("token", token).string();
        serve(config);
        return get(std::string("/?token=") + token).headers["Set-Cookie"];
    };
    const std::string first = cookie_of("sesame-open");
    EXPECT_EQ(first.find("Secure"), std::string::npos);
    const std::string other = cookie_of("sesame-shut");
    const std::string name = first.substr(0, first.find('='));
    EXPECT_EQ(name.substr(0, 6), "fovea-");
    EXPECT_NE(other.substr(0, other.find('=')), name);
    EXPECT_EQ(cookie_of("sesame-open").substr(0, name.size() + 1), name + "=") << "another port";
    EXPECT_EQ(ask("GET", "/metrics", {{"Cookie", "fovea-1=else; " + name + "=sesame-open"}}).status,
              200U);
}

TEST_F(AtPageDoor, AWordThatIsWrongIsAnsweredSlowly)
{
    PageConfig config;
    config.token_file = folder_.write("token", "sesame-open\n").string();
    serve(config);
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(get("/?token=sesame").status, 401U);
    EXPECT_EQ(ask("GET", "/metrics", {{"Authorization", "Bearer sesame"}}).status, 401U);
    EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(1900));
}

/* Its end comes while somebody waits for that answer */
TEST_F(AtAPatientDoor, WhoWaitsForAnAnswerOutlivesIt)
{
    say("Bearer sesame");
    wait_until([&] { return door_->waiting() == 1; });
    door_.reset();
    soup_server_disconnect(server_);
    wait_until([&] { return answers_.size() == 1; });
}

/* Its name is made of the token: whoever tries tokens tries names with them */
TEST_F(AtAPatientDoor, AWrongCookieWaitsWhateverItsName)
{
    say("fovea-0123abcd=sesame", "Cookie");
    wait_until([&] { return door_->waiting() == 1 || !answers_.empty(); });
    EXPECT_EQ(door_->waiting(), 1U);
    door_.reset();
    soup_server_disconnect(server_);
    wait_until([&] { return answers_.size() == 1; });
}

/* Each holds one of the connections that a reverse proxy has for all */
TEST_F(AtAPatientDoor, OfManyWrongWordsTenWaitAndARightOneDoesNot)
{
    for (int i = 0; i < 10; ++i)
        say("Bearer sesame");
    wait_until([&] { return door_->waiting() == 10; });
    say("Bearer sesame");
    wait_until([&] { return !answers_.empty() || door_->waiting() > 10; });
    EXPECT_EQ(answers_, std::vector<guint>{429U});
    answers_.clear();
    say("Bearer sesame-open");
    wait_until([&] { return !answers_.empty(); });
    EXPECT_EQ(answers_, std::vector<guint>{200U});
    EXPECT_EQ(door_->waiting(), 10U);
    door_.reset();
    soup_server_disconnect(server_);
    wait_until([&] { return answers_.size() >= 11; });
}

TEST_F(AtPageDoor, ATokenThatNoBrowserKeepsIsRefused)
{
    PageConfig config;
    for (const char *token : {"two words", "two\nlines", "semi;colon", "caf\xc3\xa9"}) {
        config.token_file = folder_.write("token", token).string();
        EXPECT_NE(error_of([&] { serve(config); }).find("one word"), std::string::npos) << token;
    }
}

TEST_F(AtPageDoor, WithoutATokenItIsForThisMachineAlone)
{
    PageConfig config;
    config.address = "0.0.0.0";
    EXPECT_NE(error_of([&] { serve(config); }).find("page.token_file"), std::string::npos);
    serve();
    EXPECT_EQ(ask("GET", "/", {{"Host", "evil.example"}}).status, 403U);
    EXPECT_EQ(ask("GET", "/", {{"Host", "localhost:8383"}}).status, 200U);
}

/* Else it goes, readable, to whatever of that host is asked for by http */
TEST_F(AtPageDoor, ByTlsTheCookieGoesByTlsAlone)
{
    if (!made_certificates(folder_.path()))
        GTEST_SKIP() << "no openssl here: apt-get install openssl";
    PageConfig config;
    config.token_file = folder_.write("token", "sesame-open\n").string();
    config.certificate_file = folder_.path() / "cert.pem";
    config.key_file = folder_.path() / "key.pem";
    serve(config);
    EXPECT_NE(get("/?token=sesame-open").headers["Set-Cookie"].find("; Secure"), std::string::npos);
}

} // namespace fovea::test
