// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "standing_tasks.h"

namespace fovea {

/**
 * \brief Tells on stderr how far the work is: a bar on a terminal, a line now and then elsewhere
 *
 * Several tasks run at once, each with a weight (bytes of its file). Callable from any thread.
 */
class Progress
{
public:
    /** \param tasks how many there are, told with how many have ended; up to 1: nothing is told of them */
    explicit Progress(double total_weight, std::size_t tasks = 1);
    ~Progress();
    Progress(const Progress &) = delete;
    Progress &operator=(const Progress &) = delete;

    /** \brief The task is in hand until end(): where it comes no further beside others, that is told by its name */
    void begin(std::size_t task, const std::string &name);
    void end(std::size_t task);

    /** \param share of the task that is done, in [0, 1] */
    void set(std::size_t task, double weight, double share);

    /** \brief The task was done before: it costs nothing, and tells nothing of the time left */
    void skip(std::size_t task, double weight);

    /** \brief A line of its own on stdout, or stderr: the bar makes way for it */
    void say(const std::string &line);
    void warn(const std::string &line);

private:
    using Clock = std::chrono::steady_clock;

    double share() const;
    void show();
    void clear();
    void print(const std::string &line);

    std::mutex mutex_; ///< guards what follows
    double total_;
    std::size_t tasks_;
    std::set<std::size_t> ended_;
    std::map<std::size_t, double> done_; ///< weight done, by task
    StandingTasks standing_;
    double skipped_ = 0; ///< weight of it that was done before
    Clock::time_point started_ = Clock::now();
    Clock::time_point shown_ = started_;
    bool terminal_;
    bool visible_ = false;
};

/** \brief On stderr, while no work is in hand: "fovea: warning: LINE" */
void warn(const std::string &line);

/**
 * \brief Time left of work of which the share \a done in [0, 1] is over, \a skipped of it without work; none before
 * a fiftieth of what there was to do is done
 */
std::optional<double> seconds_left(double elapsed, double done, double skipped);

/** \brief "65 % done, 28 of 44, 0:07 left", as far as it is known; without how many of one task or none */
std::string progress_text(double done, std::size_t ended, std::size_t tasks,
                          std::optional<double> seconds);

} // namespace fovea
