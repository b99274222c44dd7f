// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cerrno>
#include <limits>
#include <string_view>

#include <dlfcn.h>
#include <pthread.h>

namespace fovea::test {

inline std::atomic<int> threads_left{std::numeric_limits<int>::max()};
inline std::atomic<int> refused_threads{0};

/** \brief While it is there, the process may have so many more threads of C++. To be included once in a program */
class FewThreads
{
public:
    explicit FewThreads(int left) { threads_left = left; }

    ~FewThreads() { threads_left = std::numeric_limits<int>::max(); }

    FewThreads(const FewThreads &) = delete;
    FewThreads &operator=(const FewThreads &) = delete;

    static int refused() { return refused_threads; }
};

} // namespace fovea::test

/* In place of the system's; those of GLib, which ends the process itself where there are none, it always gives */
extern "C" __attribute__((visibility("default"))) int pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *data)
{
    using Create = int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    static const auto create = reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
    Dl_info from = {};
    const bool is_of_cpp =
        dladdr(reinterpret_cast<void *>(body), &from) != 0 &&
        std::string_view(from.dli_fname).find("libstdc++") != std::string_view::npos;
    if (is_of_cpp && --fovea::test::threads_left < 0) {
        ++fovea::test::refused_threads;
        return EAGAIN;
    }
    return create(thread, attributes, body, data);
}
