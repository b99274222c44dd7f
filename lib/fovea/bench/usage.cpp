// SPDX-License-Identifier: MIT
#include "fovea/bench/usage.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <thread>

#include <unistd.h>

#include "fovea/core/named_thread.h"

namespace fovea {

namespace {

constexpr auto sample_interval = std::chrono::milliseconds(2);

/** Of /proc/PID/stat: the state stands behind the name, which is in brackets and may hold any */
bool is_running(const std::filesystem::path &stat)
{
    std::ifstream file(stat);
    std::string line;
    std::getline(file, line);
    const auto end = line.rfind(')');
    return end != std::string::npos && line.compare(end, 3, ") R") == 0;
}

class RunnableThreads
{
public:
    RunnableThreads() : sampler_(named_thread("fovea-usage", [this] { sample(); })) {}

    ~RunnableThreads() { stop(); }

    void stop()
    {
        stopped_ = true;
        if (sampler_.joinable())
            sampler_.join();
    }

    double mean() const { return samples_ == 0 ? 0 : sum_ / samples_; }

    int most() const { return most_; }

private:
    void sample()
    {
        const std::string own = std::to_string(gettid());
        while (!stopped_) {
            int running = 0;
            std::error_code error; // threads come and go
            for (const auto &task : std::filesystem::directory_iterator("/proc/self/task", error))
                running += task.path().filename() != own && is_running(task.path() / "stat");
            sum_ += running;
            ++samples_;
            most_ = std::max(most_, running);
            std::this_thread::sleep_for(sample_interval);
        }
    }

    double sum_ = 0;
    double samples_ = 0;
    int most_ = 0;
    std::atomic<bool> stopped_ = false;
    std::thread sampler_; ///< last: it uses the others
};

rusage usage_so_far()
{
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    return usage;
}

double processor_seconds(const rusage &usage)
{
    const auto seconds = [](const timeval &time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace

Json usage_of(const std::function<void()> &work)
{
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    const rusage before = usage_so_far();
    RunnableThreads threads;
    work();
    threads.stop();
    const rusage after = usage_so_far();
    const double passed = std::chrono::duration<double>(Clock::now() - start).count();
    return {{"cores_used", (processor_seconds(after) - processor_seconds(before)) / passed},
            {"runnable_threads", {{"mean", threads.mean()}, {"most", threads.most()}}},
            {"voluntary_switches", after.ru_nvcsw - before.ru_nvcsw},
            {"involuntary_switches", after.ru_nivcsw - before.ru_nivcsw}};
}

} // namespace fovea
