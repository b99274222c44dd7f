// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace fovea {

/** \brief Tells a thread that waits to come to its end; any thread may call it */
class StopFlag
{
public:
    void stop()
    {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            stopped_ = true;
        }
        changed_.notify_all();
    }

    bool stopped() const
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return stopped_;
    }

    /** \brief Sleeps so long, or until it is stopped. \return stopped() */
    bool wait(std::chrono::milliseconds duration) const
    {
        std::unique_lock<std::mutex> lock(mutex_);
        return changed_.wait_for(lock, duration, [this] { return stopped_; });
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    bool stopped_ = false;
};

} // namespace fovea
