// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>
#include <optional>
#include <random>
#include <stdexcept>
#include <sys/wait.h>

#include <unistd.h>

namespace fovea {

/**
 * \brief The last number that a process tells before it is killed in the midst of its work
 * \param work what the process does, without an end: it calls its argument with each number
 * \param most numbers that it is let tell at least, 1 to this
 * \return none: it told none
 */
template <typename Number, typename Work>
std::optional<Number> told_by_killed(const Work &work, unsigned most, std::mt19937 *random)
{
    int ends[2];
    if (pipe(ends) != 0)
        throw std::runtime_error("no pipe");
    const pid_t child = fork();
    if (child < 0)
        throw std::runtime_error("no process");
    if (child == 0) {
        try {
            work([&](Number number) { (void)!write(ends[1], &number, sizeof number); });
        } catch (...) { // the test goes on in the parent alone
        }
        _exit(1);
    }
    close(ends[1]);
    std::optional<Number> told;
    const auto is_told = [&] {
        Number number = 0;
        if (read(ends[0], &number, sizeof number) != sizeof number)
            return false;
        told = number;
        return true;
    };
    for (unsigned left = 1 + (*random)() % most; left > 0; --left)
        is_told();
    usleep((*random)() % 2000);
    kill(child, SIGKILL);
    while (is_told()) {
    }
    close(ends[0]);
    waitpid(child, nullptr, 0);
    return told;
}

} // namespace fovea
