// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>

#include <mosquitto.h>

#include "child_process.h"
#include "fovea/core/json.h"
#include "fovea/publish/mqtt_transport.h"
#include "publish_test.h"

namespace fovea {
namespace {

using Clock = std::chrono::steady_clock;

/** \brief A broker of the test's own, which may be killed and come again on its port */
class Broker
{
public:
    explicit Broker(const TemporaryFolder &folder,
                    const std::string &settings = "allow_anonymous true")
        : port_(free_port()),
          file_(folder.write("mosquitto.conf", "listener " + std::to_string(port_) +
                                                   " 127.0.0.1\n" + settings + "\n"))
    {
        start();
    }

    static bool is_installed()
    {
        return std::system("PATH=$PATH:/usr/sbin command -v mosquitto >/dev/null 2>&1") == 0;
    }

    void start()
    {
        const std::string path = std::string(std::getenv("PATH")) + ":/usr/sbin";
        process_ = std::make_unique<ChildProcess>(
            std::vector<std::string>{"env", "PATH=" + path, "mosquitto", "-c", file_.string()});
        for (int i = 0; i < 500 && !is_listening(port_); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }

    void kill() { process_.reset(); }

    /** \brief It says farewell and saves what it holds */
    void stop()
    {
        process_->kill(SIGTERM);
        process_.reset();
    }

    /** \brief It saves what it holds, sessions too */
    void save() const
    {
        process_->signal(SIGUSR1);
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }

    std::uint16_t port() const { return port_; }

    std::string uri() const { return "mqtt://127.0.0.1:" + std::to_string(port_) + "/site"; }

private:
    std::uint16_t port_;
    std::filesystem::path file_;
    std::unique_ptr<ChildProcess> process_;
};

/** \brief A client that hears all topics and comes back after a loss; of a session the broker keeps what it missed */
class Listener
{
public:
    explicit Listener(std::uint16_t port, const std::string &ca_file = "",
                      const std::string &user = "", const std::string &password = "",
                      const char *session = nullptr)
    {
        mosquitto_lib_init();
        client_ = mosquitto_new(session, /*clean_session=*/session == nullptr, this);
        mosquitto_connect_callback_set(client_, [](mosquitto *client, void *, int) {
            mosquitto_subscribe(client, nullptr, "#", 1);
        });
        mosquitto_subscribe_callback_set(client_,
                                         [](mosquitto *, void *self, int, int, const int *) {
                                             static_cast<Listener *>(self)->ready_ = true;
                                         });
        mosquitto_message_callback_set(client_, hear);
        mosquitto_reconnect_delay_set(client_, 1, 1, false);
        if (!ca_file.empty())
            mosquitto_tls_set(client_, ca_file.c_str(), nullptr, nullptr, nullptr, nullptr);
        if (!user.empty())
            mosquitto_username_pw_set(client_, user.c_str(), password.c_str());
        mosquitto_connect(client_, ca_file.empty() ? "127.0.0.1" : "localhost", port, 30);
        mosquitto_loop_start(client_);
        wait();
    }

    ~Listener()
    {
        mosquitto_disconnect(client_);
        mosquitto_loop_stop(client_, true);
        mosquitto_destroy(client_);
    }

    Listener(const Listener &) = delete;
    Listener &operator=(const Listener &) = delete;

    /** \brief Until it is subscribed */
    void wait()
    {
        for (int i = 0; i < 500 && !ready_; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }

    std::vector<std::string> on(const std::string &topic)
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return heard_[topic];
    }

    std::string last_on(const std::string &topic)
    {
        const auto all = on(topic);
        return all.empty() ? "" : all.back();
    }

    std::vector<std::string> topics()
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        std::vector<std::string> names;
        for (const auto &[topic, texts] : heard_)
            if (!texts.empty())
                names.push_back(topic);
        return names;
    }

    std::map<std::string, Clock::time_point> times()
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return times_;
    }

private:
    static void hear(mosquitto *, void *self, const mosquitto_message *message)
    {
        auto *listener = static_cast<Listener *>(self);
        const std::lock_guard<std::mutex> lock(listener->mutex_);
        const std::string text(static_cast<const char *>(message->payload),
                               static_cast<std::size_t>(message->payloadlen));
        listener->heard_[message->topic].push_back(text);
        listener->times_.emplace(text, Clock::now());
    }

