// SPDX-License-Identifier: MIT
#include "media/stall_watch.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

namespace fovea {

namespace {

/* "12 (queue:src) D 1 ...": uninterruptible, as who waits for a disk or for NFS is; proc(5) */
bool waits_for_disk(const std::filesystem::path &task)
{
    std::ifstream file(task / "stat");
    std::string line;
    std::getline(file, line);
    const auto name_end = line.rfind(')');
    return name_end != std::string::npos && line.compare(name_end, 3, ") D") == 0;
}

} // namespace

bool StallWatch::look(const Signs &signs)
{
    const double allowed_s = patience_ * idle_share;
    if (signs.moved != since_.moved || signs.waits_for_disk ||
        signs.processor_s - since_.processor_s > allowed_s) {
        since_ = signs;
        looks_ = 0;
        return false;
    }
    return ++looks_ >= patience_ * looks_a_second;
}

StallWatch::Signs StallWatch::signs(std::uint64_t moved)
{
    Signs signs;
    signs.moved = moved;
    timespec used = {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    signs.processor_s = static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
    std::error_code none;
    const std::filesystem::directory_iterator tasks("/proc/self/task", none);
    signs.waits_for_disk = std::any_of(begin(tasks), end(tasks),
                                       [](const auto &task) { return waits_for_disk(task); });
    return signs;
}

} // namespace fovea
