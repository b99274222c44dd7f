// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "fovea/bundle/network_cache.h"
#include "fovea/core/errors.h"
#include "kept_network_case.h"
#include "temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using fovea::find_head;
using fovea::find_network;
using fovea::keep_head;
using fovea::keep_network;
using fovea_test::head_example;
using fovea_test::kept_example;

class NetworkCache : public testing::Test
{
protected:
    void SetUp() override
    {
        const char *before = std::getenv("FOVEA_CACHE");
        before_ = before == nullptr ? "" : before;
        setenv("FOVEA_CACHE", folder_.path().c_str(), /*overwrite=*/1);
    }

    void TearDown() override
    {
        if (before_.empty())
            unsetenv("FOVEA_CACHE");
        else
            setenv("FOVEA_CACHE", before_.c_str(), /*overwrite=*/1);
    }

    std::vector<fs::path> files() const
    {
        std::vector<fs::path> all;
        std::error_code error;
        for (const auto &entry : fs::directory_iterator(folder_.path() / "networks", error))
            all.push_back(entry.path());
        return all;
    }

    static std::string bytes_of(const fs::path &file)
    {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    static void write(const fs::path &file, const std::string &bytes)
    {
        std::ofstream(file, std::ios::binary) << bytes;
    }

    TemporaryFolder folder_;
    std::string before_;
};

TEST_F(NetworkCache, GivesBackWhatWasKept)
{
    EXPECT_FALSE(find_network("a"));
    keep_network("a", kept_example());
    ASSERT_EQ(files().size(), 1U);
    EXPECT_FALSE(find_network("b"));
    const auto kept = find_network("a");
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->channels, 13);
    keep_head("head", head_example());
    const auto head = find_head("head");
    ASSERT_TRUE(head);
    EXPECT_EQ(head->tensors.at("fc.bias").data()[1], -2);
}

TEST_F(NetworkCache, TakesNothingFromAFileThatIsDamaged)
{
    keep_network("a", kept_example());
    const fs::path file = files().front();
    const std::string whole = bytes_of(file);
    for (std::size_t length = 0; length < whole.size(); length += 1 + length / 8) {
        write(file, whole.substr(0, length));
        EXPECT_FALSE(find_network("a")) << length << " of " << whole.size() << " bytes";
    }
    for (std::size_t at = 0; at < whole.size(); at += 1 + at / 16) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 4);
        write(file, damaged);
        EXPECT_FALSE(find_network("a")) << "byte " << at;
    }
    write(file, whole + "x");
    EXPECT_FALSE(find_network("a"));
    keep_network("a", kept_example()); // made anew
    EXPECT_TRUE(find_network("a"));
    fs::resize_file(file, (std::size_t{64} << 20) + 1);
    EXPECT_FALSE(find_network("a"));
    keep_network("a", kept_example());
    keep_network("b", kept_example());
    const auto all = files();
    fs::copy_file(file, all[0] == file ? all[1] : all[0], fs::copy_options::overwrite_existing);
    EXPECT_FALSE(find_network("b")) << "the file is of another key";
}

TEST_F(NetworkCache, OfWhatWasReadNothingChangesWithItsFile)
{
    keep_head("a", head_example());
    const auto head = find_head("a");
    ASSERT_TRUE(head);
    fs::resize_file(files().front(), 0); // of a mapped file nothing would be left
    EXPECT_EQ(head->tensors.at("fc.bias").data()[0], 1.5F);
}

TEST_F(NetworkCache, SaysThatItHasNoFolder)
{
    setenv("FOVEA_CACHE", "/dev/null/nowhere", /*overwrite=*/1);
    EXPECT_THROW(keep_network("a", kept_example()), fovea::Error);
    EXPECT_FALSE(find_network("a"));
}

TEST_F(NetworkCache, IsNeitherWrittenNorReadInTheWorkingDirectory)
{
    const char *home = std::getenv("HOME");
    const std::string before = home == nullptr ? "" : home;
    const fs::path work = fs::current_path();
    unsetenv("FOVEA_CACHE");
    setenv("HOME", ".", /*overwrite=*/1);
    fs::current_path(folder_.path());
    EXPECT_THROW(keep_network("a", kept_example()), fovea::Error);
    EXPECT_FALSE(fs::exists(".cache"));
    setenv("FOVEA_CACHE", fs::absolute(".cache/fovea").c_str(), /*overwrite=*/1);
    keep_network("a", kept_example());
    EXPECT_TRUE(find_network("a"));
    unsetenv("FOVEA_CACHE");
    EXPECT_FALSE(find_network("a"));
    fs::current_path(work);
    setenv("HOME", before.c_str(), /*overwrite=*/1);
}

TEST_F(NetworkCache, TakesNothingFromAFileThatOthersMayWriteTo)
{
    const mode_t before = umask(0);
    keep_network("a", kept_example());
    umask(before);
    EXPECT_TRUE(find_network("a")) << "what it writes itself is its owner's, whatever the umask";
    for (const fs::perms others : {fs::perms::group_write, fs::perms::others_write}) {
        fs::permissions(files().front(), others, fs::perm_options::add);
        EXPECT_FALSE(find_network("a"));
        fs::permissions(files().front(), others, fs::perm_options::remove);
        EXPECT_TRUE(find_network("a"));
    }
    if (geteuid() != 0)
        return; // only root may give a file away
    constexpr uid_t nobody = 65534;
    ASSERT_EQ(chown(files().front().c_str(), nobody, getegid()), 0);
    EXPECT_FALSE(find_network("a"));
}

TEST_F(NetworkCache, LetsGoWhatWasUsedLongestAgo)
{
    const auto hours_ago = [](int hours) {
        return fs::file_time_type::clock::now() - std::chrono::hours(hours);
    };
    keep_network("used", kept_example());
    const fs::path used = files().front();
    const fs::path networks = folder_.path() / "networks";
    for (const int hours : {1, 2, 3, 4, 5, 6, 7, 8, 9}) { // of 60 MB each, on no disk
        const fs::path other = networks / (std::to_string(hours) + ".network");
        std::ofstream(other).close();
        fs::resize_file(other, std::uintmax_t{60} << 20);
        fs::last_write_time(other, hours_ago(hours));
    }
    fs::last_write_time(used, hours_ago(100));
    EXPECT_TRUE(find_network("used"));
    EXPECT_GT(fs::last_write_time(used), hours_ago(1));
    for (const int hours : {0, 2}) {
        const fs::path part = networks / (std::to_string(hours) + ".network.abcdef.part");
        std::ofstream(part).close();
        fs::last_write_time(part, hours_ago(hours));
    }
    keep_network("new", kept_example());
    EXPECT_TRUE(find_network("used"));
    EXPECT_TRUE(find_network("new"));
    EXPECT_TRUE(fs::exists(networks / "8.network")) << "480 MB are less than 512";
    EXPECT_FALSE(fs::exists(networks / "9.network"));
    EXPECT_TRUE(fs::exists(networks / "0.network.abcdef.part")) << "it may be being written";
    EXPECT_FALSE(fs::exists(networks / "2.network.abcdef.part"));
}

TEST_F(NetworkCache, IsWrittenByManyAtATime)
{
    std::vector<std::thread> writers;
    writers.reserve(4);
    for (int i = 0; i < 4; ++i)
        writers.emplace_back([] {
            for (int k = 0; k < 10; ++k) {
                keep_network("a", kept_example());
                const auto kept = find_network("a");
                EXPECT_TRUE(kept && kept->channels == 13);
            }
        });
    for (std::thread &writer : writers)
        writer.join();
    EXPECT_EQ(files().size(), 1U);
}

} // namespace
