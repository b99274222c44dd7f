// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <csignal>
#include <future>
#include <sys/mount.h>
#include <sys/wait.h>
#include <thread>

#include <unistd.h>

#include "command_test.h"
#include "fovea/store/staging_folder.h"

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::lines;
using fovea_test::read_text;
using fovea_test::write_text;

namespace {

constexpr int videos = 4; // of the same pictures

/** A list of small videos, and runs that label them together */
class SharedWork : public fovea_test::CommandTest
{
protected:
    void SetUp() override
    {
        CommandTest::SetUp();
        const fs::path first = ball(at("v0.mp4"), 150, 160, 120);
        std::string list;
        for (int i = 0; i < videos; ++i) {
            if (i > 0)
                fs::copy_file(first, video(i));
            list += "v" + std::to_string(i) + ".mp4\n";
        }
        write_text(at("list.txt"), list + "\n");
    }

    fs::path video(int number) { return at("v" + std::to_string(number) + ".mp4"); }

    std::vector<std::string> words(const std::string &out, const std::vector<std::string> &more)
    {
        std::vector<std::string> all = {"--list", at("list.txt").string(), "--out",
                                        at(out).string()};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }

    std::string labels_of(const std::string &out, int number)
    {
        const auto file = at(out) / (video(number).filename().string() + ".fovea") / "results.vtt";
        return fs::exists(file) ? read_text(file) : "";
    }

    bool all_are_as_of_one_run(const std::string &out)
    {
        EXPECT_EQ(label({video(0).string(), "--out", at("alone").string()}).exit_code, 0);
        for (int i = 0; i < videos; ++i)
            if (labels_of("alone", 0).empty() || labels_of(out, i) != labels_of("alone", 0))
                return false;
        return true;
    }
};

/** A claim that is whole, not one that is being written */
bool has_claim(const fs::path &folder)
{
    std::error_code none;
    const fs::directory_iterator entries(folder, none);
    return std::any_of(begin(entries), end(entries),
                       [](const auto &entry) { return entry.path().extension() == ".json"; });
}

int labelled(const std::string &told)
{
    return static_cast<int>(std::count(told.begin(), told.end(), '>')); // NAME: label -> folder
}

} // namespace

TEST_F(SharedWork, ShardsTogetherAreTheList)
{
    int sum = 0;
    for (int shard = 0; shard < 2; ++shard) {
        const CommandRun run = label(words("out", {"--shard", std::to_string(shard) + "/2"}));
        ASSERT_EQ(run.exit_code, 0) << run.err;
        EXPECT_EQ(run.out.find("skipped"), std::string::npos) << run.out;
        sum += labelled(run.out);
    }
    EXPECT_EQ(sum, videos);
    EXPECT_TRUE(all_are_as_of_one_run("out"));

    const CommandRun wrong = label(words("out", {"--shard", "3/3"}));
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_NE(wrong.err.find("expected INDEX/COUNT"), std::string::npos) << wrong.err;
}

TEST_F(SharedWork, RunsThatSeeOneFolderDoEachVideoOnce)
{
    const auto run = [&] { return label(words("out", {"--claims", at("claims").string()})); };
    auto other = std::async(std::launch::async, run);
    const CommandRun one = run();
    const CommandRun two = other.get();
    EXPECT_EQ(one.exit_code, 0) << one.err;
    EXPECT_EQ(two.exit_code, 0) << two.err;
    EXPECT_EQ(labelled(one.out) + labelled(two.out), videos) << one.out << two.out;
    EXPECT_TRUE(all_are_as_of_one_run("out"));
}

TEST_F(SharedWork, WhatAKilledRunHadIsDoneByAnother)
{
    const std::vector<std::string> shared = {"--claims", at("claims").string(), "--lease", "2"};
    std::vector<std::string> command = words("out", shared);
    command.insert(command.begin(), {std::getenv("FOVEA_COMMAND"), "label", "--detector", "hog"});
    const pid_t child = fork();
    if (child == 0) {
        std::vector<char *> arguments;
        for (std::string &word : command)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        execv(arguments.front(), arguments.data());
        _exit(127);
    }
    for (int i = 0; i < 600 && !has_claim(at("claims")); ++i)
        std::this_thread::sleep_for(50ms);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);

    const CommandRun waiting = label(words("out", {"--claims", at("claims").string(), "--status"}));
    EXPECT_EQ(waiting.exit_code, 1);
    EXPECT_NE(waiting.out.find("running  "), std::string::npos) << waiting.out;

    const CommandRun run = label(words("out", shared));
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_TRUE(all_are_as_of_one_run("out"));
    const CommandRun status = label(words("out", {"--claims", at("claims").string(), "--status"}));
    EXPECT_EQ(status.exit_code, 0);
    EXPECT_EQ(status.out, "4 done, 0 running, 0 left by dead runs, 0 failed, 0 waiting\n");
}

