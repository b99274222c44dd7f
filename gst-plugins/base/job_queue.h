#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace fovea {

/**
 * \brief A thread behind a bounded queue: inference that must not hold up live video
 *
 * Jobs run in the order they were given. A job must not throw.
 */
class JobQueue
{
public:
    explicit JobQueue(std::size_t capacity) : capacity_(capacity), thread_([this] { run(); }) {}

    ~JobQueue();
    JobQueue(const JobQueue &) = delete;
    JobQueue &operator=(const JobQueue &) = delete;

    /** \brief False, and the job is dropped, when capacity jobs wait already */
    bool offer(std::function<void()> job);

    /** \brief Waits until every job has run */
    void finish();

    /** \brief Drops the jobs that wait, waits for the one that runs */
    void cancel();

private:
    void run();

    const std::size_t capacity_;
    std::mutex mutex_; ///< guards what follows, but for the thread
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;
    bool busy_ = false;
    bool stopping_ = false;
    std::thread thread_; ///< last: it uses the members above
};

} // namespace fovea
