// SPDX-License-Identifier: MIT
#include "fovea/publish/mqtt_client.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <sys/socket.h>
#include <utility>

#include <mosquitto.h>
#include <netdb.h>
#include <poll.h>

#include "fovea/core/errors.h"
#include "fovea/core/named_thread.h"
#include "fovea/publish/transport.h"

namespace fovea {

namespace {

constexpr int keepalive_s = 30;
constexpr int loop_ms = 100; // a message that is published ends it early
constexpr int will_qos = 1;
// Every which failure is followed by a try of the other family, which may be silent for keepalive_s: where one has answered
// before, and where none has
constexpr int turn_of_known = 4;
constexpr int turn_of_unknown = 2;
constexpr const char *system_certificates = "/etc/ssl/certs";

void init_library()
{
    static const int once = mosquitto_lib_init();
    (void)once;
}

/* An errno, 0: it stands, EINPROGRESS: not yet, after loop_ms */
int state_of(int connection)
{
    pollfd polled = {connection, POLLOUT, 0};
    if (poll(&polled, 1, loop_ms) == 0)
        return EINPROGRESS;
    if ((polled.revents & (POLLERR | POLLHUP)) == 0)
        return 0;
    int error = 0;
    socklen_t size = sizeof(error);
    getsockopt(connection, SOL_SOCKET, SO_ERROR, &error, &size);
    return error != 0 ? error : ECONNRESET;
}

/*
 * libmosquitto takes the end of a connection before TLS is agreed on for nothing, and tries on without a pause.
 * \param stands set where TCP is agreed on
 */
int loop_until_connected(mosquitto *client, bool *stands)
{
    const int state = state_of(mosquitto_socket(client));
    if (state == 0) {
        *stands = true;
        return mosquitto_loop(client, loop_ms, /*max_packets=*/1);
    }
    if (state == EINPROGRESS)
        return mosquitto_loop_misc(client);
    errno = state;
    return MOSQ_ERR_ERRNO;
}

/* What a connection to a host of addresses of both families is bound to for the one that does not come first; null: it has one family */
const char *second_family(const std::string &host)
{
    addrinfo hints = {};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *first = nullptr;
    if (getaddrinfo(host.c_str(), nullptr, &hints, &first) != 0)
        return nullptr;
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(first, freeaddrinfo);
    for (const addrinfo *one = first; one != nullptr; one = one->ai_next)
        if (one->ai_family != first->ai_family)
            return one->ai_family == AF_INET ? "0.0.0.0" : "::";
    return nullptr;
}

/* A broker that goes away while TLS writes must not end the process. */
void block_sigpipe()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

} // namespace

std::string mqtt_text(int code)
{
    if (code == MOSQ_ERR_KEEPALIVE) // the library has no words for it
        return "the broker answers no more";
    return code == MOSQ_ERR_ERRNO ? std::strerror(errno) : mosquitto_strerror(code);
}

struct MqttClient::Handlers {
    static void connected(mosquitto *client, void *self, int code)
    {
        auto *mqtt = static_cast<MqttClient *>(self);
        if (code != 0) {
            mqtt->lose(mosquitto_connack_string(code));
            return;
        }
        {
            const std::lock_guard<std::mutex> lock(mqtt->mutex_);
            mqtt->client_ = client;
            ++mqtt->connections_;
            ++mqtt->changes_;
        }
        mqtt->changed_.notify_all();
    }

