// SPDX-License-Identifier: MIT
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <pthread.h>

#include "base/newest_queue.h"

namespace {

/** \brief Work that runs until it is let go */
class Gate
{
public:
    std::function<void()> work()
    {
        return [this] {
            entered_.set_value();
            open_.get_future().wait();
        };
    }

    void wait_entered() { entered_.get_future().wait(); }

    void open() { open_.set_value(); }

private:
    std::promise<void> entered_;
    std::promise<void> open_;
};

/** \brief Its work is a function, which it calls */
class NewestQueue : public testing::Test
{
protected:
    using Work = std::function<void()>;

    /** \brief Keeps the thread busy until gate_ is opened */
    void keep_busy()
    {
        queue_.offer(gate_.work());
        gate_.wait_entered();
    }

    Gate gate_;
    fovea::NewestQueue<Work> queue_{"fovea-test", [](const Work &work) { work(); }};
};

TEST_F(NewestQueue, WorksOnAThreadOfItsName)
{
    std::string name(16, '\0');
    queue_.offer([&name] { pthread_getname_np(pthread_self(), name.data(), name.size()); });
    queue_.finish();
    EXPECT_STREQ(name.c_str(), "fovea-test");
}

TEST_F(NewestQueue, TheNewestTakesThePlaceOfWhatWaits)
{
    keep_busy();
    std::string done;
    EXPECT_FALSE(queue_.offer([&] { done += "first "; }));
    EXPECT_TRUE(queue_.offer([&] { done += "second "; }));
    EXPECT_TRUE(queue_.offer([&] { done += "third "; }));
    gate_.open();
    queue_.finish();
    EXPECT_EQ(done, "third ");
    EXPECT_FALSE(queue_.offer([&] { done += "fourth "; }));
    queue_.finish();
    EXPECT_EQ(done, "third fourth ");
}

TEST(NewestQueueOfNumbers, WhatGoesHandsOverToWhatComes)
{
    Gate gate;
    std::vector<int> done;
    fovea::NewestQueue<int> queue("fovea-test", [&](int work) {
        if (work == 0)
            gate.work()();
        done.push_back(work);
    });
    queue.offer(0);
    gate.wait_entered();
    const auto sum = [](int gone, int *newest) { *newest += gone; };
    EXPECT_FALSE(queue.offer(1, sum));
    EXPECT_TRUE(queue.offer(20, sum));
    EXPECT_TRUE(queue.offer(300, sum));
    gate.open();
    queue.finish();
    EXPECT_EQ(done, (std::vector<int>{0, 321}));
}

TEST_F(NewestQueue, WhatWorkThrowsComesOutOfFinishOnce)
{
    queue_.offer([] { throw std::runtime_error("broken"); });
    EXPECT_THROW(queue_.finish(), std::runtime_error);
    EXPECT_NO_THROW(queue_.finish());
    EXPECT_NO_THROW(queue_.check());
}

TEST_F(NewestQueue, WhatWorkThrowsComesOutOfTheNextOfferAndWorkGoesOn)
{
    Gate first;
    queue_.offer([work = first.work()] {
        work();
        throw std::runtime_error("broken");
    });
    first.wait_entered();
    queue_.offer(gate_.work());
    first.open();
    gate_.wait_entered(); // so the one before has thrown
    bool ran = false;
    EXPECT_THROW(queue_.offer([&] { ran = true; }), std::runtime_error);
    gate_.open();
    queue_.finish();
    EXPECT_FALSE(ran);
    queue_.offer([&] { ran = true; });
    queue_.finish();
    EXPECT_TRUE(ran);
}

TEST_F(NewestQueue, TheFirstOfSeveralErrorsIsKept)
{
    queue_.offer([work = gate_.work()] {
        work();
        throw std::runtime_error("first");
    });
    gate_.wait_entered();
    queue_.offer([] { throw std::logic_error("second"); });
    gate_.open();
    EXPECT_THROW(queue_.finish(), std::runtime_error);
}

TEST_F(NewestQueue, CancelForgetsErrors)
{
    queue_.offer([] { throw std::runtime_error("broken"); });
    queue_.cancel();
    EXPECT_NO_THROW(queue_.finish());
}

TEST(NewestQueueOfPointers, GoesWithWorkStillWaiting)
{
    const auto held = std::make_shared<int>(0);
    Gate gate;
    {
        fovea::NewestQueue<std::shared_ptr<int>> queue("fovea-test",
                                                       [&](const std::shared_ptr<int> &work) {
                                                           if (work == nullptr)
                                                               gate.work()();
                                                       });
        queue.offer(nullptr);
        gate.wait_entered();
        queue.offer(held);
        EXPECT_EQ(held.use_count(), 2);
        gate.open();
    }
    EXPECT_EQ(held.use_count(), 1);
}

TEST(NewestQueueOfPointers, LetsGoOfWorkBeforeItIsToldAsDone)
{
    const auto held = std::make_shared<int>(0);
    fovea::NewestQueue<std::shared_ptr<int>> queue("fovea-test",
                                                   [](const std::shared_ptr<int> &) {});
    for (int i = 0; i < 100; ++i) {
        queue.offer(held);
        queue.finish();
        ASSERT_EQ(held.use_count(), 1);
    }
}

} // namespace
