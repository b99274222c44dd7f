// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "fovea/core/secret.h"
#include "fovea/core/stop_flag.h"

struct mosquitto;

namespace fovea {

struct MqttOptions {
    std::string host;
    int port = 0;
    bool tls = false;
    std::string ca_file; ///< empty: the system's
    Login login;         ///< empty user: none
    std::string will_topic;
    std::string will_text;
};

/** \brief What a code of libmosquitto's says, called right behind what gave it */
std::string mqtt_text(int code);

/**
 * \brief A connection to an MQTT broker that comes back, on a thread of its own
 *
 * Each connection is a new client of libmosquitto: what a lost one had not confirmed is its user's to publish again.
 */
class MqttClient
{
public:
    /** \throw Error Settings when the certificates cannot be read */
    explicit MqttClient(MqttOptions options);
    ~MqttClient();
    MqttClient(const MqttClient &) = delete;
    MqttClient &operator=(const MqttClient &) = delete;

    /**
     * \brief Which connection it is now, from 1; 0: there is none. Waits until there is one, `limit` at most
     */
    int connection(std::chrono::milliseconds limit);

    /**
     * \brief Publishes with QoS 1
     * \param connection it is published only on this one
     * \return an id for is_confirmed(); 0: the connection is gone
     */
    int publish(int connection, const std::string &topic, const std::string &text, bool kept);

    bool is_confirmed(int id) const;

    /** \brief Counts confirmations and changes of the connection */
    std::uint64_t changes() const;

    /** \brief Waits until there were more changes than \a seen, `limit` at most */
    void wait(std::uint64_t seen, std::chrono::milliseconds limit);

    /** \brief Ends a connection on which the broker does not do its part; the next one is begun */
    void give_up(int connection, const std::string &why);

    /** \brief Why there is no connection */
    std::string why() const;

private:
    struct Handlers; ///< libmosquitto's callbacks

    mosquitto *make_client();
    void configure(mosquitto *client) const;
    void run();

    /** \param from the address that it is bound to, or null \return whether anything took the connection */
    bool serve(mosquitto *client, const char *from);
    bool is_given_up() const;
    void lose(const std::string &why);

    MqttOptions options_;
    StopFlag stop_;

    mutable std::mutex mutex_; ///< of all below; held while libmosquitto queues a message
    std::condition_variable changed_;
    mosquitto *client_ = nullptr; ///< while it is connected; of the thread
    int connections_ = 0;
    bool is_given_up_ = false;
    std::set<int> confirmed_; ///< on this connection
    std::uint64_t changes_ = 0;
    std::string why_ = "no answer yet";
    std::thread thread_;
};

} // namespace fovea
