// SPDX-License-Identifier: MIT
#include "batch.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "interrupt.h"

namespace fovea {

namespace {

struct Tally {
    std::mutex mutex; ///< guards the counts
    int done = 0;
    int skipped = 0;
    int failed = 0;
    bool stopped = false;
};

double weight_of(const std::filesystem::path &file)
{
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    return error ? 1.0 : std::max(1.0, static_cast<double>(size));
}

/* Each file once, in the order given. */
std::vector<std::filesystem::path> distinct(const std::vector<std::filesystem::path> &files)
{
    std::vector<std::filesystem::path> result;
    std::set<std::filesystem::path> seen;
    for (const auto &file : files) {
        std::error_code error;
        const auto whole = std::filesystem::weakly_canonical(file, error);
        if (seen.insert(error ? file : whole).second)
            result.push_back(file);
    }
    return result;
}

void run_one(const Task &task, Progress &progress, Tally &tally,
             const std::function<Outcome(const Task &)> &work)
{
    try {
        const Outcome outcome = work(task);
        progress.say(outcome.line);
        const std::lock_guard lock(tally.mutex);
        ++(outcome.skipped ? tally.skipped : tally.done);
    } catch (const Interrupted &) {
        const std::lock_guard lock(tally.mutex);
        tally.stopped = true;
    } catch (const std::exception &error) {
        std::string text = error.what();
        if (text.find(task.file().filename().string()) == std::string::npos)
            text = "'" + task.file().string() + "': " + text;
        progress.warn("fovea: " + text);
        const std::lock_guard lock(tally.mutex);
        ++tally.failed;
    }
}

std::string summary(const Tally &tally, const std::string &done_word)
{
    std::string text = std::to_string(tally.done) + " " + done_word;
    if (tally.skipped > 0)
        text += ", " + std::to_string(tally.skipped) + " skipped";
    if (tally.failed > 0)
        text += ", " + std::to_string(tally.failed) + " failed";
    return text;
}

} // namespace

void Task::warn(const std::string &text) const
{
    progress_.warn("fovea: warning: '" + file_.string() + "' " + text);
}

int threads_of_each(int asked, int jobs)
{
    if (asked > 0 || jobs <= 1)
        return asked;
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / jobs);
}

int run_batch(const std::vector<std::filesystem::path> &files, const BatchOptions &options,
              const std::function<Outcome(const Task &)> &work)
{
    const auto wanted = distinct(files);
    double total = 0;
    for (const auto &file : wanted)
        total += weight_of(file);

    Progress progress(total);
    Tally tally;
    std::map<std::filesystem::path, std::filesystem::path> outputs;
    std::vector<std::filesystem::path> accepted;
    for (const auto &file : wanted) {
        const auto [entry, is_new] = outputs.emplace(options.output(file), file);
        if (is_new) {
            accepted.push_back(file);
            continue;
        }
        progress.warn("fovea: '" + file.string() + "' and '" + entry->second.string() +
                      "' would both write '" + entry->first.string() +
                      "'; give them other names, or another --out each");
        ++tally.failed;
    }

    std::atomic<std::size_t> next = 0;
    const auto take_files = [&] {
        for (std::size_t index = next++; index < accepted.size() && !interrupted();
             index = next++) {
            const double weight = weight_of(accepted[index]);
            const Task task(accepted[index], index, weight, progress);
            run_one(task, progress, tally, work);
            progress.set(index, weight, 1);
        }
    };
    std::vector<std::thread> threads;
    for (int i = 1; i < std::min<int>(options.jobs, static_cast<int>(accepted.size())); ++i)
        threads.emplace_back(take_files);
    take_files();
    for (std::thread &thread : threads)
        thread.join();

    if (tally.stopped || interrupted()) {
        progress.warn("fovea: interrupted; " + summary(tally, options.done_word) +
                      "; the same command goes on from here");
        return interrupted_exit_code;
    }
    if (wanted.size() > 1)
        progress.say(summary(tally, options.done_word));
    return tally.failed > 0 ? 1 : 0;
}

} // namespace fovea
