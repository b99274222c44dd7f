// SPDX-License-Identifier: MIT
#include <atomic>
#include <ctime>
#include <string>
#include <sys/socket.h>
#include <thread>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <mosquitto.h>
#include <netdb.h>
#include <unistd.h>

#include "fovea/publish/mqtt_client.h"
#include "has_ipv6.h"
#include "made_certificates.h"
#include "mqtt_test.h"

/* libmosquitto asks here: the host both.test has an address of each family, ::1 first, as localhost on many machines */
extern "C" [[gnu::visibility("default")]] int getaddrinfo(const char *host, const char *service,
                                                          const addrinfo *hints, addrinfo **found)
{
    static const auto next =
        reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
    if (host == nullptr || std::string(host) != "both.test")
        return next(host, service, hints, found);
    addrinfo *second = nullptr;
    if (const int code = next("127.0.0.1", service, hints, &second); code != 0)
        return code;
    if (next("::1", service, hints, found) != 0) // no IPv6 here
        *found = second;
    else
        (*found)->ai_next = second;
    return 0;
}

namespace fovea {
namespace {

using test::Broker;
using test::Clock;
using test::has_ipv6;
using test::Listener;
using test::made_certificates;
using test::MqttTransport;
using test::SilentBroker;

/* Which it is found to be half a minute behind its last word */
TEST(MqttClient, ABrokerThatFallsSilentIsToldAsThat)
{
    EXPECT_EQ(mqtt_text(MOSQ_ERR_KEEPALIVE), "the broker answers no more");
    EXPECT_EQ(mqtt_text(MOSQ_ERR_CONN_LOST), "The connection was lost.");
}

TEST_F(MqttTransport, LinesArriveInOrderByCameraAndKind)
{
    const Broker broker(folder_);
    Listener listener(broker.port());
    auto publisher = open(broker.uri());
    for (int i = 0; i < 200; ++i)
        publisher->publish(made(i, Message::Kind::Window, i % 2 == 0 ? "north" : "front door"));
    publisher->publish(made(200, Message::Kind::Camera));
    ASSERT_TRUE(eventually([&] {
        return listener.on("site/north/windows").size() == 100 &&
               listener.on("site/front_door/windows").size() == 100 &&
               listener.on("site/north/cameras").size() == 1;
    }));
    std::vector<std::string> even;
    for (int i = 0; i < 200; i += 2)
        even.push_back(made(i).text);
    EXPECT_EQ(listener.on("site/north/windows"), even);
    EXPECT_TRUE(eventually(
        [&] { return publisher->counts().delivered == 201; })); // confirmations come back later
}

/* A broker's own default is IPv4's alone, say, and its host's first address an IPv6 one */
TEST_F(MqttTransport, ABrokerOfOneFamilyIsReachedByAHostOfBoth)
{
    if (!has_ipv6())
        GTEST_SKIP() << "no IPv6 here";
    const Broker broker(folder_);
    Listener listener(broker.port());
    auto publisher = open("mqtt://both.test:" + std::to_string(broker.port()) + "/site");
    publisher->publish(made(0));
    EXPECT_TRUE(eventually([&] { return listener.on("site/north/windows") == texts(0, 1); }));
}

TEST_F(MqttTransport, AvailabilityIsTheLastWill)
{
    const Broker broker(folder_);
    Listener listener(broker.port());
    auto publisher = open(broker.uri());
    ASSERT_TRUE(eventually([&] { return listener.last_on("site/available") == "online"; }));
    publisher.reset();
    EXPECT_TRUE(eventually([&] { return listener.last_on("site/available") == "offline"; }));

    // one that dies without a word
    const pid_t child = fork();
    if (child == 0) {
        auto other = open(broker.uri() + "/other");
        pause();
    }
    EXPECT_TRUE(eventually([&] { return listener.last_on("site/other/available") == "online"; }));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_TRUE(eventually([&] { return listener.last_on("site/other/available") == "offline"; }));
}

/* The broker remembers the listener's session, so that it hears all that the broker has ever confirmed. */
class MqttBroker : public MqttTransport
{
protected:
    void SetUp() override
    {
        MqttTransport::SetUp();
        if (IsSkipped())
            return;
        broker_ =
            std::make_unique<Broker>(folder_, "allow_anonymous true\nuser root\npersistence true\n"
                                              "max_queued_messages 0\npersistence_location " +
                                                  folder_.path().string() + "/");
        listener_ = std::make_unique<Listener>(broker_->port(), "", "", "", "ears");
        publisher_ = open(broker_->uri());
        broker_->save();
    }