TEST_F(SharedWork, WhatFailedIsToldAndTakenAgainWhenAsked)
{
    write_text(video(2), "no video");
    const std::vector<std::string> shared = {"--claims", at("claims").string()};
    EXPECT_EQ(label(words("out", shared)).exit_code, 1);
    const CommandRun status = label(words("out", {"--claims", at("claims").string(), "--status"}));
    EXPECT_EQ(status.exit_code, 1);
    EXPECT_NE(status.out.find("failed   "), std::string::npos) << status.out;
    EXPECT_NE(status.out.find("v2.mp4"), std::string::npos) << status.out;
    EXPECT_NE(status.out.find("3 done, 0 running, 0 left by dead runs, 1 failed, 0 waiting"),
              std::string::npos)
        << status.out;

    fs::copy_file(video(0), video(2), fs::copy_options::overwrite_existing);
    const CommandRun again = label(words("out", shared));
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_NE(again.err.find("--retry-failed"), std::string::npos) << again.err;
    const CommandRun retried =
        label(words("out", {"--claims", at("claims").string(), "--retry-failed"}));
    EXPECT_EQ(retried.exit_code, 0) << retried.err;
    EXPECT_EQ(labelled(retried.out), 1) << retried.out;
}

TEST_F(SharedWork, ARunOverWhatIsDoneLeavesNoClaims)
{
    const std::vector<std::string> shared = {"--claims", at("claims").string()};
    const auto claims = [&] { return std::distance(fs::directory_iterator(at("claims")), {}); };
    ASSERT_EQ(label(words("out", shared)).exit_code, 0);
    EXPECT_EQ(claims(), videos);
    const CommandRun again = label(words("out", shared));
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_NE(again.out.find("0 labelled, 4 skipped"), std::string::npos) << again.out;
    EXPECT_EQ(claims(), videos) << "one file a video, however many runs";

    fs::remove_all(at("out/v1.mp4.fovea"));
    const CommandRun anew = label(words("out", shared));
    EXPECT_NE(anew.out.find("1 labelled, 3 skipped"), std::string::npos) << anew.out;
    EXPECT_EQ(claims(), videos + 1);
}

