// SPDX-License-Identifier: MIT
#include "fovea/publish/mqtt_transport.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <mosquitto.h>

#include "fovea/core/errors.h"
#include "fovea/core/secret.h"
#include "fovea/publish/home_assistant.h"
#include "fovea/publish/mqtt_client.h"
#include "fovea/publish/receiver_uri.h"

namespace fovea {

namespace {

constexpr int plain_port = 1883;
constexpr int tls_port = 8883;
constexpr std::chrono::milliseconds wait_for_connection(1000);
constexpr std::chrono::milliseconds wait_for_answer(100); // then stop is looked at

struct Topics {
    std::string prefix = "fovea";
    std::string discovery = "homeassistant"; ///< empty: none

    std::string available() const { return prefix + "/available"; }
};

void check_topic(const std::string &what, const std::string &topic)
{
    const bool is_good = topic.find_first_of("+#") == std::string::npos && topic.back() != '/' &&
                         mosquitto_pub_topic_check(topic.c_str()) == MOSQ_ERR_SUCCESS;
    if (!is_good)
        throw Error(Error::Kind::Settings,
                    "MQTT " + what + " '" + topic + "': expected a topic without '+' and '#'");
}

Topics topics_of(const ReceiverUri &uri)
{
    Topics topics;
    if (!uri.path.empty())
        topics.prefix = uri.path;
    check_topic("prefix", topics.prefix);
    for (const auto &[name, value] : uri.query) {
        if (name != "discovery")
            throw Error(Error::Kind::Settings, "uri " + uri.name() + ": the setting '" + name +
                                                   "' is unknown, expected 'discovery'");
        topics.discovery = value;
    }
    if (!topics.discovery.empty())
        check_topic("discovery", topics.discovery);
    return topics;
}

MqttOptions mqtt_options(const ReceiverUri &uri, const PublisherOptions &options,
                         const Topics &topics)
{
    MqttOptions mqtt;
    mqtt.tls = uri.scheme == "mqtts";
    std::tie(mqtt.host, mqtt.port) = host_and_port(uri, mqtt.tls ? tls_port : plain_port);
    mqtt.ca_file = options.ca_file.string();
    if (!options.credentials.empty())
        mqtt.login = read_login(options.credentials, "credentials");
    mqtt.will_topic = topics.available();
    mqtt.will_text = "offline";
    return mqtt;
}

class MqttTransport final : public Transport
{
public:
    MqttTransport(const ReceiverUri &uri, const PublisherOptions &options)
        : topics_(topics_of(uri)),
          answer_within_(options.answer_within),
          client_(mqtt_options(uri, options, topics_))
    {
    }

    ~MqttTransport() override
    {
        if (const int connection = client_.connection({}); connection != 0)
            wait_for(connection, client_.publish(connection, topics_.available(), "offline", true));
    }

    void announce(const Announcement &announcement) override
    {
        const auto &[key, labels, is_gone] = announcement;
        (is_gone ? announced_ : gone_).erase(key);
        (is_gone ? gone_ : announced_)[key] = labels;
        const int connection = client_.connection({});
        if (connection == 0 || connection != greeted_)
            return;
        if (is_gone)
            forget_sensors(connection, key, labels);
        else
            tell_sensors(connection, key, labels);
    }

    void idle() override
    {
        if (const int connection = client_.connection({}); connection != 0)
            greet(connection);
    }

    Delivery send(const std::vector<Message> &messages, const StopFlag &stop) override
    {
        Delivery delivery{std::vector<SendOutcome>(messages.size(), SendOutcome::Pending), ""};
        const int connection = client_.connection(wait_for_connection);
        if (connection == 0) {
            delivery.why = client_.why();
            return delivery;
        }
        greet(connection);
        std::vector<std::vector<int>> ids;
        for (const Message &message : messages)
            ids.push_back(publish(connection, message));
        std::size_t open = 0;
        auto last_answer = std::chrono::steady_clock::now();
        for (;;) {
            const std::uint64_t seen = client_.changes();
            const std::size_t before = std::exchange(open, confirm(ids, &delivery.outcomes));
            if (open == 0)
                break;
            const auto now = std::chrono::steady_clock::now();
            if (open != before)
                last_answer = now;
            else if (now - last_answer > answer_within_) // it only keeps the connection
                client_.give_up(connection, "no answer from the broker");
            if (client_.connection({}) != connection) {
                delivery.why = client_.why();
                break;
            }
            if (stop.stopped())
                break;
            client_.wait(seen, wait_for_answer);
        }
        return delivery;
    }

private:
    /** \brief What a connection begins with */
    void greet(int connection)
    {
        if (greeted_ == connection)
            return;
        greeted_ = connection;
        client_.publish(connection, topics_.available(), "online", /*kept=*/true);
        for (const auto &[key, labels] : announced_)
            tell_sensors(connection, key, labels);
        for (const auto &[key, labels] : gone_)
            forget_sensors(connection, key, labels);
    }

