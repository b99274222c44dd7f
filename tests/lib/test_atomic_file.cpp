// SPDX-License-Identifier: MIT
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "fovea/store/atomic_file.h"
#include "fovea/store/line_writer.h"

namespace fovea {
namespace {

namespace fs = std::filesystem;

class Output : public testing::Test
{
protected:
    void SetUp() override
    {
        std::string name = testing::TempDir() + "fovea-output-XXXXXX";
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
    }

    void TearDown() override
    {
        if (mounted_)
            umount(folder_.c_str());
        fs::permissions(folder_, fs::perms::owner_all);
        fs::remove_all(folder_);
    }

    /* A disk of 64 KiB over the folder; false where this may not be done */
    bool mount_small_disk()
    {
        mounted_ = mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=64k") == 0;
        return mounted_;
    }

    static std::string content(const fs::path &file)
    {
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        return text.str();
    }

    template <typename Work>
    static std::string error_of(Work &&work)
    {
        try {
            work();
        } catch (const Error &error) {
            EXPECT_EQ(error.kind(), Error::Kind::CannotWrite);
            return error.what();
        }
        return "no error";
    }

    std::ptrdiff_t files() const
    {
        return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
    }

    fs::path folder_;
    bool mounted_ = false;
};

using AtomicFileOutput = Output;
using LineWriterOutput = Output;

TEST_F(AtomicFileOutput, AppearsWhenCommitted)
{
    const fs::path file = folder_ / "a.txt";
    AtomicFile output(file);
    output.write("one\n");
    output.write("two\n");
    EXPECT_FALSE(fs::exists(file));
    EXPECT_EQ(files(), 1) << "the part";
    output.commit();
    EXPECT_EQ(content(file), "one\ntwo\n");
    EXPECT_EQ(files(), 1);
}

TEST_F(AtomicFileOutput, PartsHaveRandomNamesAndFollowNoLink)
{
    const fs::path file = folder_ / "a.txt";
    const fs::path victim = folder_ / "victim";
    std::ofstream(victim) << "precious";
    fs::create_symlink(victim, folder_ / "a.txt.part"); // as it was guessed before
    AtomicFile first(file);
    AtomicFile second(file);
    first.write("first");
    second.write("second");
    second.commit();
    first.commit();
    EXPECT_EQ(content(file), "first");
    EXPECT_EQ(content(victim), "precious");
}

TEST_F(AtomicFileOutput, APipeIsWrittenIntoAndStaysAPipe)
{
    const fs::path pipe = folder_ / "pipe";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    std::string got;
    std::thread reader([&] { got = content(pipe); });
    fovea::write_whole(pipe, "through the pipe");
    reader.join();
    EXPECT_EQ(got, "through the pipe");
    EXPECT_TRUE(fs::is_fifo(pipe));
    EXPECT_EQ(files(), 1);
}

TEST_F(AtomicFileOutput, AbandonedLeavesWhatWasThere)
{
    const fs::path file = folder_ / "a.txt";
    std::ofstream(file) << "old";
    {
        AtomicFile output(file);
        output.write("new");
    }
    EXPECT_EQ(content(file), "old");
    EXPECT_EQ(files(), 1);
}

TEST_F(AtomicFileOutput, ReplacesAFile)
{
    const fs::path file = folder_ / "a.txt";
    std::ofstream(file) << "an older and longer text";
    AtomicFile output(file);
    output.write("new");
    output.commit();
    EXPECT_EQ(content(file), "new");
}

TEST_F(AtomicFileOutput, FullDiskIsNamedAndNothingStays)
{
    if (!mount_small_disk())
        GTEST_SKIP() << "a small tmpfs cannot be mounted here";
    const fs::path file = folder_ / "a.txt";
    EXPECT_EQ(error_of([&] {
                  AtomicFile output(file);
                  output.write(std::string(1 << 20, 'x'));
              }),
              "cannot write '" + file.string() +
                  "': No space left on device; free some space or choose another place");
    EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(AtomicFileOutput, MissingFolderIsNamed)
{
    const fs::path file = folder_ / "none" / "a.txt";
    EXPECT_EQ(error_of([&] { AtomicFile output(file); }),
              "cannot write '" + file.string() +
                  "': No such file or directory; create its folder or choose another place");
}

TEST_F(AtomicFileOutput, FolderOfThatNameIsRefusedAtOnce)
{
    EXPECT_EQ(error_of([&] { AtomicFile output(folder_); }),
              "cannot write '" + folder_.string() +
                  "': Is a directory; move the folder of that name away or choose another place");
    EXPECT_EQ(files(), 0);
}

TEST_F(AtomicFileOutput, ProtectedFolderIsNamed)
{
    if (geteuid() == 0)
        GTEST_SKIP() << "root may write everywhere";
    fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
    const fs::path file = folder_ / "a.txt";
    EXPECT_EQ(error_of([&] { AtomicFile output(file); }),
              "cannot write '" + file.string() +
                  "': Permission denied; allow writing there or choose another place");
}

TEST(CannotWrite, PermissionDeniedSaysWhatToDo)
{
    EXPECT_STREQ(
        cannot_write("/x/a", EACCES).what(),
        "cannot write '/x/a': Permission denied; allow writing there or choose another place");
}

TEST_F(LineWriterOutput, EachLineIsThereAtOnce)
{
    const fs::path file = folder_ / "a.jsonl";
    LineWriter writer(file, /*append=*/false);
    writer.write("one");
    EXPECT_EQ(content(file), "one\n");
    writer.write("two");
    EXPECT_EQ(content(file), "one\ntwo\n");
}

TEST_F(LineWriterOutput, RotatesBeforeAFileGrowsTooLongAndCutsNoLine)
{
    const fs::path file = folder_ / "lines";
    LineWriter writer(file, /*append=*/false, {/*bytes=*/20, {}});
    for (const char *line : {"one two", "three four", "five", "longer than twenty bytes", "six"})
        writer.write(line);
    EXPECT_EQ(content(file), "six\n");
    std::multiset<std::string> aside;
    for (const auto &entry : fs::directory_iterator(folder_))
        if (entry.path() != file)
            aside.insert(content(entry.path()));
    EXPECT_EQ(aside, (std::multiset<std::string>{"one two\nthree four\n", "five\n",
                                                 "longer than twenty bytes\n"}));
}

TEST_F(LineWriterOutput, RotatesAFileThatIsOldButNotADevice)
{
    const fs::path file = folder_ / "lines";
    LineWriter writer(file, /*append=*/false, {0, std::chrono::seconds(1)});
    writer.write("one");
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    writer.write("two");
    EXPECT_EQ(content(file), "two\n");
    EXPECT_EQ(files(), 2);
    LineWriter device("/dev/null", /*append=*/false, {1, {}});
    device.write("one");
    device.write("two");
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(LineWriterOutput, AppendKeepsWhatWasThere)
{
    const fs::path file = folder_ / "a.jsonl";
    std::ofstream(file) << "one\n";
    LineWriter(file, /*append=*/true).write("two");
    EXPECT_EQ(content(file), "one\ntwo\n");
    LineWriter(file, /*append=*/false).write("three");
    EXPECT_EQ(content(file), "three\n");
}

TEST_F(LineWriterOutput, FullDiskLeavesWholeLines)
{
    if (!mount_small_disk())
        GTEST_SKIP() << "a small tmpfs cannot be mounted here";
    const fs::path file = folder_ / "a.jsonl";
    LineWriter writer(file, /*append=*/false);
    const std::string line(10'000, 'x');
    const std::string error = error_of([&] {
        for (int i = 0; i < 100; ++i)
            writer.write(line);
    });
    EXPECT_EQ(error, "cannot write '" + file.string() +
                         "': No space left on device; free some space or choose another place");
    EXPECT_GT(fs::file_size(file), 0U);
    EXPECT_EQ(fs::file_size(file) % (line.size() + 1), 0U);
}

TEST_F(LineWriterOutput, FullDeviceIsNamed)
{
    LineWriter writer("/dev/full", /*append=*/false);
    EXPECT_EQ(error_of([&] { writer.write("x"); }),
              "cannot write '/dev/full': No space left on device; free some space or choose "
              "another place");
}

} // namespace
} // namespace fovea
