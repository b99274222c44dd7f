// SPDX-License-Identifier: MIT
#include <cstdio>
#include <fstream>
#include <future>
#include <sys/resource.h>
#include <system_error>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "fovea/core/named_thread.h"

namespace fovea {
namespace {

/** \brief So much memory of addresses as this process has, and a little */
void take_no_more_memory()
{
    constexpr rlim_t a_little = 4 << 20;
    rlim_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlim_t most = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + a_little;
    const rlimit limit = {most, most};
    setrlimit(RLIMIT_AS, &limit);
}

/** \brief Ends this process with what is said of the first thread that finds no place */
[[noreturn]] void start_too_many()
{
    constexpr int many = 1000; // a C library keeps the stacks of some that have ended
    std::promise<void> never;
    const std::shared_future<void> end = never.get_future().share();
    std::vector<std::thread> threads;
    threads.reserve(many);
    take_no_more_memory();
    try {
        for (int i = 0; i < many; ++i)
            threads.push_back(named_thread("fovea-test", [end] { end.wait(); }));
    } catch (const std::system_error &error) {
        std::fputs(error.what(), stderr);
        _exit(3);
    }
    _exit(4);
}

TEST(NamedThread, ThatFindsNoPlaceIsSaidToBeOne)
{
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the sanitizer takes its own memory";
#endif
    EXPECT_EXIT(start_too_many(), testing::ExitedWithCode(3),
                "thread 'fovea-test' cannot be started; allow more processes or memory .*: "
                "Resource temporarily unavailable");
}

} // namespace
} // namespace fovea