    mosquitto *client_;
    std::atomic<bool> ready_{false};
    std::mutex mutex_;
    std::map<std::string, std::vector<std::string>> heard_;
    std::map<std::string, Clock::time_point> times_; ///< when each text came first
};

class MqttTransport : public PublishTest
{
protected:
    void SetUp() override
    {
        if (!Broker::is_installed())
            GTEST_SKIP() << "no broker here: apt-get install mosquitto";
    }
};

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
        return eventually([&] { return publisher_->counts().waiting == 0; }, 60);
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

TEST_F(MqttTransport, AlarmsAreBinarySensorsOfHomeAssistant)
{
    const Broker broker(folder_);
    Listener listener(broker.port());
    auto publisher = open(broker.uri());
    publisher->announce({"front door", {"fight", "fall down"}});
    const std::string device = "fovea_front_door_"; // and six digits of its hash
    ASSERT_TRUE(eventually([&] {
        const auto topics = listener.topics();
        return std::count_if(topics.begin(), topics.end(), [](const std::string &topic) {
                   return topic.find("homeassistant/binary_sensor/") == 0;
               }) == 2;
    }));
    Json fight;
    for (const std::string &topic : listener.topics())
        if (topic.find(device) != std::string::npos &&
            topic.find("/fight/config") != std::string::npos)
            fight = Json::parse(listener.last_on(topic));
    ASSERT_FALSE(fight.is_null());
    EXPECT_EQ(fight["name"], "fight");
    EXPECT_EQ(fight["device"]["name"], "front door");
    EXPECT_EQ(fight["availability_topic"], "site/available");
    const std::string state = fight["state_topic"];
    EXPECT_EQ(state, "site/front_door/alarm/fight");
    ASSERT_TRUE(eventually([&] { return listener.last_on(state) == "OFF"; }));

    publisher->publish(made(0, Message::Kind::AlarmBegin, "front door"));
    EXPECT_TRUE(eventually([&] { return listener.last_on(state) == "ON"; }));
    publisher->publish(made(1, Message::Kind::AlarmUpdate, "front door"));
    publisher->publish(made(2, Message::Kind::AlarmEnd, "front door"));
    EXPECT_TRUE(eventually([&] { return listener.last_on(state) == "OFF"; }));
    EXPECT_EQ(listener.on(state), (std::vector<std::string>{"OFF", "ON", "OFF"}));
    EXPECT_EQ(listener.on("site/front_door/alarms").size(), 3U);
}

TEST_F(MqttTransport, AnAlarmOfAnEarlierRunSwitchesNothing)
{
    Broker broker(folder_);
    broker.kill();
    {
        auto publisher = open(broker.uri());
        publisher->publish(made(0, Message::Kind::AlarmBegin));
        ASSERT_TRUE(eventually([&] { return publisher->counts().away; }));
    }
    broker.start();
    Listener listener(broker.port());
    auto publisher = open(broker.uri());
    publisher->announce({"north", {"fight"}});
    EXPECT_TRUE(eventually([&] { return listener.on("site/north/alarms").size() == 1; }));
    EXPECT_TRUE(eventually([&] { return listener.last_on("site/north/alarm/fight") == "OFF"; }));
    EXPECT_EQ(listener.on("site/north/alarm/fight"), std::vector<std::string>{"OFF"});
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

TEST_F(MqttTransport, TlsChecksTheBrokersCertificate)
{
    const std::string at = folder_.path().string();
    const std::string make = "cd " + at +
                             " && openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out "
                             "ca.pem -subj /CN=ca -days 2"
                             " && openssl req -newkey rsa:2048 -nodes -keyout key.pem -out "
                             "request.pem -subj /CN=localhost"
                             " && openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key "
                             "-CAcreateserial -out cert.pem -days 2"
                             " && chmod -R a+rX . ";
    if (std::system(("(" + make + ") >/dev/null 2>&1").c_str()) != 0)
        GTEST_SKIP() << "no openssl here: apt-get install openssl";
    const Broker broker(folder_, "allow_anonymous true\ncafile " + at + "/ca.pem\ncertfile " + at +
                                     "/cert.pem\nkeyfile " + at + "/key.pem");
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

TEST_F(MqttTransport, LatencyOfALineIsMilliseconds)
{
    const Broker broker(folder_);
    Listener listener(broker.port());
    auto publisher = open(broker.uri());
    publisher->publish(made(0));
    ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    std::map<std::string, Clock::time_point> sent;
    for (int i = 1; i <= 200; ++i) {
        const Message message = made(i);
        sent[message.text] = Clock::now();
        publisher->publish(message);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ASSERT_TRUE(eventually([&] { return listener.on("site/north/windows").size() == 201; }));
    std::vector<double> ms;
    const auto times = listener.times();
    for (const auto &[text, begin] : sent)
        ms.push_back(std::chrono::duration<double, std::milli>(times.at(text) - begin).count());
    record_latency(ms);
    std::sort(ms.begin(), ms.end());
    EXPECT_LT(ms[ms.size() / 2], 200);
}

} // namespace
} // namespace fovea