    /** \brief What the broker keeps of them goes, and Home Assistant's device with it */
    void forget_sensors(int connection, const std::string &key,
                        const std::vector<std::string> &labels)
    {
        for (const std::string &label : labels) {
            states_.erase({key, label});
            client_.publish(connection, alarm_topic(topics_.prefix, key, label), "",
                            /*kept=*/true);
            if (!topics_.discovery.empty())
                client_.publish(connection,
                                topics_.discovery + "/" +
                                    home_assistant_sensor(topics_.prefix, key, label).topic,
                                "", /*kept=*/true);
        }
    }

    void tell_sensors(int connection, const std::string &key,
                      const std::vector<std::string> &labels)
    {
        for (const std::string &label : labels) {
            if (!topics_.discovery.empty()) {
                const Discovery sensor = home_assistant_sensor(topics_.prefix, key, label);
                client_.publish(connection, topics_.discovery + "/" + sensor.topic, sensor.config,
                                /*kept=*/true);
            }
            // unless an alarm has begun, an ON that an earlier run left is not true any more
            client_.publish(connection, alarm_topic(topics_.prefix, key, label),
                            states_[{key, label}] ? "ON" : "OFF", /*kept=*/true);
        }
    }

    /** \return ids that must be confirmed; one is 0 where the connection is gone */
    std::vector<int> publish(int connection, const Message &message)
    {
        const std::string topic =
            topics_.prefix + "/" + topic_level(message.key) + "/" + topic_of(message.kind);
        std::vector<int> ids = {client_.publish(connection, topic, message.text, /*kept=*/false)};
        const bool begins = message.kind == Message::Kind::AlarmBegin;
        if (message.recovered || gone_.count(message.key) > 0 ||
            !(begins || message.kind == Message::Kind::AlarmEnd))
            return ids;
        states_[{message.key, message.label}] = begins;
        std::vector<std::string> &labels = announced_[message.key];
        if (std::find(labels.begin(), labels.end(), message.label) == labels.end()) {
            labels.push_back(message.label);
            tell_sensors(connection, message.key, {message.label});
        }
        ids.push_back(client_.publish(connection,
                                      alarm_topic(topics_.prefix, message.key, message.label),
                                      begins ? "ON" : "OFF", /*kept=*/true));
        return ids;
    }

    /** \return how many are to be confirmed yet */
    std::size_t confirm(std::vector<std::vector<int>> &ids, std::vector<SendOutcome> *outcomes)
    {
        std::size_t open = 0;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            while (!ids[i].empty() && ids[i].back() != 0 && client_.is_confirmed(ids[i].back()))
                ids[i].pop_back();
            if (ids[i].empty())
                (*outcomes)[i] = SendOutcome::Confirmed;
            open += ids[i].size();
        }
        return open;
    }

    void wait_for(int connection, int id)
    {
        const auto end = std::chrono::steady_clock::now() + wait_for_connection;
        for (;;) {
            const std::uint64_t seen = client_.changes();
            if (id == 0 || client_.is_confirmed(id) || client_.connection({}) != connection ||
                std::chrono::steady_clock::now() >= end)
                return;
            client_.wait(seen, wait_for_answer);
        }
    }

    Topics topics_;
    std::chrono::seconds answer_within_;
    MqttClient client_;
    int greeted_ = 0; ///< the connection that was
    std::map<std::string, std::vector<std::string>> announced_;
    std::map<std::string, std::vector<std::string>> gone_;
    std::map<std::pair<std::string, std::string>, bool> states_; ///< of alarms by camera and label
};

} // namespace

std::unique_ptr<Transport> make_mqtt_transport(const std::string &uri,
                                               const PublisherOptions &options)
{
    return std::make_unique<MqttTransport>(receiver_uri(uri), options);
}

std::string mqtt_library_version()
{
    int major = 0;
    int minor = 0;
    int revision = 0;
    mosquitto_lib_version(&major, &minor, &revision);
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(revision);
}

} // namespace fovea
