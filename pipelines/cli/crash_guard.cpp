// SPDX-License-Identifier: MIT
#include "crash_guard.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <utility>

#include <unistd.h>

#include "fovea/core/errors.h"
#include "interrupt.h"

namespace fovea {

namespace {

/** \brief What the command says while it runs, kept where a crash does not reach it: in memory of both processes */
class Journal
{
public:
    Journal() : file_(memfd_create("fovea-journal", MFD_CLOEXEC)) {}

    ~Journal() { close(file_); }

    Journal(const Journal &) = delete;
    Journal &operator=(const Journal &) = delete;

    bool is_open() const { return file_ >= 0; }

    WorkBefore before(const std::string &work) const
    {
        const auto found = known_.find(work);
        return found != known_.end() ? found->second : WorkBefore();
    }

    int crashes() const { return crashes_; }

    /** \brief A line that is written at once, so that those of several threads do not mix */
    void write(char what, const std::string &work) const
    {
        const std::string line = what + work + '\0';
        if (::write(file_, line.data(), line.size()) < 0)
            std::perror("fovea: the journal of the videos in hand");
    }

    /** \brief Says who is to blame for the crash of a process \return whether to run anew */
    bool blame(pid_t process, int signal, RunsAnew when);

private:
    std::set<std::string> read_in_hand();

