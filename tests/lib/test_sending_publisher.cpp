// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>

#include <gtest/gtest.h>

#include "fovea/publish/sending_publisher.h"
#include "output_test.h"
#include "temporary_folder.h"

namespace fovea {
namespace {

using std::chrono::milliseconds;

/** \brief What a receiver does that the tests lead; it outlives its transport */
struct Receiver {
    std::mutex mutex;
    std::vector<std::string> got; ///< ids, in the order they came
    std::set<std::string> refuses;
    std::set<std::string> fails;
    std::vector<std::string> announced;
    std::atomic<bool> away{false};
    std::atomic<bool> has_no_way{false};                      ///< the transport cannot even try
    std::vector<std::chrono::steady_clock::time_point> tried; ///< when
    std::atomic<int> tries{0};
    std::atomic<int> takes_ms{0};

    void is_tried()
    {
        const std::lock_guard<std::mutex> lock(mutex);
        tried.push_back(std::chrono::steady_clock::now());
        ++tries;
    }

    std::vector<std::chrono::steady_clock::time_point> times()
    {
        const std::lock_guard<std::mutex> lock(mutex);
        return tried;
    }

    std::vector<std::string> ids()
    {
        const std::lock_guard<std::mutex> lock(mutex);
        return got;
    }
};

class LedTransport final : public Transport
{
public:
    explicit LedTransport(Receiver *receiver) : receiver_(receiver) {}

    Delivery send(const std::vector<Message> &messages, const StopFlag &stop) override
    {
        receiver_->is_tried();
        if (receiver_->has_no_way)
            throw Error(Error::Kind::Settings, "the certificate is gone");
        Delivery delivery{std::vector<SendOutcome>(messages.size(), SendOutcome::Pending), ""};
        for (std::size_t i = 0; i < messages.size(); ++i) {
            if (stop.wait(milliseconds(receiver_->takes_ms)))
                return delivery;
            if (receiver_->away) {
                delivery.why = "unplugged";
                stop.wait(milliseconds(20));
                return delivery;
            }
            const std::lock_guard<std::mutex> lock(receiver_->mutex);
            if (receiver_->refuses.count(messages[i].id) > 0) {
                delivery.outcomes[i] = SendOutcome::Refused;
                delivery.why = "not to its taste";
                continue;
            }
            if (receiver_->fails.count(messages[i].id) > 0) {
                delivery.why = "unplugged";
                return delivery;
            }
            receiver_->got.push_back(messages[i].id);
            delivery.outcomes[i] = SendOutcome::Confirmed;
        }
        return delivery;
    }

    void announce(const Announcement &announcement) override
    {
        const std::lock_guard<std::mutex> lock(receiver_->mutex);
        receiver_->announced.push_back(announcement.key);
    }

private:
    Receiver *receiver_;
};

class SendingPublisherTest : public Output
{
protected:
    std::unique_ptr<SendingPublisher> open(std::uint64_t bytes = 1 << 20)
    {
        return std::make_unique<SendingPublisher>(
            std::make_unique<LedTransport>(&receiver_),
            std::make_unique<Spool>(folder_, "s", bytes), "led://receiver",
            [this](const std::string &text) {
                const std::lock_guard<std::mutex> lock(receiver_.mutex);
                told_.push_back(text);
            });
    }

    static Message made(int number, Message::Kind kind = Message::Kind::AlarmBegin,
                        std::size_t bytes = 2)
    {
        Message message;
        message.id = std::to_string(number);
        message.key = "north";
        message.kind = kind;
        message.text = std::string(bytes, 'x');
        return message;
    }

    template <typename Condition>
    static bool eventually(Condition &&condition)
    {
        for (int i = 0; i < 6000 && !condition(); ++i)
            std::this_thread::sleep_for(milliseconds(10));
        return condition();
    }

    static std::vector<std::string> numbers(int from, int to)
    {
        std::vector<std::string> ids;
        for (int i = from; i < to; ++i)
            ids.push_back(std::to_string(i));
        return ids;
    }

    std::vector<std::string> told()
    {
        const std::lock_guard<std::mutex> lock(receiver_.mutex);
        return told_;
    }

