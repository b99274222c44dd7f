// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fovea {

/**
 * \brief Which of several tasks in hand comes no further
 *
 * While others move, nobody else would see it. Time counts where it is looked at, at most a second from look to look: a
 * process that was stopped does not stand still.
 */
class StandingTasks
{
public:
    using Clock = std::chrono::steady_clock;

    static constexpr std::chrono::seconds patience{
        120}; ///< a network may take a minute at a video's end

    /** \brief In hand from now on. Its time counts from the first share on, which may be 0 */
    void begin(std::size_t task, std::string name);

    /** \param share of it that is done; one that is not in hand is passed over */
    void set(std::size_t task, double share);

    void end(std::size_t task);

    /** \brief A line for each that stands beside others, told once until it moves. \param now not before the last look */
    std::vector<std::string> look(Clock::time_point now);

private:
    struct Task {
        std::string name;
        std::optional<double> share; ///< none: it was not told yet
        Clock::duration stood{0};
        bool is_told = false;
    };

    std::map<std::size_t, Task> tasks_;
    Clock::time_point looked_{};
};

} // namespace fovea
