// SPDX-License-Identifier: MIT
#include "sending_publisher_test.h"

namespace fovea {
namespace {

using std::chrono::milliseconds;
using test::SendingPublisherTest;

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
    auto publisher = open(/*bytes=*/1 << 20, std::chrono::seconds(1));
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
    receiver_.has_no_way = false;
    ASSERT_TRUE(eventually([&] { return told().size() >= 2; }));
    EXPECT_GT(receiver_.times()[4] - receiver_.times()[3], milliseconds(1000))
        << "the fourth pause";
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
