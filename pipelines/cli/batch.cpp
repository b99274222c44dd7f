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
#include <system_error>
#include <thread>

#include "crash_guard.h"
#include "fovea/core/error_text.h"
#include "fovea/core/formatted.h"
#include "fovea/core/named_thread.h"
#include "fovea/core/printable.h"
#include "fovea/engine/threads.h"
#include "fovea/store/staging_folder.h"
#include "fovea/store/web_video.h"
#include "fovea/store/work/work_claims.h"
#include "full_disks.h"
#include "interrupt.h"

namespace fovea {

namespace {

constexpr std::chrono::minutes folder_patience(3); ///< NFS keeps the locks of a dead machine 90 s

struct Tally {
    int done = 0;
    int skipped = 0;
    int failed = 0;
    int left = 0; ///< since their disk is full
    bool stopped = false;
};

double weight_of(const std::filesystem::path &file)
{
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    return error ? 1.0 : std::max(1.0, static_cast<double>(size));
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
              Progress &progress, const std::function<std::string(const Task &)> &work)
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
    bool is_left(std::size_t index);
    bool is_done(std::size_t index);
    void wait_for_others();
    bool is_over(std::size_t index);
    void run_claimed(std::size_t index);
    std::string run_one(std::size_t index);
    std::string made_now(const Task &task) const;

    std::vector<std::filesystem::path> files_;
    const BatchOptions &options_;
    Progress &progress_;
    const std::function<std::string(const Task &)> &work_;
    std::unique_ptr<WorkClaims> claims_;
    std::atomic<std::size_t> next_ = 0;
    FullDisks full_;
    std::mutex mutex_; ///< guards what follows
    Tally tally_;
    std::exception_ptr error_;          ///< of the claims, which ends the run
    std::vector<std::size_t> suspects_; ///< files to be done one by one behind the others
    std::vector<std::size_t> others_;   ///< files that other runs had when it was their turn
};

Tally FileBatch::run()
{
    std::vector<std::thread> threads;
    try {
        for (int i = 1; i < std::min<int>(options_.jobs, static_cast<int>(files_.size())); ++i)
            threads.push_back(named_thread("fovea-video", [this] { take_files(); }));
    } catch (const std::system_error &) { // no more are to be had: fewer files at once
    }
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
    if (is_left(index))
        return;
    if (claims_ == nullptr) {
        run_one(index);
    } else if (is_done(index)) {
        return;
    } else if (claims_->take(work_of(options_.share, files_[index]),
                             work_before(key(index)).process)) {
        run_claimed(index);
    } else {
        const std::lock_guard lock(mutex_);
        others_.push_back(index);
    }
}

/** Whether a file's result would go to a full disk: it would be decoded in vain, and called failed */
bool FileBatch::is_left(std::size_t index)
{
    if (!full_.holds(key(index)) || !options_.made_before(files_[index]).empty())
        return false;
    progress_.skip(index, weight_of(files_[index]));
    const std::lock_guard lock(mutex_);
    ++tally_.left;
    return true;
}

/** Whether the claims call a file done and its result is there: it is told, and needs no claim of its own */
bool FileBatch::is_done(std::size_t index)
{
    if (claims_->state(work_of(options_.share, files_[index])).kind != WorkState::Kind::Done)
        return false;
    const std::string line = options_.made_before(files_[index]);
    if (line.empty())
        return false;
    progress_.say(line);
    progress_.skip(index, weight_of(files_[index]));
    work_ended(key(index), WorkBefore::Kind::Skipped);
    const std::lock_guard lock(mutex_);
    ++tally_.skipped;
    return true;
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
    const std::string work = work_of(options_.share, files_[index]);
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
        if (is_left(index))
            return true;
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
    const std::string work = work_of(options_.share, files_[index]);
    const std::string cause = run_one(index);
    if (interrupted() || is_of_full_disk(cause))
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
    progress_.begin(index, task.file().string());
    if (work_before(key(index)).kind == WorkBefore::Kind::Culprit)
        options_.remove_left(task.file());
    try {
        begin_work(key(index), task.file());
        const std::string before = options_.made_before(task.file());
        skipped = !before.empty();
        progress_.say(skipped ? before : made_now(task));
        const std::lock_guard lock(mutex_);
        ++(skipped ? tally_.skipped : tally_.done);
    } catch (const Interrupted &) {
        const std::lock_guard lock(mutex_);
        tally_.stopped = true;
    } catch (const std::exception &error) {
        cause = named_by_address(error_text(error), task.file());
        if (cause.find(task.file().filename().string()) == std::string::npos)
            cause = "'" + task.file().string() + "': " + cause;
        progress_.warn("fovea: " + cause);
        const std::lock_guard lock(mutex_);
        ++tally_.failed;
        if (is_of_full_disk(cause))
            full_.add(key(index));
    }
    if (!interrupted())
        work_ended(key(index), skipped         ? WorkBefore::Kind::Skipped
                               : cause.empty() ? WorkBefore::Kind::Done
                                               : WorkBefore::Kind::Failed);
    progress_.end(index);
    if (skipped)
        progress_.skip(index, weight);
    else
        progress_.set(index, weight, 1);
    return cause;
}

/** Whose claim was taken over may write there yet, for a while: its machine slept, or a server keeps its lock */
std::string FileBatch::made_now(const Task &task) const
{
    const auto end = std::chrono::steady_clock::now() + folder_patience;
    while (true) {
        try {
            return work_(task);
        } catch (const FolderInUse &) {
            if (claims_ == nullptr || std::chrono::steady_clock::now() > end)
                throw;
        }
        if (interrupted())
            throw Interrupted();
        std::this_thread::sleep_for(std::chrono::seconds(1));
        if (std::string before = options_.made_before(task.file()); !before.empty())
            return before;
    }
}

std::string summary(const Tally &tally, const std::string &done_word)
{
    std::string text = std::to_string(tally.done) + " " + done_word;
    if (tally.skipped > 0)
        text += ", " + std::to_string(tally.skipped) + " skipped";
    if (tally.failed > 0)
        text += ", " + std::to_string(tally.failed) + " failed";
    if (tally.left > 0)
        text += ", " + std::to_string(tally.left) + " left";
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

int run_batch(const std::vector<std::filesystem::path> &files, const BatchOptions &options,
              const std::function<std::string(const Task &)> &work)
{
    const auto wanted = files_of(options.share, files);
    double total = 0;
    for (const auto &file : wanted)
        total += weight_of(file);

    Progress progress(total, wanted.size());
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
                      "' would both write '" + entry->first.string() + "'; " + options.remedy);
        ++refused;
    }

    Tally tally = FileBatch(std::move(accepted), options, progress, work).run();
    tally.failed += refused;
    if (tally.stopped) {
        progress.warn("fovea: interrupted; " + summary(tally, options.done_word) +
                      "; the same command goes on from here");
        return interrupted_exit_code;
    }
    if (tally.left > 0)
        progress.warn(
            "fovea: left " + counted(static_cast<std::size_t>(tally.left), "video") +
            ", since the disk of the results is full; the same command goes on from here");
    if (files.size() > 1)
        progress.say(summary(tally, options.done_word));
    return tally.failed + tally.left > 0 ? 1 : 0;
}

} // namespace fovea
