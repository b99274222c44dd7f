// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include "../lib/temporary_folder.h"
#include "fovea/core/errors.h"
#include "service/folder_lock.h"

namespace fovea::test {

namespace {

std::string lock_refusal(const std::filesystem::path &folder)
{
    try {
        const FolderLock lock(folder);
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), Error::Kind::CannotWrite);
        return error.what();
    }
    return "";
}

} // namespace

TEST(FolderLock, AFolderThatItMakesIsClosedToOthersAndOneThatIsThereStaysAsItIs)
{
    const TemporaryFolder folder;
    const auto of_others = [](const std::filesystem::path &path) {
        return std::filesystem::status(path).permissions() & std::filesystem::perms::others_all;
    };
    const mode_t before = umask(022);
    EXPECT_EQ(lock_refusal(folder.path() / "made/"), "");
    EXPECT_EQ(of_others(folder.path() / "made"), std::filesystem::perms::none);
    std::filesystem::create_directory(folder.path() / "there");
    EXPECT_EQ(lock_refusal(folder.path() / "there"), "");
    umask(before);
    EXPECT_NE(of_others(folder.path() / "there"), std::filesystem::perms::none);
}

TEST(FolderLock, AFolderIsOneWatchsAndFreeOnceThatEnded)
{
    const TemporaryFolder folder;
    const std::filesystem::path mine = folder.path() / "made" / "with it";
    {
        const FolderLock lock(mine);
        const std::string error = lock_refusal(mine);
        EXPECT_NE(error.find("another fovea watch, process " + std::to_string(getpid())),
                  std::string::npos)
            << error;
        EXPECT_NE(error.find("--out"), std::string::npos) << error;
    }
    EXPECT_EQ(lock_refusal(mine), "");
}

TEST(FolderLock, AFolderThatCannotBeMadeIsNamed)
{
    const TemporaryFolder folder;
    const std::string file = folder.write("file", "no folder").string();
    EXPECT_NE(lock_refusal(file + "/sub").find("folder '" + file + "/sub'"), std::string::npos);
}

} // namespace fovea::test
