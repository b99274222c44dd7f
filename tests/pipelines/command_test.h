// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "command.h"

namespace fovea_test {

constexpr const char *detector =
    "yolo-fastest-1.1-xl"; ///< whose weights are in the folder of real clips

/** \brief A folder of its own for each test, gone afterwards */
class CommandTest : public testing::Test
{
protected:
    void SetUp() override
    {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
    }

    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path at(const std::string &name) const { return folder_ / name; }

    /** \brief `fovea label` with the embedded detector, which needs no weights */
    static CommandRun label(std::vector<std::string> arguments,
                            const std::map<std::string, std::string> &environment = {})
    {
        arguments.insert(arguments.begin(), {"label", "--detector", "hog"});
        return run_fovea(arguments, environment);
    }

    /** \brief Real clips and weights; empty where they are absent */
    static std::filesystem::path shared()
    {
        const char *folder = std::getenv("FOVEA_SHARED");
        if (folder == nullptr || !std::filesystem::exists(std::filesystem::path(folder) / "data"))
            return {};
        return folder;
    }

private:
    std::filesystem::path folder_ = std::filesystem::temp_directory_path() /
                                    ("fovea-" + std::to_string(getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
};

/** \brief Lines of a text, but those of a run's progress: they come where the machine is slow */
inline long lines(const std::string &text)
{
    long count = std::count(text.begin(), text.end(), '\n');
    for (auto at = text.find(" % done"); at != std::string::npos; at = text.find(" % done", at + 1))
        --count;
    return count;
}

} // namespace fovea_test