    void publish(int count)
    {
        for (const int end = next_ + count; next_ < end; ++next_)
            publisher_->publish(made(next_));
    }

    bool all_sent()
    {
        return eventually([&] { return publisher_->counts().waiting == 0; });
    }

    std::vector<std::string> heard() { return listener_->on("site/north/windows"); }

    int next_ = 0;
    std::unique_ptr<Broker> broker_;
    std::unique_ptr<Listener> listener_;
    std::unique_ptr<Publisher> publisher_;
};

TEST_F(MqttBroker, RestartedInTheMidstOfSendingLosesNothingAndKeepsTheOrder)
{
    for (int round = 0; round < 4; ++round) {
        publish(100);
        std::this_thread::sleep_for(std::chrono::milliseconds(7 * round));
        broker_->stop();
        publish(50);
        broker_->start();
    }
    ASSERT_TRUE(all_sent());
    ASSERT_TRUE(eventually([&] { return without_duplicates(heard()).size() == 600; }));
    EXPECT_EQ(without_duplicates(heard()), texts(0, 600));
    EXPECT_EQ(publisher_->counts().delivered, 600U);
}

TEST_F(MqttBroker, KilledGetsAllThatItHasNotConfirmed)
{
    publish(10);
    ASSERT_TRUE(all_sent());
    ASSERT_TRUE(eventually([&] { return heard().size() == 10; }));
    broker_->save();
    for (int round = 0; round < 3; ++round) {
        broker_->kill();
        publish(100);
        ASSERT_TRUE(eventually(
            [&] { return publisher_->counts().away && publisher_->counts().waiting == 100; }));
        broker_->start();
        ASSERT_TRUE(all_sent());
        const std::size_t all = static_cast<std::size_t>(next_);
        ASSERT_TRUE(eventually([&] { return without_duplicates(heard()).size() == all; }));
    }
    EXPECT_EQ(without_duplicates(heard()), texts(0, next_));
    EXPECT_NE(told().find("away, lines wait on disk: "), std::string::npos) << told();
    EXPECT_NE(told().find("back"), std::string::npos);
}

TEST_F(MqttTransport, PasswordsAreCheckedAndNeverTold)
{
    const std::string passwords = (folder_.path() / "passwords").string();
    if (std::system(("mosquitto_passwd -b -c " + passwords + " anna right 2>/dev/null").c_str()) !=
        0)
        GTEST_SKIP() << "no mosquitto_passwd here: apt-get install mosquitto";
    std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
    std::filesystem::permissions(passwords, std::filesystem::perms::all);
    const Broker broker(folder_, "allow_anonymous false\npassword_file " + passwords);

    PublisherOptions options;
    options.credentials = "file:" + folder_.write("login", "anna:wr0ng").string();
    {
        auto publisher = open(broker.uri(), options);
        publisher->publish(made(0));
        ASSERT_TRUE(eventually([&] { return told().find("away") != std::string::npos; }));
        EXPECT_NE(told().find("authori"), std::string::npos) << told();
        EXPECT_EQ(told().find("wr0ng"), std::string::npos);
    }
    folder_.write("login", "anna:right\n");
    Listener listener(broker.port(), "", "anna", "right");
    auto publisher = open(broker.uri(), options); // and what was left is delivered
    EXPECT_TRUE(eventually([&] { return listener.on("site/north/windows") == texts(0, 1); }));
}

std::string with_certificates(const std::string &at)
{
    return "allow_anonymous true\ncafile " + at + "/ca.pem\ncertfile " + at +
           "/cert.pem\nkeyfile " + at + "/key.pem";
}

TEST_F(MqttTransport, TlsChecksTheBrokersCertificate)
{
    const std::string at = folder_.path().string();
    if (!made_certificates(at))
        GTEST_SKIP() << "no openssl here: apt-get install openssl";
    const Broker broker(folder_, with_certificates(at));
    const std::string uri = "mqtts://localhost:" + std::to_string(broker.port()) + "/site";
    {
        auto publisher = open(uri); // the system's authorities do not know it
        publisher->publish(made(0));
        ASSERT_TRUE(eventually([&] { return publisher->counts().away; }));
        EXPECT_EQ(publisher->counts().delivered, 0U);
    }
    PublisherOptions options;
    options.ca_file = at + "/ca.pem";
    Listener listener(broker.port(), at + "/ca.pem");
    auto publisher = open(uri, options);
    for (int i = 1; i < 50; ++i)
        publisher->publish(made(i));
    EXPECT_TRUE(eventually([&] { return listener.on("site/north/windows").size() == 50; }));
    EXPECT_EQ(listener.on("site/north/windows"), texts(0, 50));
}

TEST_F(MqttTransport, CertificatesThatAreGoneForAWhileAreReadWhenTheyAreBack)
{
    const std::string at = folder_.path().string();
    if (!made_certificates(at))
        GTEST_SKIP() << "no openssl here: apt-get install openssl";
    Broker broker(folder_, with_certificates(at));
    broker.kill();
    MqttOptions options;
    options.host = "localhost";
    options.port = broker.port();
    options.tls = true;
    options.ca_file = at + "/ca.pem";
    options.will_topic = "site/available";
    MqttClient client(options);
    std::filesystem::rename(options.ca_file, at + "/old.pem");
    EXPECT_TRUE(eventually([&] { return client.why().find("ca-file '" + at) == 0; }))
        << client.why();
    std::filesystem::rename(at + "/old.pem", options.ca_file);
    broker.start();
    EXPECT_EQ(client.connection(std::chrono::seconds(30)), 1);
}

/** \brief Takes connections and resets them at once */
class ResettingServer
{
public:
    ResettingServer()
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        bind(listener_, reinterpret_cast<sockaddr *>(&address), sizeof address);
        listen(listener_, 10);
        thread_ = std::thread([this] {
            for (int one = 0; (one = accept(listener_, nullptr, nullptr)) >= 0; close(one)) {
                ++taken;
                const linger at_once = {1, 0};
                setsockopt(one, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            }
        });
    }

