// SPDX-License-Identifier: MIT
#include "fovea/engine/threads.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr double small_call = 1e10; ///< 40 ms on one core; a clip of watch-both takes 7.8e9

int threads_of_environment()
{
    const char *text = std::getenv("FOVEA_THREADS");
    if (!text || *text == '\0')
        return 0;
    const std::string_view view(text);
    int threads = 0;
    const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), threads);
    if (error != std::errc() || end != view.data() + view.size() || threads < 1)
        throw Error(Error::Kind::Settings, "FOVEA_THREADS is '" + std::string(view) +
                                               "', expected a number of threads, 1 or more");
    return threads;
}

/** \brief From a line `0::/path`, without its first slash; empty where there is none */
std::filesystem::path group_of(const std::filesystem::path &own)
{
    constexpr std::string_view unified = "0::/";
    std::ifstream file(own);
    for (std::string line; std::getline(file, line);)
        if (line.compare(0, unified.size(), unified) == 0)
            return line.substr(unified.size());
    return {};
}

/** \brief Of `QUOTA PERIOD`, in microseconds; `max` and what cannot be read: 0 */
double quota_in(const std::filesystem::path &file)
{
    double quota = 0;
    double period = 0;
    std::ifstream(file) >> quota >> period;
    return quota > 0 && period > 0 ? quota / period : 0;
}

} // namespace

int quota_cores(const std::filesystem::path &groups, const std::filesystem::path &own)
{
    const std::filesystem::path group = group_of(own);
    double least = 0;
    std::filesystem::path folder = groups;
    const auto look = [&] {
        if (const double cores = quota_in(folder / "cpu.max"); cores > 0)
            least = least > 0 ? std::min(least, cores) : cores;
    };
    look(); // in a container the root is its own group
    for (const auto &part : group) {
        folder /= part;
        look();
    }
    return static_cast<int>(std::ceil(least));
}

int usable_cores()
{
    static const int cores = [] {
        const int allowed = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
        const int quota = quota_cores();
        return quota > 0 ? std::min(allowed, quota) : allowed;
    }();
    return cores;
}

int threads_for(int asked, double flops)
{
    if (asked < 0)
        throw Error(Error::Kind::Settings,
                    "threads is " + std::to_string(asked) + ", expected 0 (a choice) or more");
    if (asked > 0)
        return asked;
    if (const int set = threads_of_environment(); set > 0)
        return set;
    return flops < small_call ? 1 : usable_cores();
}

} // namespace fovea