    int file_;
    off_t read_ = 0; ///< so much of the file is in what follows
    std::map<std::string, WorkBefore> known_;
    int crashes_ = 0;
    bool is_final_ = false;
};

constexpr char begins = 'b';
constexpr char is_let_go = 'l'; // ended, and nothing is known by it
constexpr char is_final = 'n';  // no run anew from here on
constexpr std::array ends = {std::pair('d', WorkBefore::Kind::Done),
                             std::pair('s', WorkBefore::Kind::Skipped),
                             std::pair('f', WorkBefore::Kind::Failed)};

/** \brief Takes up what was written since the last crash \return what was begun and did not end */
std::set<std::string> Journal::read_in_hand()
{
    std::string text;
    std::array<char, 65536> block = {};
    for (ssize_t size = 0; (size = pread(file_, block.data(), block.size(), read_)) > 0;
         read_ += size)
        text.append(block.data(), static_cast<std::size_t>(size));

    std::set<std::string> in_hand;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\0', at), text.size());
        const std::string work = text.substr(at + 1, end - at - 1);
        const auto *const kind = std::find_if(
            ends.begin(), ends.end(), [&](const auto &one) { return one.first == text[at]; });
        is_final_ = is_final_ || text[at] == is_final;
        if (text[at] == begins)
            in_hand.insert(work);
        else
            in_hand.erase(work);
        if (kind != ends.end())
            known_[work] = {kind->second, ""};
        at = end + 1;
    }
    return in_hand;
}

bool Journal::blame(pid_t process, int signal, RunsAnew when)
{
    const off_t known = read_;
    const std::set<std::string> in_hand = read_in_hand();
    ++crashes_;
    for (const std::string &work : in_hand)
        known_[work] = {in_hand.size() == 1 ? WorkBefore::Kind::Culprit : WorkBefore::Kind::Suspect,
                        strsignal(signal), process};
    if (is_final_ || (when == RunsAnew::BehindOneOfWork && in_hand.size() != 1))
        return false;
    if (in_hand.size() > 1)
        std::fprintf(
            stderr,
            "fovea: warning: something crashed (%s) while %zu videos were in hand; each of "
            "them is tried alone\n",
            strsignal(signal), in_hand.size());
    return !in_hand.empty() || read_ > known || crashes_ == 1;
}

const Journal *journal = nullptr; // of this process; null: it is not guarded

int status_of(pid_t process)
{
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

bool has_threads()
{
    std::error_code error;
    const std::filesystem::directory_iterator tasks("/proc/self/task", error);
    return error || std::distance(begin(tasks), end(tasks)) != 1;
}

/** OpenBLAS has threads from when it is loaded on; it ends them before a fork, and what is left then is others' */
bool has_threads_of_others()
{
    constexpr int looks = 200; // a thread that has ended is listed for a moment
    if (!has_threads())
        return false;
    const pid_t probe = fork();
    if (probe == 0)
        _exit(0);
    if (probe < 0)
        return true;
    status_of(probe);
    for (int i = 0; i < looks && has_threads(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return has_threads();
}

bool is_crash(int signal)
{
    constexpr std::array crashes = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
    return std::count(crashes.begin(), crashes.end(), signal) > 0;
}

/** Of a process that was to end: whoever waits sees what it would have seen of the command without a guard */
[[noreturn]] void end_by(int signal)
{
    std::signal(signal, SIG_DFL);
    raise(signal);
    _exit(128 + signal);
}

/* Which nobody can catch */
void tell_kill(int signal)
{
    if (signal == SIGKILL)
        std::fputs("fovea: killed (SIGKILL), by somebody or since the memory ran out: allow more "
                   "(the limits of the container or unit), or let it do less at once (--jobs, "
                   "--batch); what was done before is kept\n",
                   stderr);
}

/* Libraries seldom look whether they got what they asked for */
std::string for_want_of_memory()
{
    rlimit limit = {};
    getrlimit(RLIMIT_AS, &limit);
    if (limit.rlim_cur == RLIM_INFINITY)
        return "; ";
    return ", or for want of memory, of which ulimit -v allows " +
           std::to_string(limit.rlim_cur / 1'000'000) + " MB; allow more, or ";
}

} // namespace

int run_guarded(const std::function<int()> &command, RunsAnew when)
{
    Journal kept;
    if (!kept.is_open() || has_threads_of_others() || !share_interrupts())
        return command();
    const pid_t guard = getpid();
    while (true) {
        std::fflush(nullptr); // else both would write it
        const pid_t process = fork();
        if (process < 0)
            return command();
        if (process == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != guard) // it died before
                _exit(1);
            journal = &kept;
            const int code = command(); // what it throws ends this process
            journal = nullptr;
            return code;
        }
        const int status = status_of(process);
        if (WIFEXITED(status))
            return WEXITSTATUS(status);
        const int signal = WTERMSIG(status);
        if (!is_crash(signal)) {
            tell_kill(signal);
            end_by(signal);
        }
        if (isatty(STDERR_FILENO) != 0)
            std::fputs("\r\033[K", stderr); // a bar of the progress that stands there
        if (interrupted() || !kept.blame(process, signal, when)) {
            std::fprintf(stderr, "fovea: %s\n", strsignal(signal));
            return 128 + signal;
        }
    }
}

WorkBefore work_before(const std::string &work)
{
    return journal != nullptr ? journal->before(work) : WorkBefore();
}

void begin_work(const std::string &work, const std::filesystem::path &video)
{
    if (const WorkBefore before = work_before(work); before.kind == WorkBefore::Kind::Culprit)
        throw Error(Error::Kind::Settings,
                    "'" + video.string() + "' ended in a crash (" + before.cause +
                        "), most likely of its decoder" + for_want_of_memory() +
                        "make another file of it first, for example with: ffmpeg -i FILE -pix_fmt "
                        "yuv420p OTHER.mp4");
    if (journal != nullptr)
        journal->write(begins, work);
}

void work_ended(const std::string &work, WorkBefore::Kind kind)
{
    const auto *const end =
        std::find_if(ends.begin(), ends.end(), [&](const auto &one) { return one.second == kind; });
    if (journal != nullptr && end != ends.end())
        journal->write(end->first, work);
}

void end_running_anew()
{
    if (journal != nullptr)
        journal->write(is_final, "");
}

VideoInHand::VideoInHand(const std::filesystem::path &video) : work_(video.string())
{
    begin_work(work_, video);
}

VideoInHand::~VideoInHand()
{
    if (journal != nullptr)
        journal->write(is_let_go, work_);
}

bool crashed_before()
{
    return journal != nullptr && journal->crashes() > 0;
}

} // namespace fovea