    Receiver receiver_;
    std::vector<std::string> told_;
};

TEST_F(SendingPublisherTest, AllIsSentInOrderBeforeTheEnd)
{
    auto publisher = open();
    for (int i = 0; i < 250; ++i)
        publisher->publish(made(i));
    publisher.reset();
    EXPECT_EQ(receiver_.ids(), numbers(0, 250));
    EXPECT_TRUE(told().empty());
}

TEST_F(SendingPublisherTest, ASlowReceiverHoldsNobodyUp)
{
    receiver_.takes_ms = 10'000;
    auto publisher = open();
    for (int i = 0; i < 100; ++i)
        publisher->publish(made(i));
    EXPECT_EQ(publisher->counts().waiting, 100U) << "it has not taken the first yet";
}

TEST_F(SendingPublisherTest, AReceiverThatComesBackGetsAllOnceAndInOrder)
{
    receiver_.away = true;
    auto publisher = open();
    for (int i = 0; i < 300; ++i)
        publisher->publish(made(i));
    ASSERT_TRUE(eventually([&] { return publisher->counts().away; }));
    receiver_.away = false;
    ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    EXPECT_EQ(receiver_.ids(), numbers(0, 300));
    EXPECT_EQ(publisher->counts().delivered, 300U);
    ASSERT_TRUE(eventually([&] { return told().size() == 2; }));
    EXPECT_EQ(told(),
              (std::vector<std::string>{"led://receiver: away, lines wait on disk: unplugged",
                                        "led://receiver: back"}));
}

/* As Kafka's producer that has to be made anew, while a file of its settings is not there */
TEST_F(SendingPublisherTest, ATransportThatCannotTryIsAReceiverThatIsAway)
{
    receiver_.has_no_way = true;
    auto publisher = open();
    publisher->publish(made(0));
    ASSERT_TRUE(eventually([&] { return receiver_.tries >= 4; }));
    EXPECT_TRUE(publisher->counts().away);
    ASSERT_TRUE(eventually([&] { return receiver_.tries >= 5; }));
    EXPECT_GT(receiver_.times()[4] - receiver_.times()[3], milliseconds(1000))
        << "the fourth pause";
    receiver_.has_no_way = false;
    ASSERT_TRUE(eventually([&] { return told().size() >= 2; }));
    EXPECT_EQ(told(), (std::vector<std::string>{
                          "led://receiver: away, lines wait on disk: the certificate is gone",
                          "led://receiver: back"}));
    EXPECT_EQ(receiver_.ids(), numbers(0, 1));
}

TEST_F(SendingPublisherTest, WhatIsLeftAtTheEndIsSentAtTheNextStart)
{
    receiver_.away = true;
    {
        auto publisher = open();
        for (int i = 0; i < 10; ++i)
            publisher->publish(made(i));
        ASSERT_TRUE(eventually([&] { return publisher->counts().away; }));
    }
    EXPECT_TRUE(receiver_.ids().empty());
    receiver_.away = false;
    auto publisher = open();
    publisher->publish(made(10));
    publisher.reset();
    EXPECT_EQ(receiver_.ids(), numbers(0, 11));
}

TEST_F(SendingPublisherTest, ARefusedLineDoesNotHoldUpTheOthers)
{
    receiver_.refuses = {"1"};
    auto publisher = open();
    for (int i = 0; i < 3; ++i)
        publisher->publish(made(i));
    ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    EXPECT_EQ(receiver_.ids(), (std::vector<std::string>{"0", "2"}));
    EXPECT_EQ(publisher->counts().refused, 1U);
    ASSERT_TRUE(eventually([&] { return !told().empty(); }));
    EXPECT_EQ(told()[0], "led://receiver: 1 lines refused so far, the last: not to its taste");
}

/* It answers: figures and log do not call it away for as long as it refuses all */
TEST_F(SendingPublisherTest, AReceiverThatRefusesIsThere)
{
    receiver_.away = true;
    receiver_.refuses = {"0"};
    auto publisher = open();
    publisher->publish(made(0));
    ASSERT_TRUE(eventually([&] { return publisher->counts().away; }));
    receiver_.away = false;
    ASSERT_TRUE(eventually([&] { return told().size() >= 2; }));
    EXPECT_EQ(publisher->counts().refused, 1U);
    EXPECT_FALSE(publisher->counts().away);
    publisher.reset();
    EXPECT_EQ(told(), (std::vector<std::string>{
                          "led://receiver: away, lines wait on disk: unplugged",
                          "led://receiver: 1 lines refused so far, the last: not to its taste",
                          "led://receiver: back"}));
}

TEST_F(SendingPublisherTest, WhyALineWaitsIsNotToldAsWhyAnotherWasRefused)
{
    receiver_.away = true;
    receiver_.refuses = {"0"};
    receiver_.fails = {"1"};
    auto publisher = open();
    publisher->publish(made(0));
    publisher->publish(made(1));
    const int tries = receiver_.tries;
    ASSERT_TRUE(eventually([&] { return receiver_.tries >= tries + 2; })); // of both together
    receiver_.away = false;
    ASSERT_TRUE(eventually([&] { return told().size() >= 2; }));
    EXPECT_EQ(told()[1], "led://receiver: 1 lines refused so far");
}

TEST_F(SendingPublisherTest, DroppedWindowsAreCountedAndTold)
{
    receiver_.away = true;
    auto publisher = open(/*bytes=*/10 * 300);
    for (int i = 0; i < 50; ++i)
        publisher->publish(made(i, i < 5 ? Message::Kind::AlarmBegin : Message::Kind::Window, 90));
    const PublisherCounts counts = publisher->counts();
    EXPECT_EQ(counts.published, 50U);
    EXPECT_EQ(counts.dropped_windows + counts.waiting, 50U);
    EXPECT_EQ(counts.dropped_alarms, 0U);
    const std::string begin =
        "led://receiver: no room for more waiting lines: the oldest were dropped, ";
    std::string line;
    ASSERT_TRUE(eventually([&] {
        for (const std::string &one : told())
            if (one.rfind(begin, 0) == 0)
                line = one;
        return !line.empty();
    }));
    const unsigned long windows = std::stoul(line.substr(begin.size())); // so far: more may come in
    EXPECT_EQ(line, begin + std::to_string(windows) + " of windows and 0 of alarms so far");
    EXPECT_GT(windows, 0U);
    EXPECT_LE(windows, counts.dropped_windows);
    receiver_.away = false;
    ASSERT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
    const auto got = receiver_.ids();
    EXPECT_EQ(std::vector<std::string>(got.begin(), got.begin() + 5), numbers(0, 5));
    EXPECT_EQ(got.back(), "49");
}

TEST_F(SendingPublisherTest, OnAFullDiskLinesWaitInMemoryAndThatIsTold)
{
    if (!mount_small_disk("size=256k"))
        GTEST_SKIP() << "a small tmpfs cannot be mounted here";
    receiver_.away = true;
    auto publisher = open();
    for (int i = 0; i < 300; ++i) // of 1 KB, on 256 KB
        publisher->publish(made(i, Message::Kind::AlarmBegin, 1000));
    EXPECT_EQ(publisher->counts().waiting, 300U);
    EXPECT_TRUE(eventually([&] {
        for (const std::string &text : told())
            if (text.find("lines wait in memory alone") != std::string::npos &&
                text.find("disk is full") != std::string::npos)
                return true;
        return false;
    }));
    receiver_.away = false;
    ASSERT_TRUE(eventually([&] { return receiver_.ids().size() >= 300; }));
    EXPECT_EQ(receiver_.ids(), numbers(0, 300));
    EXPECT_TRUE(eventually([&] { return publisher->counts().waiting == 0; }));
}

TEST_F(SendingPublisherTest, CamerasAreAnnouncedBeforeTheirLines)
{
    auto publisher = open();
    publisher->announce({"north", {"fight"}});
    EXPECT_TRUE(eventually([&] {
        const std::lock_guard<std::mutex> lock(receiver_.mutex);
        return receiver_.announced == std::vector<std::string>{"north"};
    }));
}

} // namespace
} // namespace fovea
