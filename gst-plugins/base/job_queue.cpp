// SPDX-License-Identifier: MIT
#include "base/job_queue.h"

#include <utility>

namespace fovea {

JobQueue::~JobQueue()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        jobs_.clear();
    }
    changed_.notify_all();
    thread_.join();
}

void JobQueue::check()
{
    const std::lock_guard lock(mutex_);
    rethrow();
}

bool JobQueue::offer(std::function<void()> job)
{
    {
        const std::lock_guard lock(mutex_);
        rethrow();
        if (jobs_.size() >= capacity_)
            return false;
        jobs_.push_back(std::move(job));
    }
    changed_.notify_all();
    return true;
}

void JobQueue::finish()
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return jobs_.empty() && !busy_; });
    rethrow();
}

void JobQueue::cancel()
{
    std::unique_lock lock(mutex_);
    jobs_.clear();
    changed_.wait(lock, [this] { return !busy_; });
    error_ = nullptr;
}

/* With the mutex held */
void JobQueue::rethrow()
{
    if (const std::exception_ptr error = std::exchange(error_, nullptr))
        std::rethrow_exception(error);
}

void JobQueue::run()
{
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (stopping_)
            return;
        std::function<void()> job = std::move(jobs_.front());
        jobs_.pop_front();
        busy_ = true;
        lock.unlock();
        std::exception_ptr error;
        try {
            job();
        } catch (...) {
            error = std::current_exception();
        }
        job = nullptr; // what it holds goes before anyone is told that it is done
        lock.lock();
        if (error_ == nullptr)
            error_ = std::move(error);
        busy_ = false;
        changed_.notify_all();
    }
}

} // namespace fovea
