// SPDX-License-Identifier: MIT
#include "fovea/core/thread_shortage.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>

namespace fovea {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int most_claimed = 100; // of those that are coming up: whoever asks starts as many

/* Takes no memory of its own: each thread that does keeps a heap for good */
void *wait_for(void *gate)
{
    auto *mutex = static_cast<pthread_mutex_t *>(gate);
    pthread_mutex_lock(mutex);
    pthread_mutex_unlock(mutex);
    return nullptr;
}

/** \return how many of \a most threads are there together */
int startable_threads(int most)
{
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    std::vector<pthread_t> threads(static_cast<std::size_t>(most));
    pthread_mutex_lock(&gate);
    const auto end = std::find_if(threads.begin(), threads.end(), [&](pthread_t &thread) {
        return pthread_create(&thread, nullptr, wait_for, &gate) != 0;
    });
    pthread_mutex_unlock(&gate);
    std::for_each(threads.begin(), end, [](pthread_t thread) { pthread_join(thread, nullptr); });
    return static_cast<int>(end - threads.begin());
}

} // namespace

std::string thread_shortage(int count, std::chrono::seconds coming_up)
{
    static std::mutex mutex; // guards what is claimed, and that one asks at a time
    static std::vector<std::pair<Clock::time_point, int>> claims; // until when
    const std::lock_guard lock(mutex);
    const Clock::time_point now = Clock::now();
    claims.erase(std::remove_if(claims.begin(), claims.end(),
                                [&](const auto &claim) { return claim.first <= now; }),
                 claims.end());
    int claimed = 0;
    for (const auto &[until, threads] : claims)
        claimed = std::min(claimed + threads, most_claimed);
    const int started = startable_threads(claimed + count);
    if (started < claimed + count)
        return "needs " + std::to_string(count) + " more threads, of which " +
               std::to_string(std::max(0, started - claimed)) +
               " can be started; allow more processes or memory (ulimit -u, ulimit -v, the limits "
               "of a container)";
    claims.emplace_back(now + coming_up, count);
    return "";
}

int decoding_threads()
{
    constexpr int of_elements = 8;
    constexpr unsigned most_of_ffmpeg = 16; // whatever the cores
    return of_elements +
           static_cast<int>(std::min(std::thread::hardware_concurrency(), most_of_ffmpeg));
}

} // namespace fovea
