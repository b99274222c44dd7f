// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "fovea/core/named_thread.h"

namespace fovea {

/**
 * \brief A thread behind a bounded queue: inference that must not hold up live video
 *
 * Jobs run in the order they were given. What a job throws comes out of the next offer() or
 * finish(), so that it reaches the bus like any error of the streaming thread; the first one,
 * where several jobs threw meanwhile. The thread goes on with the next job.
 */
class JobQueue
{
public:
    /** \param name of the thread, see named_thread() */
    JobQueue(std::size_t capacity, const char *name)
        : capacity_(capacity), thread_(named_thread(name, [this] { run(); }))
    {
    }

    ~JobQueue();
    JobQueue(const JobQueue &) = delete;
    JobQueue &operator=(const JobQueue &) = delete;

    /** \throw what an earlier job threw, for frames that have no job to offer */
    void check();

    /**
     * \brief False, and the job is dropped, when capacity jobs wait already
     * \throw what an earlier job threw; \a job is dropped
     */
    bool offer(std::function<void()> job);

    /**
     * \brief Waits until every job has run
     * \throw what one of them threw
     */
    void finish();

    /** \brief Drops the jobs that wait and what any threw, waits for the one that runs */
    void cancel();

private:
    void run();
    void rethrow();

    const std::size_t capacity_;
    std::mutex mutex_; ///< guards what follows, but for the thread
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;
    std::exception_ptr error_;
    bool busy_ = false;
    bool stopping_ = false;
    std::thread thread_; ///< last: it uses the members above
};

} // namespace fovea
