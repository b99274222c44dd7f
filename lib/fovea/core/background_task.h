// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include "fovea/core/named_thread.h"

namespace fovea {

/**
 * \brief What a piece of work gives, its value or what it threw, from one thread to another
 *
 * Stands in for std::promise and std::future. These call std::call_once, whose state libstdc++ keeps in
 * exported variables: a library that brings its own libstdc++, as PyTorch's wheels do, has others.
 */
template <typename Value>
class Promised
{
public:
    /** \brief Does the work in the calling thread; once */
    template <typename Work>
    void settle(Work &&work)
    {
        std::optional<Value> value;
        std::exception_ptr error;
        try {
            value.emplace(std::forward<Work>(work)());
        } catch (...) {
            error = std::current_exception();
        }
        const std::lock_guard lock(mutex_);
        value_ = std::move(value);
        error_ = std::move(error);
        settled_ = true;
        changed_.notify_all(); // under the lock: who waits may destroy this
    }

    bool is_ready() const
    {
        const std::lock_guard lock(mutex_);
        return settled_;
    }

    /** \return whether it is there within that time */
    bool wait_for(std::chrono::milliseconds time) const
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, time, [this] { return settled_; });
    }

    /** \brief Waits; once. \throw what the work threw */
    Value get()
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return settled_; });
        if (error_)
            std::rethrow_exception(std::exchange(error_, nullptr));
        if (!value_)
            throw std::logic_error("a promised value is taken a second time");
        return *std::exchange(value_, std::nullopt);
    }

private:
    mutable std::mutex mutex_; ///< guards what follows
    mutable std::condition_variable changed_;
    std::optional<Value> value_;
    std::exception_ptr error_;
    bool settled_ = false;
};

/** \brief One value made on a thread of its own, which ends with this at the latest */
template <typename Value>
class BackgroundTask
{
public:
    /** \param name of the thread, see named_thread() */
    template <typename Work>
    BackgroundTask(const char *name, Work work)
        : thread_(named_thread(
              name, [this, work = std::move(work)]() mutable { promised_.settle(work); }))
    {
    }

    ~BackgroundTask() { thread_.join(); }

    BackgroundTask(const BackgroundTask &) = delete;
    BackgroundTask &operator=(const BackgroundTask &) = delete;

    bool is_ready() const { return promised_.is_ready(); }

    /** \brief Promised::wait_for() */
    bool wait_for(std::chrono::milliseconds time) const { return promised_.wait_for(time); }

    /** \brief Promised::get() */
    Value get() { return promised_.get(); }

private:
    Promised<Value> promised_;
    std::thread thread_; ///< last: it makes what is promised
};

} // namespace fovea
