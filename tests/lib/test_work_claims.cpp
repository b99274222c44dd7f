// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "fovea/core/errors.h"
#include "fovea/store/work/claims_reader.h"
#include "fovea/store/work/work_claims.h"

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

std::atomic<bool> has_links = true;

} // namespace

/* In the place of libc's: as on a share of SMB */
extern "C" int link(const char *from, const char *to) noexcept
{
    if (has_links)
        return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
    errno = EOPNOTSUPP;
    return -1;
}

namespace fovea {

namespace {

using Kind = WorkState::Kind;

class Claims : public testing::Test
{
protected:
    void SetUp() override { fs::remove_all(folder_); }

    void TearDown() override { fs::remove_all(folder_); }

    /** \brief As if the claims had last been renewed then */
    void make_older_by(std::chrono::minutes time) const
    {
        for (const auto &entry : fs::directory_iterator(folder_))
            fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - time);
    }

    /** \brief Since the only claim was renewed */
    fs::file_time_type::duration age() const
    {
        return fs::file_time_type::clock::now() -
               fs::directory_iterator(folder_)->last_write_time();
    }

    fs::path folder_ =
        fs::temp_directory_path() / ("fovea-claims-" + std::to_string(getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
};

/** Runs \a work in a process that ends as if it was killed: nothing is cleaned up */
template <typename Work>
pid_t in_a_process_that_dies(const Work &work)
{
    const pid_t child = fork();
    if (child == 0) {
        work();
        _exit(0);
    }
    return child;
}

void wait_for(pid_t child)
{
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
}

TEST_F(Claims, NeedNoHardLinks)
{
    has_links = false;
    {
        WorkClaims one(folder_, {});
        WorkClaims two(folder_, {});
        EXPECT_TRUE(one.take("a"));
        EXPECT_FALSE(two.take("a"));
        EXPECT_TRUE(two.take("b"));
        one.done("a");
        EXPECT_EQ(two.state("a").kind, Kind::Done);
    }
    has_links = true;
    for (const auto &entry : fs::directory_iterator(folder_))
        EXPECT_EQ(entry.path().extension(), ".json") << entry.path();
}

TEST_F(Claims, OneWorkerHasIt)
{
    WorkClaims one(folder_, {});
    WorkClaims other(folder_, {});
    EXPECT_EQ(one.state("a.mp4").kind, Kind::Waiting);
    EXPECT_TRUE(one.take("a.mp4"));
    EXPECT_FALSE(other.take("a.mp4"));
    EXPECT_FALSE(one.take("a.mp4")); // another thread of it
    EXPECT_TRUE(other.take("b.mp4"));
    const WorkState state = other.state("a.mp4");
    EXPECT_EQ(state.kind, Kind::Running);
    EXPECT_EQ(state.process, getpid());
    EXPECT_FALSE(state.host.empty());
    EXPECT_EQ(state.since.size(), std::string("2026-11-26T14:05:27.120Z").size());
}

TEST_F(Claims, EndsAreTold)
{
    WorkClaims one(folder_, {});
    WorkClaims other(folder_, {});
    ASSERT_TRUE(one.take("done") && one.take("failed") && one.take("released"));
    one.done("done");
    one.failed("failed", "'failed': no \"frame\"\n\xff");
    one.release("released");
    EXPECT_EQ(other.state("done").kind, Kind::Done);
    EXPECT_EQ(other.state("released").kind, Kind::Waiting);
    EXPECT_EQ(other.state("failed").kind, Kind::Failed);
    EXPECT_EQ(other.state("failed").cause.rfind("'failed': no \"frame\"", 0), 0U);
    EXPECT_TRUE(other.take("done")); // its outputs may be gone
    EXPECT_TRUE(other.take("released"));
    EXPECT_FALSE(other.take("failed"));
    WorkClaims again(folder_, {60s, /*failed_again=*/true});
    EXPECT_TRUE(again.take("failed"));
}

TEST_F(Claims, WorkerThatEndsLeavesItsWorkFree)
{
    {
        WorkClaims one(folder_, {});
        ASSERT_TRUE(one.take("a"));
    }
    WorkClaims other(folder_, {});
    EXPECT_EQ(other.state("a").kind, Kind::Waiting);
    EXPECT_TRUE(other.take("a"));
}

TEST_F(Claims, WorkOfAKilledWorkerIsTakenOverByOneAlone)
{
    wait_for(in_a_process_that_dies([&] {
        auto *claims = new WorkClaims(folder_, {1min});
        if (!claims->take("a"))
            _exit(1);
    }));
    std::vector<std::unique_ptr<WorkClaims>> workers;
    for (int i = 0; i < 8; ++i)
        workers.push_back(std::make_unique<WorkClaims>(folder_, ClaimOptions{1min}));
    EXPECT_FALSE(workers.front()->take("a")); // it may be alive
    make_older_by(2min);
    EXPECT_EQ(workers.front()->state("a").kind, Kind::Left);
    std::atomic<int> taken = 0;
    std::vector<std::thread> threads;
    threads.reserve(workers.size());
    for (const auto &worker : workers)
        threads.emplace_back([&taken, one = worker.get()] { taken += one->take("a") ? 1 : 0; });
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_EQ(taken, 1);
}

TEST_F(Claims, WorkOfAProcessThatIsKnownToHaveEndedIsTakenAtOnce)
{
    const pid_t ended = in_a_process_that_dies([&] {
        auto *claims = new WorkClaims(folder_, {1h});
        if (!claims->take("a"))
            _exit(1);
    });
    wait_for(ended);
    WorkClaims claims(folder_, {1h});
    EXPECT_FALSE(claims.take("a"));
    EXPECT_FALSE(claims.take("a", ended + 1));
    EXPECT_TRUE(claims.take("a", ended));
    EXPECT_FALSE(claims.take("a", ended)) << "it is this process's now";
}

TEST_F(Claims, LivingWorkerKeepsItsWorkLongerThanALease)
{
    WorkClaims one(folder_, {2s});
    ASSERT_TRUE(one.take("long"));
    for (int i = 0; i < 3; ++i) { // each time it renews its claim
        make_older_by(1h);
        for (int waits = 0; waits < 6000 && age() > 30min; ++waits)
            std::this_thread::sleep_for(10ms);
        ASSERT_LT(age(), 30min) << i;
        WorkClaims other(folder_, {1min});
        ASSERT_FALSE(other.take("long")) << i;
    }
}

/* One that was stopped for longer than a lease comes back: what it says then counts no more. */
TEST_F(Claims, WorkerThatLostItsWorkChangesNothing)
{
    WorkClaims slow(folder_, {1h});
    ASSERT_TRUE(slow.take("a"));
    WorkClaims quick(folder_, {1ms});
    std::this_thread::sleep_for(20ms);
    ASSERT_TRUE(quick.take("a"));
    slow.failed("a", "late");
    EXPECT_NE(quick.state("a").kind, Kind::Failed);
    quick.done("a");
    EXPECT_EQ(slow.state("a").kind, Kind::Done);
}

TEST_F(Claims, ProcessesShareAListWithoutGapOrRepeat)
{
    constexpr int works = 150;
    constexpr int processes = 6;
    fs::create_directories(folder_);
    std::vector<pid_t> children;
    for (int process = 0; process < processes; ++process)
        children.push_back(in_a_process_that_dies([&, process] {
            WorkClaims claims(folder_ / "claims", {});
            std::ofstream log(folder_ / ("took" + std::to_string(process)));
            for (int i = 0; i < works; ++i) {
                const std::string work = std::to_string(i);
                if (!claims.take(work))
                    continue;
                log << work << std::endl;
                claims.failed(work, "so that nobody takes it again");
            }
        }));
    for (const pid_t child : children)
        wait_for(child);
    std::multiset<std::string> taken;
    for (int process = 0; process < processes; ++process) {
        std::ifstream log(folder_ / ("took" + std::to_string(process)));
        for (std::string line; std::getline(log, line);)
            taken.insert(line);
    }
    for (int i = 0; i < works; ++i)
        EXPECT_EQ(taken.count(std::to_string(i)), 1U) << i;
}

/** Every name in a folder and the time of its last change, and those of the folder */
std::map<fs::path, fs::file_time_type> times_in(const fs::path &folder)
{
    std::map<fs::path, fs::file_time_type> times = {{folder, fs::last_write_time(folder)}};
    for (const auto &entry : fs::directory_iterator(folder))
        times[entry.path()] = entry.last_write_time();
    return times;
}

TEST_F(Claims, ReaderTellsWhatRunsHaveAndWritesNothing)
{
    wait_for(in_a_process_that_dies([&] {
        auto *claims = new WorkClaims(folder_, {});
        if (!claims->take("left"))
            _exit(1);
    }));
    make_older_by(2min);
    WorkClaims worker(folder_, {});
    ASSERT_TRUE(worker.take("done") && worker.take("failed") && worker.take("running"));
    worker.done("done");
    worker.failed("failed", "no frame");
    fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
    const auto before = times_in(folder_);
    std::this_thread::sleep_for(20ms); // a file system stamps in steps of a few
    const ClaimsReader reader(folder_);
    EXPECT_EQ(reader.state("done").kind, Kind::Done);
    EXPECT_EQ(reader.state("failed").kind, Kind::Failed);
    EXPECT_EQ(reader.state("failed").cause, "no frame");
    EXPECT_EQ(reader.state("running").kind, Kind::Running);
    EXPECT_EQ(reader.state("running").process, getpid());
    EXPECT_EQ(reader.state("left").kind, Kind::Left);
    EXPECT_EQ(ClaimsReader(folder_, 1h).state("left").kind, Kind::Running);
    EXPECT_EQ(reader.state("waiting").kind, Kind::Waiting);
    EXPECT_EQ(times_in(folder_), before);
    fs::permissions(folder_, fs::perms::owner_all);
}

TEST_F(Claims, ReaderMakesNoFolderAndSaysWhereNoRunHasBeen)
{
    const auto says = [&](const std::string &fault) {
        try {
            const ClaimsReader reader(folder_);
            ADD_FAILURE() << fault;
        } catch (const Error &error) {
            const std::string told = error.what();
            EXPECT_EQ(error.kind(), Error::Kind::NotFound);
            EXPECT_NE(told.find(folder_.string() + "': " + fault), std::string::npos) << told;
            EXPECT_NE(told.find("--claims"), std::string::npos) << told;
            EXPECT_EQ(told.find('\n'), std::string::npos) << told;
        }
    };
    says("does not exist");
    EXPECT_FALSE(fs::exists(folder_));
    fs::create_directories(folder_);
    std::ofstream(folder_ / "list.txt") << "a.mp4\n";
    says("no run has claimed anything there");
    fs::remove_all(folder_);
    std::ofstream(folder_) << "x";
    says("is no folder");
}

TEST_F(Claims, BrokenClaimIsNamedAndAFolderThatCannotBeWritten)
{
    WorkClaims claims(folder_, {});
    ASSERT_TRUE(claims.take("a"));
    for (const auto &entry : fs::directory_iterator(folder_))
        std::ofstream(entry.path()) << "{\"state\": 3}";
    try {
        claims.take("a");
        ADD_FAILURE();
    } catch (const Error &error) {
        EXPECT_NE(std::string(error.what()).find(".json"), std::string::npos) << error.what();
    }
    std::ofstream(folder_ / "file") << "x";
    EXPECT_THROW(WorkClaims(folder_ / "file", {}), Error);
}

} // namespace

} // namespace fovea
