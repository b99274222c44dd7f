// SPDX-License-Identifier: MIT
#include "fovea/engine/threads.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr double small_call = 2e9; ///< 8 ms and more on one core

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

} // namespace

int processor_cores()
{
    return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
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
    return flops < small_call ? 1 : processor_cores();
}

} // namespace fovea
