// SPDX-License-Identifier: MIT
#include <cstdlib>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/engine/threads.h"
#include "temporary_folder.h"

namespace fovea::test {

namespace {

class Threads : public testing::Test
{
protected:
    void SetUp() override { unsetenv("FOVEA_THREADS"); }

    void TearDown() override { unsetenv("FOVEA_THREADS"); }
};

} // namespace

TEST_F(Threads, OneForASmallCallEveryCoreForALargeOne)
{
    EXPECT_EQ(threads_for(0, 0.69e9), 1);
    EXPECT_EQ(threads_for(0, 7.8e9), 1) << "the default model: cameras share cores";
    EXPECT_GE(threads_for(0, 27.8e9), 1);
}

TEST_F(Threads, AQuotaOfTheControlGroupsLimitsThem)
{
    const TemporaryFolder folder;
    const auto own = folder.write("own", "1:cpu:/elsewhere\n0::/system.slice/fovea.service\n");
    EXPECT_EQ(quota_cores(folder.path() / "groups", own), 0) << "nothing says";
    folder.write("groups/cpu.max", "max 100000\n");
    EXPECT_EQ(quota_cores(folder.path() / "groups", own), 0);
    folder.write("groups/system.slice/fovea.service/cpu.max", "250000 100000\n");
    EXPECT_EQ(quota_cores(folder.path() / "groups", own), 3);
    folder.write("groups/system.slice/cpu.max", "100000 100000\n");
    EXPECT_EQ(quota_cores(folder.path() / "groups", own), 1) << "a parent's holds too";
    const auto contained = folder.write("contained", "0::/\n");
    folder.write("groups/cpu.max", "200000 100000\n");
    EXPECT_EQ(quota_cores(folder.path() / "groups", contained), 2);
    EXPECT_EQ(quota_cores(folder.path() / "groups", folder.path() / "no process"), 2);
    EXPECT_GE(usable_cores(), 1);
}

TEST_F(Threads, TheEnvironmentReplacesTheChoiceButNotTheSetting)
{
    setenv("FOVEA_THREADS", "3", 1);
    EXPECT_EQ(threads_for(0, 0.69e9), 3);
    EXPECT_EQ(threads_for(0, 27.8e9), 3);
    EXPECT_EQ(threads_for(2, 27.8e9), 2);
}

TEST_F(Threads, AWrongEnvironmentIsNamed)
{
    setenv("FOVEA_THREADS", "many", 1);
    try {
        threads_for(0, 1e9);
        FAIL();
    } catch (const Error &error) {
        EXPECT_EQ(std::string(error.what()),
                  "FOVEA_THREADS is 'many', expected a number of threads, 1 or more");
    }
}

} // namespace fovea::test
