// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>
#include <sys/file.h>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "fovea/store/lock_file.h"
#include "temporary_folder.h"

namespace fovea::test {

TEST(LockFile, OneHoldsItAndTheOthersAreToldWhich)
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "lock";
    EXPECT_EQ(LockFile::holder_of(file), "");
    const LockFile first(file);
    ASSERT_TRUE(first.is_held());
    EXPECT_EQ(LockFile::holder_of(file), std::to_string(getpid()));
    const LockFile second(file);
    EXPECT_FALSE(second.is_held());
    EXPECT_EQ(second.holder(), std::to_string(getpid()));
}

TEST(LockFile, WhoLooksForAMomentKeepsNobodyOut)
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "lock";
    bool is_held = false;
    for (int i = 0; i < 5 && !is_held; ++i) { // the other thread may wait for a processor
        const int looks = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        ASSERT_EQ(flock(looks, LOCK_SH), 0); // as holder_of() does
        std::thread soon([looks] {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            close(looks);
        });
        is_held = LockFile(file).is_held();
        soon.join();
    }
    EXPECT_TRUE(is_held);
}

} // namespace fovea::test
