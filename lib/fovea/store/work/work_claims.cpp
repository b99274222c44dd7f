// SPDX-License-Identifier: MIT
#include "fovea/store/work/work_claims.h"

#include <array>
#include <cerrno>
#include <sys/stat.h>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "fovea/core/errors.h"
#include "fovea/core/named_thread.h"
#include "fovea/core/random_id.h"
#include "fovea/core/utc.h"
#include "fovea/store/atomic_file.h"

namespace fovea {

namespace {

constexpr int renewals_a_lease = 4;

std::string host_name()
{
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

std::chrono::nanoseconds age_between(const struct stat &older, const struct stat &newer)
{
    return std::chrono::seconds(newer.st_mtim.tv_sec - older.st_mtim.tv_sec) +
           std::chrono::nanoseconds(newer.st_mtim.tv_nsec - older.st_mtim.tv_nsec);
}

} // namespace

WorkClaims::WorkClaims(std::filesystem::path folder, ClaimOptions options)
    : folder_(std::move(folder)), options_(options)
{
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error || access(folder_.c_str(), W_OK | X_OK) != 0)
        throw cannot_write(folder_, error ? error.value() : errno);
    heart_ = named_thread("fovea-claims", [this] { renew_claims(); });
}

WorkClaims::~WorkClaims()
{
    {
        const std::lock_guard lock(mutex_);
        stops_ = true;
    }
    stop_.notify_all();
    heart_.join();
    for (const auto &[work, claim] : std::map(held_)) {
        try {
            release(work);
        } catch (const std::exception &) {
            continue; // its lease ends by itself
        }
    }
}

/** A new file of random name that says \a state; it is to be renamed */
std::filesystem::path WorkClaims::written(const std::string &work, const WorkState &state) const
{
    auto part = folder_ / (random_id() + ".part");
    write_whole(part, claim_text(work, state));
    return part;
}

/** \return false where another made the claim of that number */
bool WorkClaims::put(const std::string &work, const WorkState &state) const
{
    const auto file = claim_file(folder_, work, state.claims - 1);
    const auto part = written(work, state);
    const int cause = move_to_free_name(part, file);
    if (cause != 0)
        unlink(part.c_str());
    if (cause != 0 && cause != EEXIST)
        throw cannot_write(file, cause);
    return cause == 0;
}

bool WorkClaims::take(const std::string &work, int ended)
{
    const WorkState before = state(work);
    const bool has_ended =
        ended != 0 && before.process == ended && before.host == host_name(); // within its lease
    if ((before.kind == WorkState::Kind::Running && !has_ended) ||
        (before.kind == WorkState::Kind::Failed && !options_.failed_again))
        return false;
    const WorkState mine = {WorkState::Kind::Running,   before.claims + 1,      host_name(),
                            static_cast<int>(getpid()), to_utc_text(now_utc()), ""};
    if (!put(work, mine))
        return false;
    const std::lock_guard lock(mutex_);
    held_[work] = mine;
    return true;
}

void WorkClaims::end(const std::string &work, WorkState::Kind kind, const std::string &cause)
{
    const std::lock_guard lock(mutex_);
    const auto held = held_.find(work);
    if (held == held_.end())
        return;
    WorkState ended = held->second;
    held_.erase(held);
    ended.kind = kind;
    ended.cause = cause;
    const auto file = claim_file(folder_, work, ended.claims - 1);
    std::error_code error;
    std::filesystem::rename(written(work, ended), file, error);
    if (error)
        throw cannot_write(file, error.value());
}

void WorkClaims::done(const std::string &work)
{
    end(work, WorkState::Kind::Done, "");
}

void WorkClaims::failed(const std::string &work, const std::string &cause)
{
    end(work, WorkState::Kind::Failed, cause);
}

void WorkClaims::release(const std::string &work)
{
    end(work, WorkState::Kind::Waiting, "");
}

/** By the clock of the file server, which stamps a new file */
bool WorkClaims::is_left(const std::filesystem::path &file) const
{
    const auto probe = folder_ / (random_id() + ".part");
    struct stat claim = {};
    struct stat now = {};
    const int descriptor = open(probe.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    const bool is_read =
        descriptor >= 0 && fstat(descriptor, &now) == 0 && stat(file.c_str(), &claim) == 0;
    if (descriptor >= 0)
        close(descriptor);
    unlink(probe.c_str());
    return is_read && age_between(claim, now) > options_.lease;
}

WorkState WorkClaims::state(const std::string &work) const
{
    WorkState state = last_claim(folder_, work);
    if (state.kind == WorkState::Kind::Running &&
        is_left(claim_file(folder_, work, state.claims - 1)))
        state.kind = WorkState::Kind::Left;
    return state;
}

void WorkClaims::renew_claims()
{
    std::unique_lock lock(mutex_);
    while (!stop_.wait_for(lock, options_.lease / renewals_a_lease, [this] { return stops_; })) {
        for (const auto &[work, claim] : held_)
            utimensat(AT_FDCWD, claim_file(folder_, work, claim.claims - 1).c_str(), nullptr, 0);
    }
}

} // namespace fovea
