// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/core/mapped_file.h"
#include "targets.h"

namespace {

namespace fs = std::filesystem;

struct Target {
    const char *name; ///< also of its folder of inputs
    void (*run)(std::string_view input);
};

class Corpus : public testing::TestWithParam<Target>
{
};

/* A crash or an abort ends the program; a hang is one input of more than five seconds. */
TEST_P(Corpus, EachInputIsReadOrRefusedInTime)
{
    const fs::path folder = fs::path(FUZZ_CORPUS) / GetParam().name;
    std::vector<fs::path> files;
    for (const auto &entry : fs::directory_iterator(folder))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    ASSERT_FALSE(files.empty()) << folder;
    outcomes = {};
    for (const fs::path &file : files) {
        SCOPED_TRACE(file);
        const fovea::MappedFile input(file, "input");
        const auto start = std::chrono::steady_clock::now();
        EXPECT_NO_THROW(GetParam().run(input.bytes()));
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
    }
    EXPECT_TRUE(outcomes.read > 0 || outcomes.refused == 0) << "no input is read: nothing is tried";
    std::printf("%zu inputs of %s\n", files.size(), GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(
    Fuzz, Corpus,
    testing::Values(Target{"card", fuzz_card}, Target{"weights", fuzz_weights},
                    Target{"feature_file", fuzz_feature_file}, Target{"results", fuzz_results},
                    Target{"list", fuzz_list}, Target{"calibration", fuzz_calibration},
                    Target{"detector_cfg", fuzz_detector_cfg}, Target{"network", fuzz_network},
                    Target{"stamps", fuzz_stamps}, Target{"container", fuzz_container}),
    [](const auto &info) { return std::string(info.param.name); });

} // namespace
