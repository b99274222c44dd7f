// SPDX-License-Identifier: MIT
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include "fovea/publish/line_writer.h"
#include "output_test.h"

namespace fovea {
namespace {

namespace fs = std::filesystem;

using LineWriterOutput = Output;

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

/* As logrotate does, with and without `create` */
TEST_F(LineWriterOutput, AFileThatWasMovedAwayIsBegunAnew)
{
    const fs::path file = folder_ / "lines";
    LineWriter writer(file, /*append=*/true);
    writer.write("one");
    fs::rename(file, folder_ / "lines.1");
    writer.write("two");
    EXPECT_EQ(content(folder_ / "lines.1"), "one\n");
    EXPECT_EQ(content(file), "two\n");
    fs::rename(file, folder_ / "lines.2");
    std::ofstream(file) << "made by another\n";
    writer.write("three");
    EXPECT_EQ(content(file), "made by another\nthree\n");
    EXPECT_EQ(content(folder_ / "lines.2"), "two\n");
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
