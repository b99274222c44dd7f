// SPDX-License-Identifier: MIT
#include "fovea/publish/kafka_transport.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <map>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "fovea/core/errors.h"
#include "fovea/core/secret.h"
#include "fovea/publish/receiver_uri.h"

namespace fovea {

namespace {

constexpr int poll_ms = 50;                        // an answer ends it early
constexpr std::chrono::seconds told_away_after(2); // no answer for so long
constexpr int flush_ms = 500;

/** \brief A record that the producer has */
struct Sent {
    SendOutcome outcome = SendOutcome::Pending;
    bool reported = false;
    std::string why; ///< not confirmed
};

bool is_refusal(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || code == RD_KAFKA_RESP_ERR_INVALID_MSG ||
           code == RD_KAFKA_RESP_ERR_INVALID_RECORD || code == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE;
}

class KafkaTransport final : public Transport
{
public:
    KafkaTransport(const ReceiverUri &uri, const PublisherOptions &options)
        : name_(uri.name()), topic_(uri.path)
    {
        if (topic_.empty() || topic_.find('/') != std::string::npos)
            throw Error(Error::Kind::Settings, "uri " + name_ + "...: expected " + name_ +
                                                   "/TOPIC, one topic behind the brokers");
        configure("bootstrap.servers", uri.hosts);
        for (const auto &[setting, value] : uri.query) {
            check_setting(setting);
            configure(setting, value);
        }
        configure("enable.idempotence", "true");
        // the next request waits for the answer: the order does not hang on how a broker treats a retry
        configure("max.in.flight.requests.per.connection", "1");
        configure("partitioner", "murmur2_random"); // as Java's producers place a key
        // it never gives up: what is not confirmed waits here and on disk
        configure("message.timeout.ms", "0");
        configure("linger.ms", "0");
        configure("client.id", "fovea");
        configure("log_level", "0");
        if (!options.ca_file.empty())
            configure("ssl.ca.location", options.ca_file.string());
        if (!options.credentials.empty()) {
            const Login login = read_login(options.credentials, "credentials");
            configure("sasl.username", login.user);
            configure("sasl.password", login.password);
        }
        make_producer();
    }

    ~KafkaTransport() override { destroy_producer(); }

    KafkaTransport(const KafkaTransport &) = delete;
    KafkaTransport &operator=(const KafkaTransport &) = delete;

    void idle() override
    {
        if (producer_ != nullptr)
            rd_kafka_poll(producer_, 0);
    }

    Delivery send(const std::vector<Message> &messages, const StopFlag &stop) override
    {
        if (producer_ != nullptr &&
            rd_kafka_fatal_error(producer_, nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR) {
            // its sequence is broken: a new producer begins a new one
            destroy_producer();
            sent_.clear();
        }
        if (producer_ == nullptr)
            make_producer();
        std::string why;
        for (const Message &message : messages)
            if (why.empty() && sent_.count(message.id) == 0)
                why = produce(message);
        const std::string away = wait_for_reports(messages, stop);
        Delivery delivery = take_outcomes(messages);
        if (delivery.why.empty())
            delivery.why = why;
        if (delivery.why.empty())
            pause_.reset();
        else
            delivery.pause = pause_.next();
        if (delivery.why.empty())
            delivery.why = away;
        return delivery;
    }

private:
    /**
     * \return what keeps the brokers away; empty: all have reported, or it is stopped. What has not stays with the
     * producer, which sends it in its time and once only
     */
    std::string wait_for_reports(const std::vector<Message> &messages, const StopFlag &stop)
    {
        const auto is_open = [this](const Message &message) {
            const auto sent = sent_.find(message.id);
            return sent != sent_.end() && !sent->second.reported;
        };
        away_.clear();
        auto last_answer = std::chrono::steady_clock::now();
        while (std::any_of(messages.begin(), messages.end(), is_open) && !stop.stopped()) {
            const int open = open_;
            rd_kafka_poll(producer_, poll_ms);
            const auto now = std::chrono::steady_clock::now();
            if (open_ < open)
                last_answer = now;
            else if (now - last_answer > told_away_after)
                return away_.empty() ? "no answer from the brokers" : away_;
        }
        return "";
    }

    Delivery take_outcomes(const std::vector<Message> &messages)
    {
        Delivery delivery;
        for (const Message &message : messages) {
            const auto sent = sent_.find(message.id);
            delivery.outcomes.push_back(sent != sent_.end() ? sent->second.outcome
                                                            : SendOutcome::Pending);
            if (sent != sent_.end() && !sent->second.why.empty())
                delivery.why = sent->second.why;
        }
        // a failed one is produced anew next time; of others nobody asks again
        for (auto sent = sent_.begin(); sent != sent_.end();)
            sent = sent->second.reported ? sent_.erase(sent) : std::next(sent);
        return delivery;
    }

    static void report(rd_kafka_t *, const rd_kafka_message_t *record, void *self)
    {
        --static_cast<KafkaTransport *>(self)->open_;
        Sent &sent = *static_cast<Sent *>(record->_private);
        sent.reported = true;
        if (record->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            sent.outcome = SendOutcome::Confirmed;
            return;
        }
        if (is_refusal(record->err))
            sent.outcome = SendOutcome::Refused;
        sent.why = rd_kafka_err2str(record->err);
    }

    static void hear_error(rd_kafka_t *, int code, const char *, void *self)
    {
        // librdkafka's own text may hold a broker's address only; the code's says enough
        static_cast<KafkaTransport *>(self)->away_ =
            rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(code));
    }