TEST_F(SharedWork, AVideoIsTheSameWhereverARunStands)
{
    const auto status = [&](const fs::path &folder) {
        return label({"--list", (folder / "list.txt").string(), "--claims",
                      (folder / "claims").string(), "--status"})
            .out;
    };
    const CommandRun run =
        fovea_test::run_program({"sh", "-c",
                                 "cd '" + at("").string() +
                                     "'; \"$FOVEA_COMMAND\" label --detector hog --list list.txt "
                                     "--out out --claims claims"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const std::string all = "4 done, 0 running, 0 left by dead runs, 0 failed, 0 waiting\n";
    EXPECT_EQ(status(at("")), all) << "by other paths";
    fs::create_directories(at("elsewhere"));
    for (const char *name : {"list.txt", "claims"})
        fs::rename(at(name), at("elsewhere") / name);
    for (int i = 0; i < videos; ++i)
        fs::rename(video(i), at("elsewhere") / video(i).filename());
    EXPECT_EQ(status(at("elsewhere")), all) << "as another machine mounts them";
}

TEST_F(SharedWork, AFolderInWhichAnotherWritesYetIsWaitedFor)
{
    auto held = std::make_unique<fovea::StagingFolder>(at("out/v0.mp4.fovea"),
                                                       fovea::StagingFolder::Use::Exclusive);
    auto ends = std::async(std::launch::async, [&] {
        for (int i = 0; i < 600 && !has_claim(at("claims")); ++i)
            std::this_thread::sleep_for(50ms);
        std::this_thread::sleep_for(2s); // as a machine that slept while its claim was taken over
        held.reset();
    });
    const CommandRun run = label(words("out", {"--claims", at("claims").string()}));
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_TRUE(all_are_as_of_one_run("out"));
}

TEST_F(SharedWork, NoRunTakesTheFolderOfAllAway)
{
    write_text(at("list.csv"), "path,label,split\nbad.mp4,fight,test\n");
    write_text(at("bad.mp4"), "no video");
    const CommandRun run =
        fovea_test::run_fovea({"extract", "--detector", "hog", "--list", at("list.csv").string(),
                               "--out", at("rows").string(), "--claims", at("claims").string()});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_TRUE(fs::is_directory(at("rows"))) << "another may be about to write there";
}

TEST_F(SharedWork, ADamagedClaimEndsTheRunOfAllThreadsInOneLine)
{
    const std::vector<std::string> shared = words("out", {"--claims", at("claims").string()});
    ASSERT_EQ(label(shared).exit_code, 0);
    for (const auto &entry : fs::directory_iterator(at("claims")))
        write_text(entry.path(), "{");
    std::vector<std::string> threads = shared;
    threads.insert(threads.end(), {"--jobs", "4"});
    const CommandRun alone = label(shared);
    const CommandRun run = label(threads);
    EXPECT_EQ(run.exit_code, alone.exit_code) << run.err;
    EXPECT_EQ(lines(run.err), 1) << run.err;
    EXPECT_NE(run.err.find("claims/"), std::string::npos) << run.err;
}

TEST_F(SharedWork, StatusWritesNothing)
{
    const auto status = [&] {
        return label(
            {"--list", at("list.txt").string(), "--claims", at("claims").string(), "--status"});
    };
    const CommandRun none = status();
    EXPECT_EQ(none.exit_code, 1);
    EXPECT_EQ(none.out, "");
    EXPECT_EQ(lines(none.err), 1) << none.err;
    EXPECT_NE(none.err.find("claims': does not exist"), std::string::npos) << none.err;
    EXPECT_FALSE(fs::exists(at("claims")));

    ASSERT_EQ(label(words("out", {"--claims", at("claims").string()})).exit_code, 0);
    fs::permissions(at("claims"), fs::perms::owner_read | fs::perms::owner_exec);
    const auto changed = fs::last_write_time(at("claims"));
    const auto whole = fs::last_write_time(at(""));
    const CommandRun all = status();
    fs::permissions(at("claims"), fs::perms::owner_all);
    EXPECT_EQ(all.exit_code, 0) << all.err;
    EXPECT_EQ(all.out, "4 done, 0 running, 0 left by dead runs, 0 failed, 0 waiting\n");
    EXPECT_EQ(fs::last_write_time(at("claims")), changed);
    EXPECT_EQ(fs::last_write_time(at("")), whole);
}

TEST_F(SharedWork, ListsAndOptionsThatDoNotFitAreOneLine)
{
    write_text(at("empty.txt"), "\n\n");
    write_text(at("camera.txt"), "v0.mp4\nrtsp://camera/1\n");
    const auto says = [&](const std::vector<std::string> &asked, const std::string &what) {
        const CommandRun run = label(asked);
        EXPECT_GT(run.exit_code, 0) << run.out;
        EXPECT_EQ(lines(run.err), 1) << run.err;
        EXPECT_NE(run.err.find(what), std::string::npos) << run.err;
    };
    says({}, "VIDEO or --list");
    says({"--list", at("empty.txt").string()}, "no video is in it");
    says({"--list", at("camera.txt").string()}, "line 2");
    says({"--list", at("list.txt").string(), "--status"}, "--claims");
}

TEST_F(SharedWork, AFullDiskFailsNoOtherVideo)
{
    const fs::path disk = at("disk");
    fs::create_directories(disk);
    if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=4k") != 0)
        GTEST_SKIP() << "mounting a small tmpfs is not permitted here";
    const CommandRun full = label(words("disk", {"--claims", at("claims").string()}));
    umount(disk.c_str());
    EXPECT_EQ(full.exit_code, 1);
    EXPECT_NE(full.err.find("left 3 videos, since the disk"), std::string::npos) << full.err;
    EXPECT_NE(full.out.find("0 labelled, 1 failed, 3 left"), std::string::npos) << full.out;
    const CommandRun again = label(words("out", {"--claims", at("claims").string()}));
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_NE(again.out.find("4 labelled"), std::string::npos) << again.out;
}

TEST_F(SharedWork, AFullDiskHoldsUpOnlyWhatGoesThere)
{
    const fs::path disk = at("out/full");
    fs::create_directories(disk);
    fs::create_directories(at("full"));
    for (int i = 1; i < videos; ++i)
        fs::rename(video(i), at("full") / video(i).filename());
    write_text(at("list.txt"), "full/v1.mp4\nfull/v2.mp4\nfull/v3.mp4\nv0.mp4\n");
    if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=4k") != 0)
        GTEST_SKIP() << "mounting a small tmpfs is not permitted here";
    const CommandRun full = label(words("out", {"--claims", at("claims").string()}));
    umount(disk.c_str());
    EXPECT_EQ(full.exit_code, 1);
    EXPECT_NE(full.out.find("1 labelled, 1 failed, 2 left"), std::string::npos) << full.out;
    EXPECT_NE(full.err.find("left 2 videos, since the disk"), std::string::npos) << full.err;
    EXPECT_NE(labels_of("out", 0), "");
    const CommandRun again = label(words("out", {"--claims", at("claims").string()}));
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_NE(again.out.find("3 labelled, 1 skipped"), std::string::npos) << again.out;
}

TEST_F(SharedWork, ASizeThatTheNetworkCannotTakeFailsNoVideo)
{
    const CommandRun run = label(words("out", {"--claims", at("claims").string(), "--size", "7"}));
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(lines(run.err), 1) << run.err;
    EXPECT_NE(run.err.find("--size 7: model 'watch-both' takes multiples of 32"), std::string::npos)
        << run.err;
    EXPECT_FALSE(has_claim(at("claims")));
}

TEST_F(SharedWork, APrecisionThatTheProcessorLacksFailsNoVideo)
{
    const std::vector<std::string> asked = {"--claims", at("claims").string(), "--device",
                                            "cpu",      "--precision",         "fp16"};
    const CommandRun run = label(words("out", asked));
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(run.err, "fovea: precision 'fp16' is not there; expected auto, fp32, bf16 or int8\n");
    EXPECT_FALSE(has_claim(at("claims")));
}
