// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "fovea/core/named_thread.h"

namespace fovea {

/**
 * \brief A thread beside the video, with one place before it: inference that must not hold up live video
 *
 * The newest work waits, not the first that came: what is said is of now. What work throws comes out of
 * the next check(), offer() or finish(), so that it reaches the bus like any error of the streaming
 * thread; the first one, where several threw meanwhile. The thread goes on with the next.
 * \tparam Work what it needs, moved to it
 */
template <typename Work>
class NewestQueue
{
public:
    /** \param name of the thread, see named_thread() */
    NewestQueue(const char *name, std::function<void(Work)> run)
        : run_(std::move(run)), thread_(named_thread(name, [this] { work(); }))
    {
    }

    ~NewestQueue()
    {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
            newest_.reset();
        }
        changed_.notify_all();
        thread_.join();
    }

    NewestQueue(const NewestQueue &) = delete;
    NewestQueue &operator=(const NewestQueue &) = delete;

    /** \throw what earlier work threw, for frames that have none to offer */
    void check()
    {
        const std::lock_guard lock(mutex_);
        rethrow();
    }

    /**
     * \brief The work waits, in the place of what waits already
     * \param hand_over gets what goes, and what comes to take over what must not be lost
     * \return whether something goes
     * \throw what earlier work threw; \a work is dropped
     */
    template <typename HandOver>
    bool offer(Work work, const HandOver &hand_over)
    {
        bool goes = false;
        {
            const std::lock_guard lock(mutex_);
            rethrow();
            goes = newest_.has_value();
            if (goes)
                hand_over(*newest_, &work);
            newest_ = std::move(work);
        }
        changed_.notify_all();
        return goes;
    }

    bool offer(Work work)
    {
        return offer(std::move(work), [](const Work &, Work *) {});
    }

    /**
     * \brief Waits until all work is done
     * \throw what it threw
     */
    void finish()
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !newest_.has_value() && !busy_; });
        rethrow();
    }

    /** \brief Drops what waits and what was thrown, waits for what runs */
    void cancel()
    {
        std::unique_lock lock(mutex_);
        newest_.reset();
        changed_.wait(lock, [this] { return !busy_; });
        error_ = nullptr;
    }

private:
    void work()
    {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return stopping_ || newest_.has_value(); });
            if (stopping_)
                return;
            std::optional<Work> taken = std::exchange(newest_, std::nullopt);
            busy_ = true;
            lock.unlock();
            std::exception_ptr error;
            try {
                run_(std::move(*taken));
            } catch (...) {
                error = std::current_exception();
            }
            taken.reset(); // what it holds goes before anyone is told that it is done
            lock.lock();
            if (error_ == nullptr)
                error_ = std::move(error);
            busy_ = false;
            changed_.notify_all();
        }
    }

    /* With the mutex held */
    void rethrow()
    {
        if (const std::exception_ptr error = std::exchange(error_, nullptr))
            std::rethrow_exception(error);
    }

    const std::function<void(Work)> run_;
    std::mutex mutex_; ///< guards what follows, but for the thread
    std::condition_variable changed_;
    std::optional<Work> newest_;
    std::exception_ptr error_;
    bool busy_ = false;
    bool stopping_ = false;
    std::thread thread_; ///< last: it uses the members above
};

} // namespace fovea
