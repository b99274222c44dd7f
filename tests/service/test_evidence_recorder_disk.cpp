// SPDX-License-Identifier: MIT
#include <filesystem>
#include <memory>
#include <vector>

#include "evidence_recording.h"
#include "stalled_disk.h"

namespace fovea::test {

namespace {

constexpr const char *raw = "capsfilter caps=video/x-raw"; ///< in Matroska, each frame a key frame

} // namespace

class DiskOfEvidence : public EvidenceRecording
{
protected:
    void go_on_until_told(StalledDisk *disk, std::uint64_t clip)
    {
        disk->go_on();
        for (int i = 0; i < 6000 && files_.count(clip) == 0; ++i) { // on the main loop
            g_usleep(10'000);
            settle();
        }
    }

    /** \brief 46 kB a second, of which 16 s are in memory: 43 s may wait */
    void record(int seconds)
    {
        encode(raw, seconds);
        EvidenceRecorder::Options options = {1 * second, 1 * second, 60 * second};
        options.most_waiting = 500'000;
        make(options);
    }

    /** \brief Clip one, from 3 s on, is cut for the disk by 54 s, and two, from 53 s on, waits for it */
    std::unique_ptr<StalledDisk> stall()
    {
        take(0, 4);
        auto disk = std::make_unique<StalledDisk>(folder_.path() / "one.mkv.part");
        EXPECT_EQ(recorder_->begin(3 * second, folder_.path() / "one"), 1U);
        play(4, 54);
        EXPECT_EQ(told_cut_, 1);
        EXPECT_EQ(recorder_->begin(53 * second, folder_.path() / "two"), 2U);
        return disk;
    }
};

TEST_F(DiskOfEvidence, ADiskThatDoesNotKeepUpEndsTheClipBeforeItTakesTheMemory)
{
    record(80);
    take(0, 20);
    StalledDisk disk(folder_.path() / "one.mkv.part");
    EXPECT_EQ(recorder_->begin(18 * second, folder_.path() / "one"), 1U);
    play(20, 50); // 33 s of it wait
    EXPECT_EQ(told_cut_, 0);
    play(50, 74);
    EXPECT_EQ(told_cut_, 1);
    EXPECT_EQ(recorder_->cut_for_disk(), 1U);

    EXPECT_EQ(recorder_->begin(73 * second, folder_.path() / "two"), 2U);
    play(74, 76);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "two.mkv.part")) << "it waits too";
    disk.take(300'000);
    play(76, 77);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "two.mkv.part")) << "for all to be less";
    go_on_until_told(&disk, 1);
    EXPECT_EQ(files_[1], (folder_.path() / "one.mkv").string()) << whys_[1];
    recorder_->end(2, 74 * second);
    play(77, 80);
    finish();
    EXPECT_NEAR(seconds_of(files_[2]), 3.0, 0.25) << whys_[2]; // 72 to 75
    EXPECT_EQ(told_cut_, 1);
    recorder_.reset(); // before the disk
}

TEST_F(DiskOfEvidence, AClipThatWaitedForTheDiskTooLongIsToldSo)
{
    record(80);
    const auto disk = stall();
    recorder_->end(2, 53 * second);
    play(54, 78); // 16 s of it are in memory
    go_on_until_told(disk.get(), 1);
    play(78, 80);
    EXPECT_EQ(files_[2], "");
    EXPECT_EQ(whys_[2], "the disk does not keep up with those before it");
    recorder_.reset(); // before the disk
}

TEST_F(DiskOfEvidence, AClipThatWaitsForTheDiskBeginsWhereItsStreamEnds)
{
    record(60);
    const auto disk = stall();
    disk->take(300'000);
    play(54, 55);
    recorder_->cut();
    go_on_until_told(disk.get(), 1);
    finish();
    EXPECT_NEAR(seconds_of(files_[2]), 3.0, 0.25) << whys_[2]; // 52 to 55
    recorder_.reset();                                         // before the disk
}

TEST_F(DiskOfEvidence, ADiskThatHangsHoldsNobodyUp)
{
    encode(raw, 20);
    make(1 * second, 1 * second, 60 * second);
    take(0, 4);
    const auto part = folder_.path() / "one.mkv.part";
    StalledDisk disk(part);
    EXPECT_EQ(recorder_->begin(3 * second, folder_.path() / "one"), 1U);
    take(4, 20); // more than the pipe holds
    disk.wait_full();
    recorder_->finish(std::chrono::steady_clock::now());
    EXPECT_FALSE(recorder_->is_down(std::chrono::steady_clock::now()));
    EXPECT_EQ(whys_[1], "it was not whole in time");
    EXPECT_EQ(recorder_->begin(19 * second, folder_.path() / "two"), 0U) << "none of it is kept";
    recorder_.reset();
    EXPECT_TRUE(std::filesystem::exists(part));
    disk.go_on();
    for (int i = 0; i < 6000 && std::filesystem::exists(part); ++i)
        g_usleep(10'000);
    EXPECT_FALSE(std::filesystem::exists(part)) << "it goes once it can";
}

} // namespace fovea::test
