// SPDX-License-Identifier: MIT
#include <cstdio>
#include <string>

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include "few_threads.h"
#include "fovea/core/thread_shortage.h"

namespace fovea {
namespace {

/** \brief Leaves place for the stacks of 12 to 17 threads, and says what two say who claim 10 each */
[[noreturn]] void ask_with_place_for_some()
{
    const test::FewThreads few; // 12 of 8 MiB; a C library keeps up to 5 beside
    const int door = 0;
    const int yard = 0;
    const std::string first = claim_threads(&door, 10);
    const std::string again = claim_threads(&door, 10); // a short file that is looped
    const std::string beside = claim_threads(&yard, 10);
    const std::string now = thread_shortage(10);
    release_threads(&door);
    const std::string then = claim_threads(&yard, 10);
    std::fprintf(stderr, "'%s' '%s' '%s' '%s' '%s'", first.c_str(), again.c_str(), beside.c_str(),
                 now.c_str(), then.c_str());
    _exit(3);
}

TEST(ThreadShortage, CountsWhatOthersClaimUntilTheyHaveIt)
{
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the sanitizer takes its own memory";
#endif
    pthread_attr_t usual;
    pthread_attr_init(&usual);
    pthread_attr_setstacksize(&usual, 8 << 20);
    pthread_setattr_default_np(&usual);
    pthread_attr_destroy(&usual);
    EXPECT_EXIT(ask_with_place_for_some(), testing::ExitedWithCode(3),
                "'' '' 'needs 10 more threads, of which [1-9] can be started; allow more processes "
                "or memory .ulimit -u, ulimit -v, the limits of a container.' '' ''");
}

} // namespace
} // namespace fovea
