// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "../elements/few_threads.h"
#include "../lib/temporary_folder.h"
#include "batch.h"
#include "crash_guard.h"
#include "fovea/core/errors.h"
#include "interrupt.h"

namespace fovea::test {

namespace {

struct GuardedRun {
    int code = -1;    ///< -1: it ended by a signal
    std::string text; ///< of stdout and stderr
};

/** \brief Videos in a folder, and a batch over them in a guarded process of its own */
class CrashGuard : public ::testing::Test
{
protected:
    std::filesystem::path video(const std::string &name) const { return folder_.path() / name; }

    /** \brief Says that a video was begun, where a crash leaves it */
    void note(const Task &task) const
    {
        std::ofstream(folder_.path() / "begun", std::ios::app)
            << task.file().filename().string() << "\n";
    }

    std::string begun() const { return text_of("begun"); }

    pid_t start(const std::vector<std::string> &names, int jobs,
                const std::function<std::string(const Task &)> &work,
                const BatchShare &share = {}) const
    {
        std::vector<std::filesystem::path> videos;
        for (const std::string &name : names)
            videos.push_back(folder_.write(name, "v"));
        const pid_t process = fork();
        if (process != 0)
            return process;
        const int out =
            open((folder_.path() / "out").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
        dup2(out, STDOUT_FILENO);
        dup2(out, STDERR_FILENO);
        catch_interrupts();
        const auto output = [](const auto &video) { return video.string() + ".out"; };
        const int code = run_guarded([&] {
            return run_batch(videos, {"labelled", jobs, share, output}, work);
        });
        std::fflush(nullptr);
        _exit(code);
    }

    GuardedRun end_of(pid_t process) const
    {
        int status = 0;
        waitpid(process, &status, 0);
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of("out")};
    }