    void check_setting(const std::string &setting) const
    {
        for (const char *kept :
             {"bootstrap.servers", "metadata.broker.list", "enable.idempotence", "partitioner",
              "message.timeout.ms", "delivery.timeout.ms", "max.in.flight", "acks"})
            if (setting == kept)
                throw Error(Error::Kind::Settings,
                            "uri " + name_ + "...: the setting '" + setting + "' is fovea's own");
        for (const char *secret :
             {"password", "username", "key.pem", "secret", "oauthbearer.config"})
            if (setting.find(secret) != std::string::npos)
                throw Error(Error::Kind::Settings,
                            "uri " + name_ + "...: '" + setting +
                                "' does not belong there, where logs and `ps` show it; "
                                "credentials=file:PATH or env:NAME names where it stands");
    }

    void configure(const std::string &setting, const std::string &value)
    {
        std::array<char, 256> why{};
        if (rd_kafka_conf_set(configuration_.get(), setting.c_str(), value.c_str(), why.data(),
                              why.size()) != RD_KAFKA_CONF_OK)
            throw Error(Error::Kind::Settings, "uri " + name_ + "...: " + why.data());
    }

    void make_producer()
    {
        rd_kafka_conf_t *configuration = rd_kafka_conf_dup(configuration_.get());
        rd_kafka_conf_set_dr_msg_cb(configuration, report);
        rd_kafka_conf_set_error_cb(configuration, hear_error);
        rd_kafka_conf_set_opaque(configuration, this);
        std::array<char, 256> why{};
        producer_ = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, why.data(), why.size());
        if (producer_ == nullptr) {
            rd_kafka_conf_destroy(configuration);
            throw Error(Error::Kind::Settings, "uri " + name_ + "...: " + why.data());
        }
    }

    void destroy_producer()
    {
        if (producer_ == nullptr)
            return;
        rd_kafka_purge(producer_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        rd_kafka_flush(producer_, flush_ms); // the reports of what was purged
        rd_kafka_destroy(std::exchange(producer_, nullptr));
    }

    /** \return why not; empty: it is on its way, or refused */
    std::string produce(const Message &message)
    {
        Sent &sent = sent_[message.id];
        const std::string kind = topic_of(message.kind);
        const rd_kafka_resp_err_t code = rd_kafka_producev(
            producer_, RD_KAFKA_V_TOPIC(topic_.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_KEY(message.key.data(), message.key.size()),
            RD_KAFKA_V_VALUE(const_cast<char *>(message.text.data()), message.text.size()),
            RD_KAFKA_V_HEADER("id", message.id.data(), static_cast<ssize_t>(message.id.size())),
            RD_KAFKA_V_HEADER("kind", kind.data(), static_cast<ssize_t>(kind.size())),
            RD_KAFKA_V_OPAQUE(&sent), RD_KAFKA_V_END);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            ++open_;
            return "";
        }
        if (is_refusal(code)) {
            sent = {SendOutcome::Refused, /*reported=*/true, rd_kafka_err2str(code)};
            return "";
        }
        sent_.erase(message.id);
        return rd_kafka_err2str(code);
    }

    std::string name_;
    std::string topic_;
    std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> configuration_{
        rd_kafka_conf_new(), rd_kafka_conf_destroy};
    rd_kafka_t *producer_ = nullptr;   ///< null: a new one could not be made yet
    std::map<std::string, Sent> sent_; ///< by the message's id
    int open_ = 0;                     ///< records without a report
    std::string away_;                 ///< what librdkafka said last of brokers that are away
    GrowingPause pause_{receiver_pauses};
};

} // namespace

std::unique_ptr<Transport> make_kafka_transport(const std::string &uri,
                                                const PublisherOptions &options)
{
    return std::make_unique<KafkaTransport>(receiver_uri(uri), options);
}

std::string kafka_library_version()
{
    return rd_kafka_version_str();
}

} // namespace fovea