    ~ResettingServer()
    {
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
    }

    const std::uint16_t port = free_port();
    std::atomic<int> taken{0}; ///< connections

private:
    int listener_ = socket(AF_INET, SOCK_STREAM, 0);
    std::thread thread_;
};

/* libmosquitto tries on without a pause where a connection ends before TLS is agreed on */
TEST_F(MqttTransport, BrokersThatHangUpBeforeTlsCostNoTimeAndSayWhy)
{
    const std::string at = folder_.path().string();
    if (!made_certificates(at))
        GTEST_SKIP() << "no openssl here: apt-get install openssl";
    const ResettingServer resetting;
    MqttOptions options;
    options.host = "127.0.0.1";
    options.port = resetting.port;
    options.tls = true;
    options.ca_file = at + "/ca.pem";
    options.will_topic = "site/available";
    MqttClient hung_up(options);
    options.port = free_port();
    MqttClient not_there(options);
    EXPECT_TRUE(eventually([&] { return resetting.taken > 0; }));
    EXPECT_TRUE(eventually([&] { return hung_up.why() != "no answer yet"; }));
    EXPECT_TRUE(eventually([&] { return not_there.why() != "no answer yet"; }));
    const std::clock_t before = std::clock();
    const int taken = resetting.taken;
    std::this_thread::sleep_for(std::chrono::seconds(4));
    EXPECT_LT(std::clock() - before, CLOCKS_PER_SEC);
    EXPECT_LE(resetting.taken - taken, 5) << "pauses grow from a quarter of a second";
}

TEST_F(MqttTransport, ABrokerThatConfirmsNothingIsAwayAndAskedAnew)
{
    const SilentBroker broker;
    auto publisher = open(broker.uri());
    publisher->publish(made(0, Message::Kind::AlarmBegin));
    EXPECT_TRUE(eventually([&] { return broker.connections() >= 2; }));
    EXPECT_TRUE(publisher->counts().away);
    EXPECT_EQ(publisher->counts().waiting, 1U);
    EXPECT_NE(told().find("away, lines wait on disk: no answer from the broker"), std::string::npos)
        << told();
    publisher.reset();
}

TEST_F(MqttTransport, LatencyOfALineIsMilliseconds)
{
    const Broker broker(folder_);
    Listener listener(broker.port());
    auto publisher = open(broker.uri());
    publisher->publish(made(0));
    ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    std::vector<double> ms;
    for (int i = 1; i <= 100; ++i) { // one at a time: a line waits for none before it
        const Message message = made(i);
        const auto begin = Clock::now();
        publisher->publish(message);
        ASSERT_TRUE(eventually([&] { return listener.times().count(message.text) > 0; }));
        ms.push_back(
            std::chrono::duration<double, std::milli>(listener.times()[message.text] - begin)
                .count());
    }
    EXPECT_LT(record_latency(ms), 200);
}

} // namespace
} // namespace fovea
