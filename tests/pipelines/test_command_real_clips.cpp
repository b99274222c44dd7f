// SPDX-License-Identifier: MIT
#include <fstream>
#include <iostream>
#include <regex>
#include <sstream>

#include <nlohmann/json.hpp>

#include "command_test.h"
#include "fovea/core/json.h"
#include "fovea/store/results/result_json.h"

namespace {

using namespace fovea_test; // NOLINT(google-build-using-namespace)

class RealClips : public CommandTest
{
protected:
    void SetUp() override
    {
        CommandTest::SetUp();
        if (shared().empty())
            GTEST_SKIP() << "the folder of real clips is not there (FOVEA_SHARED)";
        const auto weights = shared() / "data/detectors";
        ASSERT_EQ(run_fovea({"models", "fetch", detector, "--from", weights.string()}).exit_code,
                  0);
    }

    CommandRun label_all(std::vector<std::string> videos) const
    {
        videos.insert(videos.begin(), {"label", "--detector", detector, "--jobs", "2", "--format",
                                       "jsonl", "--out", at("out").string()});
        return run_fovea(videos);
    }

    /** The label of the whole video; empty where there is none. */
    std::string label_of(const std::filesystem::path &video) const
    {
        std::ifstream lines(at("out") / (video.filename().string() + ".fovea") / "results.jsonl");
        std::string label;
        for (std::string line; std::getline(lines, line);) {
            const auto result = nlohmann::json::parse(line);
            if (result.contains("activity") && result["activity"]["scope"] == "video")
                label = result["activity"]["label"];
        }
        return label;
    }

    /** The test split of a set. */
    std::vector<std::string> clips_of(const std::string &set) const
    {
        std::ifstream list(shared() / "data" / set / "videos.csv");
        std::vector<std::string> clips;
        for (std::string line; std::getline(list, line);) {
            std::istringstream fields(line);
            std::string path, label, group, split;
            std::getline(fields, path, ',');
            std::getline(fields, label, ',');
            std::getline(fields, group, ',');
            std::getline(fields, split, '\r');
            if (split == "test")
                clips.push_back((shared() / "data" / set / path).string());
        }
        return clips;
    }

