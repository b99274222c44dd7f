// SPDX-License-Identifier: MIT
#include <array>
#include <atomic>
#include <filesystem>
#include <sys/stat.h>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "evidence_recording.h"
#include "fovea/core/descriptor.h"

namespace fovea::test {

namespace {

constexpr const char *raw = "capsfilter caps=video/x-raw"; ///< in Matroska, each frame a key frame

/** \brief A disk that takes nothing at first: a pipe in place of a clip's part, which nobody reads */
class StalledDisk
{
public:
    explicit StalledDisk(const std::filesystem::path &part)
        : made_(mkfifo(part.c_str(), 0600) ==
                0), // read too: else whoever writes waits for a reader
          pipe_(open(part.c_str(), O_RDWR | O_NONBLOCK))
    {
        EXPECT_TRUE(made_ && pipe_.number >= 0);
    }

    ~StalledDisk()
    {
        is_over_ = true;
        if (reader_.joinable())
            reader_.join();
    }

    StalledDisk(const StalledDisk &) = delete;
    StalledDisk &operator=(const StalledDisk &) = delete;

    /** \brief Until whoever writes more waits */
    void wait_full() const
    {
        pollfd asked = {pipe_.number, POLLOUT, 0};
        for (int i = 0; i < 6000 && poll(&asked, 1, 0) > 0; ++i)
            g_usleep(10'000);
        EXPECT_EQ(poll(&asked, 1, 0), 0);
    }

    void go_on()
    {
        reader_ = std::thread([this] {
            std::array<char, 65536> bytes{};
            while (!is_over_)
                if (read(pipe_.number, bytes.data(), bytes.size()) <= 0)
                    g_usleep(1000);
        });
    }

private:
    bool made_;
    Descriptor pipe_;
    std::atomic<bool> is_over_ = false;
    std::thread reader_;
};

} // namespace

/* 46 kB a second, of which 16 s are in memory: 43 s may wait */
TEST_F(EvidenceRecording, ADiskThatDoesNotKeepUpEndsTheClipBeforeItTakesTheMemory)
{
    encode(raw, 80);
    EvidenceRecorder::Options options = {1 * second, 1 * second, 60 * second};
    options.most_waiting = 500'000;
    make(options);
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
    disk.go_on();
    for (int i = 0; i < 6000 && files_.count(1) == 0; ++i) { // told on the main loop
        g_usleep(10'000);
        settle();
    }
    EXPECT_EQ(files_[1], (folder_.path() / "one.mkv").string()) << whys_[1];
    recorder_->end(2, 74 * second);
    play(76, 80);
    finish();
    EXPECT_NEAR(seconds_of(files_[2]), 3.0, 0.25) << whys_[2]; // 72 to 75
    EXPECT_EQ(told_cut_, 1);
    recorder_.reset(); // before the disk
}

TEST_F(EvidenceRecording, ADiskThatHangsHoldsNobodyUp)
{
    encode(raw, 20);
    make(1 * second, 1 * second, 60 * second);
    take(0, 4);
    const auto part = folder_.path() / "one.mkv.part";
    StalledDisk disk(part);
    EXPECT_EQ(recorder_->begin(3 * second, folder_.path() / "one"), 1U);
    take(4, 20); // more than the pipe holds
    disk.wait_full();
    EXPECT_FALSE(recorder_->finish(std::chrono::steady_clock::now()));
    EXPECT_EQ(whys_[1], "it was not whole in time");
    recorder_.reset();
    EXPECT_TRUE(std::filesystem::exists(part));
    disk.go_on();
    for (int i = 0; i < 6000 && std::filesystem::exists(part); ++i)
        g_usleep(10'000);
    EXPECT_FALSE(std::filesystem::exists(part)) << "it goes once it can";
}

} // namespace fovea::test
