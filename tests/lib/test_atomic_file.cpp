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
#include "output_test.h"

namespace fovea {
namespace {

namespace fs = std::filesystem;

using AtomicFileOutput = Output;

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

TEST_F(AtomicFileOutput, AFolderWhereAFileLiesIsNamed)
{
    const fs::path folder = folder_ / "features";
    std::ofstream(folder) << "precious";
    EXPECT_EQ(error_of([&] { make_folder(folder); }),
              "cannot write '" + folder.string() +
                  "': Not a directory; create its folder or choose another place");
    EXPECT_EQ(error_of([&] { make_folder(folder / "one"); }),
              "cannot write '" + (folder / "one").string() +
                  "': Not a directory; create its folder or choose another place");
    EXPECT_EQ(content(folder), "precious");
}

TEST(CannotWrite, PermissionDeniedSaysWhatToDo)
{
    EXPECT_STREQ(
        cannot_write("/x/a", EACCES).what(),
        "cannot write '/x/a': Permission denied; allow writing there or choose another place");
}

} // namespace
} // namespace fovea
