// SPDX-License-Identifier: MIT
#include "media/stall_watch.h"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include "fovea/core/time.h"

namespace fovea {

namespace {

double time_of(clockid_t clock)
{
    timespec time = {};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/* "12 (queue:src) D 1 ...": uninterruptible, as who waits for a disk or for NFS is; proc(5) */
bool waits_for_disk(const std::filesystem::path &task)
{
    std::ifstream file(task / "stat");
    std::string line;
    std::getline(file, line);
    const auto name_end = line.rfind(')');
    return name_end != std::string::npos && line.compare(name_end, 3, ") D") == 0;
}

/* "71 2500 9": ns on a processor, ns of waiting for one, turns; 0 where the kernel does not count */
double waited_for_processor_s(const std::filesystem::path &task)
{
    std::ifstream file(task / "schedstat");
    Nanoseconds used = 0;
    Nanoseconds waited = 0;
    file >> used >> waited;
    return to_seconds(waited);
}

} // namespace

bool StallWatch::look(const Signs &signs)
{
    const double used_s = signs.processor_s - since_.processor_s;
    if (signs.moved != since_.moved || signs.waits_for_disk || used_s > patience_ * idle_share ||
        used_s < 0) { // a thread ended, and its waits went with it
        since_ = signs;
        looks_ = 0;
        return false;
    }
    return ++looks_ >= patience_;
}

StallWatch::Signs StallWatch::signs(std::uint64_t moved)
{
    Signs signs;
    signs.moved = moved;
    const std::string own = std::to_string(gettid()); // to look is no work
    signs.processor_s = time_of(CLOCK_PROCESS_CPUTIME_ID) - time_of(CLOCK_THREAD_CPUTIME_ID);
    std::error_code none;
    for (const auto &task : std::filesystem::directory_iterator("/proc/self/task", none)) {
        signs.waits_for_disk = signs.waits_for_disk || waits_for_disk(task);
        if (task.path().filename() != own)
            signs.processor_s += waited_for_processor_s(task);
    }
    return signs;
}

} // namespace fovea
