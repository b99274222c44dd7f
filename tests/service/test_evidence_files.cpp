// SPDX-License-Identifier: MIT
#include <chrono>

#include <gtest/gtest.h>

#include "../lib/temporary_folder.h"
#include "service/evidence_files.h"

namespace fovea::test {

namespace {

using namespace std::chrono_literals;

std::filesystem::path made(const TemporaryFolder &folder, const std::string &name,
                           std::size_t bytes, std::chrono::hours age)
{
    const auto file = folder.write(name, std::string(bytes, 'x'));
    std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - age);
    return file;
}

} // namespace

TEST(EvidenceFiles, TheOldestGoUntilTheOthersFit)
{
    const TemporaryFolder folder;
    made(folder, "door/1/new.mp4", 40, 1h);
    const auto older = made(folder, "yard/1/older.mp4", 40, 3h);
    made(folder, "door/1/old.mp4", 40, 2h);
    const auto oldest = made(folder, "door/2/oldest.mp4", 1, 4h);
    EXPECT_TRUE(oldest_beyond(folder.path(), 121).empty());
    EXPECT_EQ(oldest_beyond(folder.path(), 80),
              (std::vector<std::filesystem::path>{older, oldest}));
    EXPECT_TRUE(oldest_beyond(folder.path() / "nowhere", 0).empty());
}

TEST(EvidenceFiles, PartsThatWereLeftAreFound)
{
    const TemporaryFolder folder;
    made(folder, "door/whole.mp4", 1, 1h);
    const auto part = made(folder, "door/broken.mp4.part", 1, 1h);
    EXPECT_EQ(unfinished(folder.path()), std::vector<std::filesystem::path>{part});
}

TEST(EvidenceFiles, EmptyFoldersGoWithTheirLastFile)
{
    const TemporaryFolder folder;
    const auto one = made(folder, "evidence/door/day/one.mp4", 1, 1h);
    made(folder, "evidence/door/other/two.mp4", 1, 1h);
    remove_evidence(one, folder.path() / "evidence");
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "evidence/door/day"));
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "evidence/door/other/two.mp4"));
    remove_evidence(folder.path() / "evidence/door/other/two.mp4", folder.path() / "evidence");
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "evidence/door"));
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "evidence"));
    remove_evidence(folder.path() / "nowhere/file", folder.path());
}

} // namespace fovea::test
