// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <pthread.h>

namespace fovea {

/**
 * \brief A thread with a name, as `top -H` and debuggers show it
 * \param name at most 15 characters, for good
 * \throw std::system_error where no more can be started, with its name and a remedy
 */
template <typename Body>
std::thread named_thread(const char *name, Body body)
{
    try {
        return std::thread([name, body = std::move(body)]() mutable {
            pthread_setname_np(pthread_self(), name);
            body();
        });
    } catch (const std::system_error &error) { // says not even that it is of a thread
        throw std::system_error(error.code(),
                                std::string("thread '") + name +
                                    "' cannot be started; allow more processes or memory (ulimit "
                                    "-u, ulimit -v, the limits of a container)");
    }
}

} // namespace fovea
