// SPDX-License-Identifier: MIT
#include "fovea/core/thread_shortage.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include <pthread.h>

namespace fovea {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds coming_up(5); // for threads to be there
constexpr int most_claimed = 100;            // whoever claims some starts as many

struct Claim {
    Clock::time_point until;
    int threads = 0;
};

struct Claims {
    std::mutex mutex; // one claims at a time
    std::map<const void *, Claim> of;
};

/** \brief Of the program or the plugin: each has this room, and claims of its own */
Claims &claims()
{
    static Claims all;
    return all;
}

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

std::string shortage_beside(int claimed, int count)
{
    const int started = startable_threads(claimed + count);
    if (started == claimed + count)
        return "";
    return "needs " + std::to_string(count) + " more threads, of which " +
           std::to_string(std::max(0, started - claimed)) +
           " can be started; allow more processes or memory (ulimit -u, ulimit -v, the limits "
           "of a container)";
}

} // namespace

std::string thread_shortage(int count)
{
    return shortage_beside(0, count);
}

std::string claim_threads(const void *whose, int count)
{
    const std::lock_guard lock(claims().mutex);
    const Clock::time_point now = Clock::now();
    claims().of.erase(whose);
    int claimed = 0;
    for (auto claim = claims().of.begin(); claim != claims().of.end();) {
        if (claim->second.until > now)
            claimed = std::min(claimed + (claim++)->second.threads, most_claimed);
        else
            claim = claims().of.erase(claim);
    }
    std::string shortage = shortage_beside(claimed, count);
    if (shortage.empty())
        claims().of[whose] = {now + coming_up, count};
    return shortage;
}

void release_threads(const void *whose)
{
    const std::lock_guard lock(claims().mutex);
    claims().of.erase(whose);
}

int decoding_threads()
{
    constexpr int of_elements = 8;
    constexpr unsigned most_of_ffmpeg = 16; // whatever the cores
    return of_elements +
           static_cast<int>(std::min(std::thread::hardware_concurrency(), most_of_ffmpeg));
}

} // namespace fovea
