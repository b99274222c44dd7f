// SPDX-License-Identifier: MIT
#pragma once

#include <thread>
#include <utility>

#include <pthread.h>

namespace fovea {

/**
 * \brief A thread with a name, as `top -H` and debuggers show it
 * \param name at most 15 characters, for good
 */
template <typename Body>
std::thread named_thread(const char *name, Body body)
{
    return std::thread([name, body = std::move(body)]() mutable {
        pthread_setname_np(pthread_self(), name);
        body();
    });
}

} // namespace fovea
