// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <map>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "error_of.h"
#include "fovea/publish/kafka_transport.h"
#include "publish_test.h"

namespace fovea {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int brokers = 3;
constexpr int partitions = 4;
constexpr const char *topic = "events";

struct Record {
    std::string key;
    std::string text;
    std::string id;
    std::string kind;
    int partition = 0;
    Clock::time_point time;
};

/** \brief librdkafka's own cluster of pretended brokers, and a consumer of all it has */
class Cluster
{
public:
    Cluster()
    {
        std::array<char, 256> why{};
        host_ = rd_kafka_new(RD_KAFKA_PRODUCER, quiet(), why.data(), why.size());
        cluster_ = rd_kafka_mock_cluster_new(host_, brokers);
        rd_kafka_mock_topic_create(cluster_, topic, partitions, brokers);

        rd_kafka_conf_t *settings = quiet();
        set(settings, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster_));
        set(settings, "group.id", "test");
        set(settings, "fetch.wait.max.ms", "5"); // what the pretended broker waits each time
        set(settings, "reconnect.backoff.max.ms", "200"); // 10 s by default, when brokers were away
        consumer_ = rd_kafka_new(RD_KAFKA_CONSUMER, settings, why.data(), why.size());
        rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(partitions);
        for (int i = 0; i < partitions; ++i)
            rd_kafka_topic_partition_list_add(all, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
        rd_kafka_assign(consumer_, all);
        rd_kafka_topic_partition_list_destroy(all);
    }

    ~Cluster()
    {
        rd_kafka_consumer_close(consumer_);
        rd_kafka_destroy(consumer_);
        rd_kafka_mock_cluster_destroy(cluster_);
        rd_kafka_destroy(host_);
    }

    Cluster(const Cluster &) = delete;
    Cluster &operator=(const Cluster &) = delete;

    std::string uri() const
    {
        return std::string("kafka://") + rd_kafka_mock_cluster_bootstraps(cluster_) + "/" + topic;
    }

    void set_down(bool down)
    {
        for (int i = 1; i <= brokers; ++i)
            (down ? rd_kafka_mock_broker_set_down : rd_kafka_mock_broker_set_up)(cluster_, i);
    }

    /** \brief The next so many produce requests are answered with this error */
    void fail(rd_kafka_resp_err_t error, std::size_t times)
    {
        const std::vector<rd_kafka_resp_err_t> errors(times, error);
        rd_kafka_mock_push_request_errors_array(cluster_, /*Produce=*/0, times, errors.data());
    }

    /** \brief All records until there are so many, or there has been none for 30 s */
    std::vector<Record> consume(std::size_t count)
    {
        while (records_.size() < count) {
            rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer_, 30000);
            if (message == nullptr)
                break;
            if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
                records_.push_back(record_of(message));
            rd_kafka_message_destroy(message);
        }
        return records_;
    }

private:
    static void set(rd_kafka_conf_t *settings, const char *name, const std::string &value)
    {
        rd_kafka_conf_set(settings, name, value.c_str(), nullptr, 0);
    }

    static rd_kafka_conf_t *quiet()
    {
        rd_kafka_conf_t *settings = rd_kafka_conf_new();
        set(settings, "log_level", "0");
        return settings;
    }

    static Record record_of(rd_kafka_message_t *message)
    {
        Record record;
        record.key.assign(static_cast<const char *>(message->key), message->key_len);
        record.text.assign(static_cast<const char *>(message->payload), message->len);
        record.partition = message->partition;
        record.time = Clock::now();
        rd_kafka_headers_t *headers = nullptr;
        rd_kafka_message_headers(message, &headers);
        const void *value = nullptr;
        std::size_t size = 0;
        if (headers != nullptr && rd_kafka_header_get_last(headers, "id", &value, &size) == 0)
            record.id.assign(static_cast<const char *>(value), size);
        if (headers != nullptr && rd_kafka_header_get_last(headers, "kind", &value, &size) == 0)
            record.kind.assign(static_cast<const char *>(value), size);
        return record;
    }

    rd_kafka_t *host_;
    rd_kafka_mock_cluster_t *cluster_;
    rd_kafka_t *consumer_;
    std::vector<Record> records_;
};

class KafkaTransport : public PublishTest
{
protected:
    /** \brief The lines of a camera as they stand, in the order of its partition */
    static std::vector<std::string> texts_of(const std::string &key,
                                             const std::vector<Record> &records)
    {
        std::vector<std::string> texts;
        for (const Record &record : records)
            if (record.key == key)
                texts.push_back(record.text);
        return texts;
    }

    Cluster cluster_;
};