    static void confirmed(mosquitto *, void *self, int id)
    {
        auto *mqtt = static_cast<MqttClient *>(self);
        {
            const std::lock_guard<std::mutex> lock(mqtt->mutex_);
            mqtt->confirmed_.insert(id);
            ++mqtt->changes_;
        }
        mqtt->changed_.notify_all();
    }
};

MqttClient::MqttClient(MqttOptions options) : options_(std::move(options))
{
    init_library();
    mosquitto_destroy(make_client()); // what is wrong with the options is said here
    thread_ = named_thread("fovea-mqtt", [this] { run(); });
}

MqttClient::~MqttClient()
{
    stop_.stop();
    thread_.join();
}

mosquitto *MqttClient::make_client()
{
    // no id: libmosquitto makes one at random, which no other client has
    mosquitto *client = mosquitto_new(/*id=*/nullptr, /*clean_session=*/true, this);
    if (client == nullptr)
        throw Error(Error::Kind::Init, std::string("libmosquitto: ") + std::strerror(errno));
    try {
        configure(client);
    } catch (...) {
        mosquitto_destroy(client);
        throw;
    }
    return client;
}

void MqttClient::configure(mosquitto *client) const
{
    const auto check = [](int code, const std::string &what) {
        if (code != MOSQ_ERR_SUCCESS)
            throw Error(Error::Kind::Settings, what + ": " + mqtt_text(code));
    };
    check(mosquitto_threaded_set(client, true), "libmosquitto");
    check(mosquitto_will_set(client, options_.will_topic.c_str(),
                             static_cast<int>(options_.will_text.size()), options_.will_text.data(),
                             will_qos, /*retain=*/true),
          "topic '" + options_.will_topic + "'");
    if (!options_.login.user.empty())
        check(mosquitto_username_pw_set(client, options_.login.user.c_str(),
                                        options_.login.password.c_str()),
              "credentials");
    if (options_.tls)
        check(mosquitto_tls_set(client,
                                options_.ca_file.empty() ? nullptr : options_.ca_file.c_str(),
                                options_.ca_file.empty() ? system_certificates : nullptr, nullptr,
                                nullptr, nullptr),
              "ca-file '" + options_.ca_file + "', certificates to check the broker's with");
    mosquitto_connect_callback_set(client, Handlers::connected);
    mosquitto_publish_callback_set(client, Handlers::confirmed);
}

void MqttClient::run()
{
    block_sigpipe();
    GrowingPause pause(receiver_pauses);
    // libmosquitto tries the first address alone, where it does not wait
    bool by_second = false; // the family that took a connection last
    int failures = 0;       // since then
    while (!stop_.stopped()) {
        const int before = connections_; // changes in serve() alone
        try {
            mosquitto *client = make_client();
            const int turn = before > 0 ? turn_of_known : turn_of_unknown;
            const bool now = by_second != (failures % turn == turn - 1);
            if (serve(client, now ? second_family(options_.host) : nullptr)) {
                by_second = now;
                failures = 0;
            } else {
                ++failures;
            }
            mosquitto_destroy(client);
        } catch (const Error &error) { // as while certificates are replaced
            lose(error.what());
        }
        if (connections_ > before)
            pause.reset();
        stop_.wait(pause.next());
    }
}

/* Without waiting for the connection, so that the end need not either. */
bool MqttClient::serve(mosquitto *client, const char *from)
{
    bool stands = false;
    int code = mosquitto_connect_bind_async(client, options_.host.c_str(), options_.port,
                                            keepalive_s, from);
    while (code == MOSQ_ERR_SUCCESS && !stop_.stopped() && !is_given_up())
        code = client_ == nullptr && (options_.tls || !stands)
                   ? loop_until_connected(client, &stands)
                   : mosquitto_loop(client, loop_ms, /*max_packets=*/1);
    const std::string why = mqtt_text(code);
    const bool is_ours = code == MOSQ_ERR_SUCCESS; // it is stopped, or given up
    if (stop_.stopped() && is_ours) {
        // stopped: the broker gets to know and sends no will, so the caller has said farewell before
        mosquitto_disconnect(client);
        mosquitto_loop(client, loop_ms, 1);
    }
    // the broker's own words of why it refused come before
    lose(is_ours || code == MOSQ_ERR_CONN_REFUSED ? "" : why);
    return stands;
}

void MqttClient::lose(const std::string &why)
{
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        client_ = nullptr;
        is_given_up_ = false;
        confirmed_.clear();
        ++changes_;
        if (!why.empty())
            why_ = why;
    }
    changed_.notify_all();
}

void MqttClient::give_up(int connection, const std::string &why)
{
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (client_ == nullptr || connections_ != connection)
            return;
        is_given_up_ = true;
        why_ = why;
    }
    changed_.notify_all();
}

bool MqttClient::is_given_up() const
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return is_given_up_;
}

int MqttClient::connection(std::chrono::milliseconds limit)
{
    std::unique_lock<std::mutex> lock(mutex_);
    const auto stands = [this] { return client_ != nullptr && !is_given_up_; };
    changed_.wait_for(lock, limit, stands);
    return stands() ? connections_ : 0;
}

int MqttClient::publish(int connection, const std::string &topic, const std::string &text,
                        bool kept)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    if (client_ == nullptr || connections_ != connection)
        return 0;
    int id = 0;
    const int code = mosquitto_publish(client_, &id, topic.c_str(), static_cast<int>(text.size()),
                                       text.data(), /*qos=*/1, kept);
    if (code == MOSQ_ERR_SUCCESS) {
        confirmed_.erase(id); // ids begin anew after 65,535; the answer waits for the mutex
        return id;
    }
    why_ = mqtt_text(code);
    return 0;
}

bool MqttClient::is_confirmed(int id) const
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return confirmed_.count(id) > 0;
}

std::uint64_t MqttClient::changes() const
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return changes_;
}

void MqttClient::wait(std::uint64_t seen, std::chrono::milliseconds limit)
{
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, limit, [&] { return changes_ > seen; });
}

std::string MqttClient::why() const
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return why_;
}

} // namespace fovea
