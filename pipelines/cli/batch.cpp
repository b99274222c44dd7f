// SPDX-License-Identifier: MIT
#include "batch.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "crash_guard.h"
#include "fovea/core/named_thread.h"
#include "fovea/core/printable.h"
#include "fovea/engine/threads.h"
#include "fovea/store/claims_reader.h"
#include "fovea/store/web_video.h"
#include "fovea/store/work_claims.h"
#include "interrupt.h"

namespace fovea {

namespace {

struct Tally {
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

/* Each file of the share once, in the order given. */
std::vector<std::filesystem::path> distinct(const std::vector<std::filesystem::path> &files,
                                            const BatchShare &share)
{
    std::vector<std::filesystem::path> result;
    std::set<std::filesystem::path> seen;
    for (const auto &file : files) {
        if (!is_of(share, file))
            continue;
        std::error_code error;
        const auto whole = std::filesystem::weakly_canonical(file, error);
        if (seen.insert(error ? file : whole).second)
            result.push_back(file);
    }
    return result;
}

/** \brief A cause with the address in place of the copy of a video of a web server, which is gone when it is read */
std::string named_by_address(std::string cause, const std::filesystem::path &video)
{
    const std::string name = "/" + file_name_of(video).string() + "'";
    const std::size_t at = is_web_video(video.string()) ? cause.find(name) : std::string::npos;
    const std::size_t quote = at == std::string::npos ? at : cause.rfind('\'', at);
    if (quote == std::string::npos)
        return cause;
    return cause.replace(quote + 1, at + name.size() - quote - 2, video.string());
}

ClaimOptions claim_options(const BatchShare &share)
{
    return {std::chrono::seconds(share.lease_s), share.retries_failed};
}

/** The files of a run, and the claims on them where there are other runs */
class FileBatch
{
public:
    FileBatch(std::vector<std::filesystem::path> files, const BatchOptions &options,
              Progress &progress, const std::function<Outcome(const Task &)> &work)
        : files_(std::move(files)), options_(options), progress_(progress), work_(work)
    {
        if (!options.share.claims.empty())
            claims_ =
                std::make_unique<WorkClaims>(options.share.claims, claim_options(options.share));
    }

    Tally run();

private:
    void take_files();

    std::string key(std::size_t index) const { return options_.output(files_[index]).string(); }

    void take_next(std::size_t index);
    bool count_before(std::size_t index, WorkBefore::Kind kind);
    void take_file(std::size_t index);
    void wait_for_others();
    bool is_over(std::size_t index);
    void run_claimed(std::size_t index);
    std::string run_one(std::size_t index);