    /** Share of the test split of a set whose label, the name of its folder, is told right. */
    double accuracy(const std::string &set) const
    {
        const std::vector<std::string> videos = clips_of(set);
        EXPECT_EQ(label_all(videos).exit_code, 0);
        double right = 0;
        for (const std::string &video : videos) {
            const std::filesystem::path file = video;
            right += label_of(file) == file.parent_path().filename() ? 1 : 0;
        }
        std::cout << set << ": " << right << " of " << videos.size() << " right\n";
        return right / static_cast<double>(videos.size());
    }
};

/*
 * Measured by alarms: 46 of 61, all 33 others quiet (the weights before, by the strongest event above 0.5:
 * 53, but 8 of 33 taken for fights). The bar leaves room for another processor's rounding.
 */
TEST_F(RealClips, FightsOfUnseenScenesAreTold)
{
    EXPECT_GE(accuracy("fights"), 0.70);
}

/* Measured by alarms: 12 of 17 (by the strongest event above 0.5, weights before: 16). */
TEST_F(RealClips, FallsAreTold)
{
    EXPECT_GE(accuracy("falls"), 0.64);
}

float covered(const fovea::Box &person, const fovea::Box &by)
{
    return person.area() > 0 ? fovea::intersected(person, by).area() / person.area() : 0;
}

/* How much more of the persons the salient boxes of a video cover than a box as large in the middle */
double gain_over_the_middle(const std::vector<fovea::Result> &results)
{
    double gain = 0;
    for (const fovea::Result &window : results) {
        if (!window.has_activity || window.activity.scope != fovea::Activity::Scope::Window)
            continue;
        const fovea::Box salient = window.activity.regions.back().region.box;
        const fovea::Box middle = {(1 - salient.width) / 2, (1 - salient.height) / 2, salient.width,
                                   salient.height};
        for (const fovea::Result &frame : results)
            for (const fovea::Person &person : frame.persons)
                if (frame.timestamp >= window.activity.time.start &&
                    frame.timestamp < window.activity.time.end)
                    gain += covered(person.box, salient) - covered(person.box, middle);
    }
    return gain;
}

/* Measured: 10 of 10. One person, small and not in the middle. */
TEST_F(RealClips, SaliencyLandsOnThePersonMoreThanTheMiddleDoesOnYoga)
{
    std::vector<std::string> videos; // by other names: those of the set differ by folder alone
    for (const std::string &clip : clips_of("yoga")) {
        videos.push_back(at("clip" + std::to_string(videos.size()) + ".mp4").string());
        std::filesystem::create_symlink(clip, videos.back());
    }
    ASSERT_FALSE(videos.empty());
    std::vector<std::string> words = {"--focus", "saliency"};
    words.insert(words.end(), videos.begin(), videos.end());
    ASSERT_EQ(label_all(words).exit_code, 0);
    std::size_t better = 0;
    for (const std::string &video : videos) {
        const auto folder = std::filesystem::path(video).filename().string() + ".fovea";
        const auto results = fovea::read_results((at("out") / folder / "results.jsonl").string());
        better += gain_over_the_middle(results) > 0 ? 1 : 0;
    }
    std::cout << better << " of " << videos.size() << " better than the middle\n";
    EXPECT_GT(2 * better, videos.size());
}

/* From standing or sitting to the floor, seconds, read off the frames by eye */
struct SeenFall {
    const char *clip;
    double start;
    double end;
};

constexpr SeenFall seen_falls[] = {{"fall-19", 1.2, 1.9}, {"fall-20", 1.0, 1.9},
                                   {"fall-21", 1.1, 1.8}, {"fall-22", 0.4, 1.2},
                                   {"fall-23", 1.2, 2.0}, {"fall-24", 0.6, 1.4}};

/* Measured: all 6 of the front camera, with a third of each clip kept. */
TEST_F(RealClips, AThirdOfAFallClipHoldsMostOfTheFall)
{
    const auto file_of = [this](const SeenFall &fall) {
        return shared() / "data/falls/fall" / (std::string(fall.clip) + "-cam0.mp4");
    };
    std::vector<std::string> videos;
    for (const SeenFall &fall : seen_falls)
        videos.push_back(file_of(fall).string());
    ASSERT_EQ(label_all(videos).exit_code, 0);

    int held = 0;
    for (const SeenFall &fall : seen_falls) {
        const auto video = file_of(fall);
        const auto results = at("out") / (video.filename().string() + ".fovea/results.jsonl");
        const CommandRun run = run_program(
            {"gst-launch-1.0", "-m", "filesrc", "location=" + video.string(), "!", "decodebin", "!",
             "videoconvert", "!", "foveahighlight", "results=" + results.string(), "ratio=0.333",
             "min-duration=0", "padding=0", "!", "fakesink"});
        const std::regex piece(R"(fovea-highlight, start=\(guint64\)(\d+), end=\(guint64\)(\d+))");
        double kept = 0;
        for (auto found = std::sregex_iterator(run.out.begin(), run.out.end(), piece);
             found != std::sregex_iterator(); ++found)
            kept += std::max(0.0, std::min(fall.end, std::stod((*found)[2]) / 1e9) -
                                      std::max(fall.start, std::stod((*found)[1]) / 1e9));
        held += kept >= 0.5 * (fall.end - fall.start) ? 1 : 0;
    }
    std::cout << held << " of 6 falls held\n";
    EXPECT_GE(held, 5);
}

TEST_F(RealClips, EveryClipOfTheCollectionIsLabelled)
{
    std::vector<std::string> videos;
    for (const auto &entry : std::filesystem::directory_iterator(shared() / "data/clips"))
        videos.push_back(entry.path().string());
    ASSERT_FALSE(videos.empty());
    const CommandRun run = label_all(videos);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    for (const std::string &video : videos)
        EXPECT_NE(label_of(video), "") << video;
}

} // namespace