    std::string text_of(const std::string &name) const
    {
        std::stringstream text;
        text << std::ifstream(folder_.path() / name).rdbuf();
        return text.str();
    }

private:
    TemporaryFolder folder_;
};

std::string labelled(const Task &task)
{
    return task.file().filename().string() + ": labelled";
}

/** \brief The exit code of a training that ends where it is begun anew, by 7, or by the crash */
int code_of_training(const std::function<void()> &crashes)
{
    const pid_t process = fork();
    if (process == 0) {
        const int out = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(out, STDERR_FILENO);
        _exit(run_guarded(
            [&] {
                if (crashed_before())
                    return 7;
                crashes();
                return 0;
            },
            RunsAnew::BehindOneOfWork));
    }
    int status = 0;
    waitpid(process, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

TEST_F(CrashGuard, AVideoThatCrashesADecoderIsToldAndTheOthersAreDoneOnce)
{
    const GuardedRun run = end_of(start({"a", "b", "c"}, /*jobs=*/1, [&](const Task &task) {
        note(task);
        if (task.file().filename() == "b")
            std::abort();
        return labelled(task);
    }));
    EXPECT_EQ(run.code, 1) << run.text;
    EXPECT_EQ(begun(), "a\nb\nc\n");
    EXPECT_NE(run.text.find("2 labelled, 1 failed"), std::string::npos) << run.text;
    EXPECT_NE(run.text.find("/b' ended in a crash (Aborted)"), std::string::npos) << run.text;
}

TEST_F(CrashGuard, WhereMemoryIsLimitedACrashMayBeForWantOfIt)
{
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the sanitizer takes its own memory";
#endif
    rlimit before = {};
    getrlimit(RLIMIT_AS, &before);
    constexpr rlim_t plenty = rlim_t{1} << 40U;
    const rlimit limit = {plenty, before.rlim_max};
    setrlimit(RLIMIT_AS, &limit);
    const GuardedRun run =
        end_of(start({"a"}, /*jobs=*/1, [&](const Task &) -> std::string { std::abort(); }));
    setrlimit(RLIMIT_AS, &before);
    EXPECT_NE(run.text.find("most likely of its decoder, or for want of memory, of which ulimit -v "
                            "allows 1099511 MB; allow more, or make another file of it first"),
              std::string::npos)
        << run.text;
}

/* As in a container with a limit of processes */
TEST_F(CrashGuard, WhereThreadsAreFewFewerVideosAreDoneAtOnce)
{
    for (const int threads : {1, 0}) {
        const FewThreads few(threads);
        const GuardedRun run = end_of(start({"a", "b", "c"}, /*jobs=*/3, labelled));
        EXPECT_EQ(run.code, 0) << run.text;
        EXPECT_NE(run.text.find("3 labelled"), std::string::npos) << run.text;
    }
}

TEST_F(CrashGuard, TheClaimOfTheRunThatCrashedIsNotWaitedFor)
{
    BatchShare share;
    share.claims = video("claims");
    const auto start_time = std::chrono::steady_clock::now();
    const GuardedRun run = end_of(start(
        {"a", "b"}, /*jobs=*/1,
        [&](const Task &task) {
            if (task.file().filename() == "a")
                std::abort();
            return labelled(task);
        },
        share));
    EXPECT_NE(run.text.find("1 labelled, 1 failed"), std::string::npos) << run.text;
    EXPECT_NE(run.text.find("/a' ended in a crash"), std::string::npos) << run.text;
    EXPECT_LT(std::chrono::steady_clock::now() - start_time,
              std::chrono::seconds(share.lease_s / 2));
}

TEST_F(CrashGuard, OfSeveralInHandEachIsTriedAlone)
{
    const GuardedRun run = end_of(start({"a", "b", "c"}, /*jobs=*/2, [&](const Task &task) {
        note(task);
        if (task.file().filename() == "a") // until the crash, where it is not alone
            while (begun().find('b') == std::string::npos || begun().find('c') == std::string::npos)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (task.file().filename() == "b") {
            while (begun().find('a') == std::string::npos)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            std::abort();
        }
        return labelled(task);
    }));
    EXPECT_EQ(run.code, 1) << run.text;
    EXPECT_NE(run.text.find("while 2 videos were in hand"), std::string::npos) << run.text;
    EXPECT_NE(run.text.find("2 labelled, 1 failed"), std::string::npos) << run.text;
    EXPECT_NE(run.text.find("/b' ended in a crash"), std::string::npos) << run.text;
    EXPECT_EQ(begun().substr(4), "c\na\nb\n") << "first both, then the rest, then each alone";
}

TEST_F(CrashGuard, ACrashThatNoVideoIsToBlameForEndsTheCommandTheSecondTime)
{
    const pid_t process = fork();
    if (process == 0) {
        const int out = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(out, STDERR_FILENO);
        _exit(run_guarded([] { // NOLINT: it never returns
            std::abort();
            return 0;
        }));
    }
    EXPECT_EQ(end_of(process).code, 128 + SIGABRT);
}

TEST_F(CrashGuard, ACrashThatNoVideoIsToBlameForIsNotTheEndWhereWorkWasDone)
{
    const pid_t process = fork();
    if (process == 0)
        _exit(run_guarded([] {
            using Kind = WorkBefore::Kind;
            if (work_before("a").kind == Kind::New) {
                begin_work("a", "a");
                std::abort();
            }
            if (work_before("b").kind == Kind::New) {
                begin_work("b", "b");
                work_ended("b", Kind::Done);
                std::abort();
            }
            return 0;
        }));
    EXPECT_EQ(end_of(process).code, 0);
}

TEST_F(CrashGuard, AVideoThatCrashesATrainingIsLeftOut)
{
    const pid_t process = fork();
    if (process == 0)
        _exit(run_guarded(
            [] {
                std::string left_out;
                for (const std::string video : {"a", "b", "c"}) {
                    try {
                        const VideoInHand in_hand(video);
                        if (video == "b")
                            std::abort();
                    } catch (const Error &error) {
                        left_out += error.what();
                    }
                }
                return left_out.rfind("'b' ended in a crash", 0) == 0 ? 7 : 8;
            },
            RunsAnew::BehindOneOfWork));
    EXPECT_EQ(end_of(process).code, 7);
}

TEST_F(CrashGuard, ATrainingThatCrashesByItselfIsNotBegunAnew)
{
    EXPECT_EQ(code_of_training([] {
                  {
                      const VideoInHand in_hand("a");
                  }
                  std::abort();
              }),
              128 + SIGABRT);
}

TEST_F(CrashGuard, ATrainingIsBegunAnewForASingleVideoAndBeforeItsFirstEpochAlone)
{
    EXPECT_EQ(code_of_training([] {
                  const VideoInHand one("a");
                  std::abort();
              }),
              7);
    EXPECT_EQ(code_of_training([] {
                  const VideoInHand one("a"), other("b"); // neither can be tried alone
                  std::abort();
              }),
              128 + SIGABRT);
    EXPECT_EQ(code_of_training([] {
                  end_running_anew();
                  const VideoInHand one("a");
                  std::abort();
              }),
              128 + SIGABRT);
}

TEST_F(CrashGuard, WhoWaitsSeesWhatKilledTheCommandAndWhoReadsWhatMayHave)
{
    testing::internal::CaptureStderr();
    const pid_t process = fork();
    if (process == 0)
        _exit(run_guarded([] { return raise(SIGKILL); }));
    int status = 0;
    waitpid(process, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    const std::string told = testing::internal::GetCapturedStderr();
    EXPECT_EQ(told.find("fovea: killed (SIGKILL), by somebody or since the memory ran out"), 0U);
    EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 1) << told;
}

TEST_F(CrashGuard, ASignalToTheCommandInterruptsItsWork)
{
    const pid_t process = start({"a", "b"}, /*jobs=*/1, [&](const Task &task) -> std::string {
        note(task);
        while (!interrupted())
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        throw Interrupted();
    });
    while (begun().empty())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    kill(process, SIGTERM);
    const GuardedRun run = end_of(process);
    EXPECT_EQ(run.code, interrupted_exit_code) << run.text;
    EXPECT_EQ(begun(), "a\n");
}

} // namespace fovea::test
