// SPDX-License-Identifier: MIT
#include "progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <unistd.h>

#include "fovea/core/clock_text.h"
#include "fovea/core/formatted.h"
#include "fovea/core/printable.h"

namespace fovea {

namespace {

constexpr std::chrono::milliseconds bar_interval(200);
constexpr std::chrono::seconds line_interval(15); // in logs
constexpr int bar_width = 30;
constexpr double trusted_share = 0.02; // before that the time left is a guess

} // namespace

Progress::Progress(double total_weight, std::size_t tasks)
    : total_(std::max(1.0, total_weight)), tasks_(tasks), terminal_(isatty(STDERR_FILENO) != 0)
{
}

Progress::~Progress()
{
    clear();
}

double Progress::share() const
{
    double sum = 0;
    for (const auto &[task, done] : done_)
        sum += done;
    return std::min(1.0, sum / total_);
}

void Progress::begin(std::size_t task, const std::string &name)
{
    const std::lock_guard lock(mutex_);
    standing_.begin(task, name);
}

void Progress::end(std::size_t task)
{
    const std::lock_guard lock(mutex_);
    standing_.end(task);
}

void Progress::set(std::size_t task, double weight, double share)
{
    const std::lock_guard lock(mutex_);
    done_[task] = weight * share;
    standing_.set(task, share);
    for (const std::string &line : standing_.look(Clock::now()))
        print("fovea: warning: " + line);
    if (share >= 1)
        ended_.insert(task);
    show();
}

void Progress::skip(std::size_t task, double weight)
{
    const std::lock_guard lock(mutex_);
    done_[task] = weight;
    ended_.insert(task);
    skipped_ += weight;
    show();
}

void Progress::say(const std::string &line)
{
    const std::lock_guard lock(mutex_);
    clear();
    std::fprintf(stdout, "%s\n", printable(line).c_str());
    std::fflush(stdout);
}

void Progress::warn(const std::string &line)
{
    const std::lock_guard lock(mutex_);
    print(line);
}

/* On stderr, under mutex_ */
void Progress::print(const std::string &line)
{
    clear();
    std::fprintf(stderr, "%s\n", printable(line).c_str());
}

void Progress::clear()
{
    if (visible_)
        std::fputs("\r\033[K", stderr);
    visible_ = false;
}

void Progress::show()
{
    const auto time = Clock::now();
    const auto since = time - shown_;
    if (terminal_ ? since < bar_interval : since < line_interval)
        return;
    shown_ = time;

    const double done = share();
    const double elapsed = std::chrono::duration<double>(time - started_).count();
    const auto seconds = seconds_left(elapsed, done, std::min(done, skipped_ / total_));
    const std::string text = progress_text(done, ended_.size(), tasks_, seconds);
    if (!terminal_) {
        std::fprintf(stderr, "%s\n", text.c_str());
        return;
    }
    const auto filled = static_cast<std::size_t>(std::lround(bar_width * done));
    const std::string bar = std::string(filled, '#') + std::string(bar_width - filled, '.');
    std::fprintf(stderr, "\r\033[K[%s] %s", bar.c_str(), text.c_str());
    std::fflush(stderr);
    visible_ = true;
}

void warn(const std::string &line)
{
    std::fprintf(stderr, "fovea: warning: %s\n", printable(line).c_str());
}

std::optional<double> seconds_left(double elapsed, double done, double skipped)
{
    const double worked = done - skipped;
    if (worked <= trusted_share * (1 - skipped))
        return std::nullopt;
    return elapsed * (1 - done) / worked;
}

std::string progress_text(double done, std::size_t ended, std::size_t tasks,
                          std::optional<double> seconds)
{
    std::string text = formatted("%.0f %% done", 100 * done);
    if (tasks > 1)
        text += ", " + std::to_string(ended) + " of " + std::to_string(tasks);
    return seconds ? text + ", " + clock_text(*seconds) + " left" : text;
}

} // namespace fovea