    std::vector<std::filesystem::path> files_;
    const BatchOptions &options_;
    Progress &progress_;
    const std::function<Outcome(const Task &)> &work_;
    std::unique_ptr<WorkClaims> claims_;
    std::atomic<std::size_t> next_ = 0;
    std::mutex mutex_; ///< guards what follows
    Tally tally_;
    std::exception_ptr error_;          ///< of the claims, which ends the run
    std::vector<std::size_t> suspects_; ///< files to be done one by one behind the others
    std::vector<std::size_t> others_;   ///< files that other runs had when it was their turn
};

Tally FileBatch::run()
{
    std::vector<std::thread> threads;
    for (int i = 1; i < std::min<int>(options_.jobs, static_cast<int>(files_.size())); ++i)
        threads.push_back(named_thread("fovea-video", [this] { take_files(); }));
    take_files();
    for (std::thread &thread : threads)
        thread.join();
    for (const std::size_t index : suspects_) {
        if (error_ == nullptr && !interrupted())
            take_file(index);
    }
    if (error_ != nullptr)
        std::rethrow_exception(error_);
    if (claims_ != nullptr)
        wait_for_others();
    tally_.stopped = tally_.stopped || interrupted();
    return tally_;
}

void FileBatch::take_files()
{
    for (std::size_t index = next_++; index < files_.size() && !interrupted(); index = next_++) {
        try {
            take_next(index);
        } catch (const std::exception &) { // of the claims: what is in hand is brought to its end
            next_ = files_.size();
            const std::lock_guard lock(mutex_);
            error_ = std::current_exception();
        }
    }
}

void FileBatch::take_next(std::size_t index)
{
    const WorkBefore::Kind before = work_before(key(index)).kind;
    if (before == WorkBefore::Kind::Suspect) {
        const std::lock_guard lock(mutex_);
        suspects_.push_back(index);
    } else if (!count_before(index, before)) {
        take_file(index);
    }
}

/** Whether a run that crashed had done with the file, and told what became of it */
bool FileBatch::count_before(std::size_t index, WorkBefore::Kind kind)
{
    using Kind = WorkBefore::Kind;
    if (kind != Kind::Done && kind != Kind::Skipped && kind != Kind::Failed)
        return false;
    progress_.skip(index, weight_of(files_[index]));
    const std::lock_guard lock(mutex_);
    ++(kind == Kind::Done ? tally_.done : kind == Kind::Skipped ? tally_.skipped : tally_.failed);
    return true;
}

void FileBatch::take_file(std::size_t index)
{
    if (claims_ == nullptr) {
        run_one(index);
    } else if (claims_->take(files_[index].string(), work_before(key(index)).process)) {
        run_claimed(index);
    } else {
        const std::lock_guard lock(mutex_);
        others_.push_back(index);
    }
}

void FileBatch::wait_for_others()
{
    constexpr auto pause = std::chrono::seconds(1);
    while (!interrupted()) {
        const auto over = [this](std::size_t index) { return is_over(index); };
        others_.erase(std::remove_if(others_.begin(), others_.end(), over), others_.end());
        if (others_.empty())
            return;
        std::this_thread::sleep_for(pause);
    }
}

/** Whether nothing is left to do about a file that another run had; where that run died, it is done here */
bool FileBatch::is_over(std::size_t index)
{
    const std::string work = files_[index].string();
    const WorkState state = claims_->state(work);
    switch (state.kind) {
    case WorkState::Kind::Running:
        return false;
    case WorkState::Kind::Done:
        ++tally_.skipped;
        break;
    case WorkState::Kind::Failed:
        ++tally_.failed;
        progress_.warn("fovea: failed on " + state.host + ": " + printable(state.cause) +
                       "; --retry-failed tries it again");
        break;
    default:
        if (!claims_->take(work))
            return false;
        run_claimed(index);
        return true;
    }
    progress_.skip(index, weight_of(files_[index]));
    return true;
}

void FileBatch::run_claimed(std::size_t index)
{
    const std::string work = files_[index].string();
    const std::string cause = run_one(index);
    if (interrupted())
        claims_->release(work);
    else if (cause.empty())
        claims_->done(work);
    else
        claims_->failed(work, cause);
}

/** \return why it failed; empty: it did not */
std::string FileBatch::run_one(std::size_t index)
{
    const double weight = weight_of(files_[index]);
    const Task task(files_[index], index, weight, progress_);
    std::string cause;
    bool skipped = false;
    if (work_before(key(index)).kind == WorkBefore::Kind::Culprit)
        options_.remove_left(task.file());
    try {
        begin_work(key(index), task.file());
        const Outcome outcome = work_(task);
        skipped = outcome.skipped;
        progress_.say(outcome.line);
        const std::lock_guard lock(mutex_);
        ++(skipped ? tally_.skipped : tally_.done);
    } catch (const Interrupted &) {
        const std::lock_guard lock(mutex_);
        tally_.stopped = true;
    } catch (const std::exception &error) {
        cause = named_by_address(error.what(), task.file());
        if (cause.find(task.file().filename().string()) == std::string::npos)
            cause = "'" + task.file().string() + "': " + cause;
        progress_.warn("fovea: " + cause);
        const std::lock_guard lock(mutex_);
        ++tally_.failed;
    }
    if (!interrupted())
        work_ended(key(index), skipped         ? WorkBefore::Kind::Skipped
                               : cause.empty() ? WorkBefore::Kind::Done
                                               : WorkBefore::Kind::Failed);
    if (skipped)
        progress_.skip(index, weight);
    else
        progress_.set(index, weight, 1);
    return cause;
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

DownloadOptions download_options(const Task &task, int patience_s)
{
    return {std::chrono::seconds(patience_s),
            [&task](const std::string &text) { task.warn(text); }};
}

int threads_of_each(int asked, int jobs)
{
    if (asked > 0 || jobs <= 1)
        return asked;
    return std::max(1, usable_cores() / jobs);
}

bool is_of(const BatchShare &share, const std::filesystem::path &file)
{
    return share.shard.holds(name_below(share.root, file));
}

int run_batch(const std::vector<std::filesystem::path> &files, const BatchOptions &options,
              const std::function<Outcome(const Task &)> &work)
{
    const auto wanted = distinct(files, options.share);
    double total = 0;
    for (const auto &file : wanted)
        total += weight_of(file);

    Progress progress(total);
    int refused = 0;
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
        ++refused;
    }

    Tally tally = FileBatch(std::move(accepted), options, progress, work).run();
    tally.failed += refused;
    if (tally.stopped) {
        progress.warn("fovea: interrupted; " + summary(tally, options.done_word) +
                      "; the same command goes on from here");
        return interrupted_exit_code;
    }
    if (files.size() > 1)
        progress.say(summary(tally, options.done_word));
    return tally.failed > 0 ? 1 : 0;
}

int tell_status(const std::vector<std::filesystem::path> &files, const BatchShare &share)
{
    const ClaimsReader claims(share.claims, std::chrono::seconds(share.lease_s));
    std::map<WorkState::Kind, int> counts;
    const auto wanted = distinct(files, share);
    for (const auto &file : wanted) {
        const WorkState state = claims.state(file.string());
        ++counts[state.kind];
        const std::string name = printable(file.string());
        const std::string worker =
            printable(state.host) + ", process " + std::to_string(state.process);
        if (state.kind == WorkState::Kind::Running)
            std::printf("running  %s  on %s, since %s\n", name.c_str(), worker.c_str(),
                        printable(state.since).c_str());
        else if (state.kind == WorkState::Kind::Left)
            std::printf("left     %s  by %s, which gives no sign of life\n", name.c_str(),
                        worker.c_str());
        else if (state.kind == WorkState::Kind::Failed)
            std::printf("failed   %s  %s\n", name.c_str(), printable(state.cause).c_str());
    }
    std::printf("%d done, %d running, %d left by dead runs, %d failed, %d waiting\n",
                counts[WorkState::Kind::Done], counts[WorkState::Kind::Running],
                counts[WorkState::Kind::Left], counts[WorkState::Kind::Failed],
                counts[WorkState::Kind::Waiting]);
    return counts[WorkState::Kind::Done] == static_cast<int>(wanted.size()) ? 0 : 1;
}

} // namespace fovea