TEST_F(KafkaTransport, LinesOfACameraLieInOnePartitionInTheirOrder)
{
    auto publisher = open(cluster_.uri());
    std::map<std::string, std::vector<std::string>> sent;
    for (int i = 0; i < 300; ++i) {
        const Message message =
            made(i, Message::Kind::AlarmBegin, "camera" + std::to_string(i % 5));
        sent[message.key].push_back(message.text);
        publisher->publish(message);
    }
    ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    const auto records = cluster_.consume(300);
    ASSERT_EQ(records.size(), 300U);
    std::map<std::string, int> places;
    for (const Record &record : records) {
        EXPECT_EQ(places.emplace(record.key, record.partition).first->second, record.partition);
        EXPECT_EQ(record.text, R"({"id": ")" + record.id + R"("})");
        EXPECT_EQ(record.kind, "alarms");
    }
    for (const auto &[key, texts] : sent)
        EXPECT_EQ(texts_of(key, records), texts) << key;
}

TEST_F(KafkaTransport, BrokersThatAreAwayGetAllOnceAndInOrder)
{
    auto publisher = open(cluster_.uri());
    int next = 0;
    for (int round = 0; round < 2; ++round) {
        for (const int end = next + 50; next < end; ++next)
            publisher->publish(made(next));
        if (round > 0) {
            ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
        }
        cluster_.set_down(true);
        for (const int end = next + 50; next < end; ++next)
            publisher->publish(made(next));
        ASSERT_TRUE(eventually([&] { return publisher->counts().away; }));
        cluster_.set_down(false);
    }
    ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    EXPECT_EQ(texts_of("north", cluster_.consume(static_cast<std::size_t>(next))), texts(0, next));
    EXPECT_NE(told().find("away, lines wait on disk: "), std::string::npos) << told();
}

/* The producer's sequence numbers let a broker know what it has: an error in between makes no duplicate. */
TEST_F(KafkaTransport, ErrorsThatPassMakeNoDuplicates)
{
    auto publisher = open(cluster_.uri());
    for (int i = 0; i < 200; ++i) {
        if (i % 50 == 10)
            cluster_.fail(RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, 3);
        publisher->publish(made(i));
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    EXPECT_EQ(texts_of("north", cluster_.consume(200)), texts(0, 200));
}

TEST_F(KafkaTransport, ALineThatIsTooLongForTheBrokersIsRefusedAlone)
{
    auto publisher = open(cluster_.uri() + "?message.max.bytes=2000");
    Message huge = made(1);
    huge.text = std::string(5000, 'x');
    publisher->publish(made(0));
    publisher->publish(huge);
    publisher->publish(made(2));
    ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    EXPECT_EQ(publisher->counts().refused, 1U);
    EXPECT_EQ(texts_of("north", cluster_.consume(2)),
              (std::vector<std::string>{made(0).text, made(2).text}));
}

TEST_F(KafkaTransport, WhatIsLeftIsSentAtTheNextStart)
{
    cluster_.set_down(true);
    {
        auto publisher = open(cluster_.uri());
        for (int i = 0; i < 20; ++i)
            publisher->publish(made(i));
        ASSERT_TRUE(eventually([&] { return publisher->counts().away; }));
    }
    cluster_.set_down(false);
    auto publisher = open(cluster_.uri());
    ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    EXPECT_EQ(texts_of("north", cluster_.consume(20)), texts(0, 20));
}

/* Without brokers: librdkafka leaks of a consumer that ends as soon as it began */
using KafkaSettings = PublishTest;

TEST_F(KafkaSettings, WrongOnesAreRefused)
{
    const auto refusal = [&](const std::string &uri) { return error_of([&] { open(uri); }); };
    EXPECT_EQ(refusal("kafka://host"),
              "uri kafka://host...: expected kafka://host/TOPIC, one topic behind the brokers");
    EXPECT_NE(refusal("kafka://host/t?no.such=1").find("no.such"), std::string::npos);
    EXPECT_EQ(refusal("kafka://host/t?acks=0"),
              "uri kafka://host...: the setting 'acks' is fovea's own");
    const std::string secret = refusal("kafka://host/t?sasl.password=hunter2");
    EXPECT_NE(secret.find("credentials=file:PATH"), std::string::npos) << secret;
    EXPECT_EQ(secret.find("hunter2"), std::string::npos) << secret;
}

TEST_F(KafkaTransport, LatencyOfALineIsMilliseconds)
{
    auto publisher = open(cluster_.uri());
    std::vector<double> ms;
    for (int i = 0; i < 100; ++i) {
        const auto begin = Clock::now();
        publisher->publish(made(i));
        const auto records = cluster_.consume(static_cast<std::size_t>(i) + 1);
        ASSERT_EQ(records.size(), static_cast<std::size_t>(i) + 1);
        if (i > 0) // the first waits for the connection
            ms.push_back(
                std::chrono::duration<double, std::milli>(records.back().time - begin).count());
    }
    EXPECT_LT(record_latency(ms), 1000);
}

} // namespace
} // namespace fovea
