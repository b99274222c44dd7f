// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <map>
#include <sys/socket.h>
#include <thread>

#include <arpa/inet.h>
#include <mosquitto.h>
#include <unistd.h>

#include "child_process.h"
#include "fovea/publish/mqtt_transport.h"
#include "publish_test.h"

namespace fovea::test {

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
        for (int i = 0; i < 6000 && !is_listening(port_); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }

    void kill() { process_.reset(); }

    /** \brief It says farewell and saves what it holds */
    void stop()
    {
        process_->kill(SIGTERM);
        process_.reset();
    }

    /** \brief It saves what it holds, sessions too, where it is told to persist beside its settings */
    void save() const
    {
        const auto before = saved();
        process_->signal(SIGUSR1);
        for (int i = 0; i < 6000 && saved() == before; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }

    std::uint16_t port() const { return port_; }

    std::string uri() const { return "mqtt://127.0.0.1:" + std::to_string(port_) + "/site"; }

private:
    /** \brief When it last did; its file is written apart and renamed */
    std::filesystem::file_time_type saved() const
    {
        std::error_code never;
        return last_write_time(file_.parent_path() / "mosquitto.db", never);
    }

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
        for (int i = 0; i < 6000 && !ready_; ++i)
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

/** \brief Skipped where there is no broker */
class MqttTransport : public PublishTest
{
protected:
    void SetUp() override
    {
        if (!Broker::is_installed())
            GTEST_SKIP() << "no broker here: apt-get install mosquitto";
    }
};

/** \brief Takes connections and agrees to them, but confirms no line */
class SilentBroker
{
public:
    SilentBroker()
    {
        listener_ = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr *>(&address), size), 0);
        EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr *>(&address), &size), 0);
        EXPECT_EQ(listen(listener_, 1), 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }

    ~SilentBroker()
    {
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
    }

    SilentBroker(const SilentBroker &) = delete;
    SilentBroker &operator=(const SilentBroker &) = delete;

    std::string uri() const { return "mqtt://127.0.0.1:" + std::to_string(port_) + "/site"; }

    int connections() const { return connections_; }

private:
    void serve()
    {
        for (int one = 0; (one = accept(listener_, nullptr, nullptr)) >= 0; close(one)) {
            ++connections_;
            std::array<char, 1024> heard = {};
            constexpr std::array<char, 4> agreed = {0x20, 2, 0, 0}; // CONNACK
            recv(one, heard.data(), heard.size(), 0);
            send(one, agreed.data(), agreed.size(), MSG_NOSIGNAL);
            while (recv(one, heard.data(), heard.size(), 0) > 0) {
            }
        }
    }

    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> connections_{0};
    std::thread thread_;
};

} // namespace fovea::test
