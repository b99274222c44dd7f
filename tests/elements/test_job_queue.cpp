// SPDX-License-Identifier: MIT
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <pthread.h>

#include "base/job_queue.h"

namespace {

using fovea::JobQueue;

/** \brief A job that runs until it is let go */
class Gate
{
public:
    std::function<void()> job()
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

TEST(JobQueue, RunsJobsInTheirOrder)
{
    std::vector<int> order;
    JobQueue queue(3, "fovea-test");
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(queue.offer([&order, i] { order.push_back(i); }));
    queue.finish();
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
}

TEST(JobQueue, JobsRunOnAThreadOfItsName)
{
    std::string name(16, '\0');
    JobQueue queue(1, "fovea-test");
    queue.offer([&name] { pthread_getname_np(pthread_self(), name.data(), name.size()); });
    queue.finish();
    EXPECT_STREQ(name.c_str(), "fovea-test");
}

TEST(JobQueue, RefusesWhatDoesNotFitBesideTheRunningJob)
{
    Gate gate;
    JobQueue queue(1, "fovea-test");
    queue.offer(gate.job());
    gate.wait_entered();
    bool second = false;
    bool third = false;
    EXPECT_TRUE(queue.offer([&] { second = true; }));
    EXPECT_FALSE(queue.offer([&] { third = true; }));
    gate.open();
    queue.finish();
    EXPECT_TRUE(second);
    EXPECT_FALSE(third);
}

TEST(JobQueue, WhatAJobThrowsComesOutOfFinishOnce)
{
    JobQueue queue(1, "fovea-test");
    queue.offer([] { throw std::runtime_error("broken"); });
    EXPECT_THROW(queue.finish(), std::runtime_error);
    EXPECT_NO_THROW(queue.finish());
    EXPECT_NO_THROW(queue.check());
}

TEST(JobQueue, WhatAJobThrowsComesOutOfTheNextOffer)
{
    Gate first;
    Gate gate;
    JobQueue queue(1, "fovea-test");
    queue.offer([job = first.job()] {
        job();
        throw std::runtime_error("broken");
    });
    first.wait_entered();
    queue.offer(gate.job());
    first.open();
    gate.wait_entered(); // so the one before has thrown
    bool ran = false;
    EXPECT_THROW(queue.offer([&] { ran = true; }), std::runtime_error);
    gate.open();
    queue.finish();
    EXPECT_FALSE(ran);
    EXPECT_TRUE(queue.offer([&] { ran = true; }));
    queue.finish();
    EXPECT_TRUE(ran);
}

TEST(JobQueue, TheFirstOfSeveralErrorsIsKept)
{
    Gate gate;
    JobQueue queue(1, "fovea-test");
    queue.offer([job = gate.job()] {
        job();
        throw std::runtime_error("first");
    });
    gate.wait_entered();
    queue.offer([] { throw std::logic_error("second"); });
    gate.open();
    EXPECT_THROW(queue.finish(), std::runtime_error);
}

TEST(JobQueue, CancelForgetsErrors)
{
    JobQueue queue(1, "fovea-test");
    queue.offer([] { throw std::runtime_error("broken"); });
    queue.cancel();
    EXPECT_NO_THROW(queue.finish());
}

TEST(JobQueue, GoesWithJobsStillWaiting)
{
    auto held = std::make_shared<int>(0);
    const std::weak_ptr<int> left = held;
    Gate gate;
    {
        JobQueue queue(1, "fovea-test");
        queue.offer(gate.job());
        gate.wait_entered();
        queue.offer([held = std::move(held)] { ++*held; });
        gate.open();
    }
    EXPECT_TRUE(left.expired());
}

} // namespace
