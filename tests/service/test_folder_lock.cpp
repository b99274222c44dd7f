// SPDX-License-Identifier: MIT
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
