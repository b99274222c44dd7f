// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>

#include <nlohmann/json.hpp>

#include "command_test.h"
#include "fovea/store/results/result_json.h"

// Files whose stamps, rates or ends are not what they say: ../shared/cases/time

namespace {

namespace fs = std::filesystem;
using fovea::Activity;
using fovea::Result;
using fovea::to_seconds;
using namespace fovea_test; // NOLINT(google-build-using-namespace)

class TimeCases : public CommandTest
{
protected:
    void SetUp() override
    {
        CommandTest::SetUp();
        if (shared().empty() || !fs::exists(shared() / "cases/time"))
            GTEST_SKIP() << "the folder of cases is not there (FOVEA_SHARED)";
        const auto weights = shared() / "data/detectors";
        ASSERT_EQ(run_fovea({"models", "fetch", detector, "--from", weights.string()}).exit_code,
                  0);
    }

    static fs::path given(const std::string &name) { return shared() / "cases/time" / name; }

    CommandRun label_out(const fs::path &video, std::vector<std::string> more = {}) const
    {
        more.insert(more.begin(),
                    {"label", "--detector", detector, "--out", at("out").string(), video.string()});
        return run_fovea(more);
    }

    fs::path output(const fs::path &video, const std::string &name) const
    {
        return at("out") / (video.filename().string() + ".fovea") / name;
    }

    std::vector<Result> results(const fs::path &video) const
    {
        return fovea::read_results(output(video, "results.jsonl").string());
    }

    std::vector<Activity> windows(const fs::path &video) const
    {
        std::vector<Activity> found;
        for (const Result &result : results(video))
            if (result.has_activity && result.activity.scope == Activity::Scope::Window)
                found.push_back(result.activity);
        return found;
    }

    /**
     * \brief Two stretches, and no window over the gap between them
     * \param least_before windows before the gap; a stretch shorter than a clip has none
     */
    void has_two_stretches(const std::string &name, double behind, std::size_t least_before) const
    {
        const CommandRun run = label_out(given(name));
        ASSERT_EQ(run.exit_code, 0) << run.err;
        const auto found = windows(given(name));
        EXPECT_LE(found.size(), 8U);
        std::size_t before = 0;
        for (const Activity &window : found) {
            EXPECT_LT(to_seconds(window.time.end - window.time.start), 3);
            before += to_seconds(window.time.end) < behind ? 1 : 0;
        }
        EXPECT_GE(before, least_before);
        EXPECT_GE(found.size() - before, 1U);
    }
};

} // namespace

TEST_F(TimeCases, VfrHasTheBoxesOfTheSamePacketsInMatroska)
{
    const fs::path matroska = made_by("filesrc location='" + given("vfr.mp4").string() +
                                          "' ! qtdemux ! h264parse ! matroskamux",
                                      at("vfr.mkv"));
    std::map<std::string, std::vector<Result>> seen;
    for (const fs::path &video : {given("vfr.mp4"), matroska}) {
        const CommandRun run = label_out(video);
        ASSERT_EQ(run.exit_code, 0) << run.err;
        for (const Result &result : results(video))
            if (!result.persons.empty())
                seen[video.extension().string()].push_back(result);
    }
    ASSERT_GE(seen[".mp4"].size(), 15U) << "the man is seen all along";
    ASSERT_EQ(seen[".mp4"].size(), seen[".mkv"].size());
    for (std::size_t i = 0; i < seen[".mp4"].size(); ++i) {
        const fovea::Box &box = seen[".mp4"][i].persons.front().box;
        const fovea::Box &same = seen[".mkv"][i].persons.front().box;
        EXPECT_NEAR(box.x, same.x, 0.02) << i; // Matroska rounds stamps to milliseconds
        EXPECT_NEAR(box.width, same.width, 0.02) << i;
    }
    /* He walks from the right edge to the left one. */
    EXPECT_GT(seen[".mp4"].front().persons.front().box.x, 0.7);
    EXPECT_LT(seen[".mp4"].back().persons.front().box.x, 0.2);
}

TEST_F(TimeCases, Jump3hIsADiscontinuity)
{
    has_two_stretches("jump3h.mp4", 3600, 1);
}

TEST_F(TimeCases, AGapOfAYearIsADiscontinuity)
{
    has_two_stretches("gap-of-a-year.mkv", 3600, 0);
}

TEST_F(TimeCases, SoundThatRunsOnIsNoDamage)
{
    CommandRun run = label_out(given("la10.mp4"));
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_EQ(run.err, "");

    // 40 s of sound. GStreamer's MP4 reader does not show so short a video track at all
    const auto with_long_sound = [](const std::string &muxer, const fs::path &file) {
        return made_by("audiotestsrc num-buffers=1723 ! avenc_aac ! queue ! " + muxer +
                           " name=m filesrc location='" + given("walk_a.mp4").string() +
                           "' ! qtdemux ! h264parse ! queue ! m. m.",
                       file);
    };
    run = label_out(with_long_sound("mp4mux", at("la40.mp4")));
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("put it into Matroska"), std::string::npos) << run.err;
    run = label_out(with_long_sound("matroskamux", at("la40.mkv")));
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_EQ(run.err, "");
}

/* off5.mkv: the first frame is at 5 s */
TEST_F(TimeCases, AFileThatBeginsLateIsNotDamagedAndCountsFromItsFirstFrame)
{
    const fs::path late = made_by("videotestsrc pattern=ball num-buffers=175 "
                                  "timestamp-offset=5000000000 ! video/x-raw,framerate=25/1 ! "
                                  "x264enc speed-preset=ultrafast ! matroskamux",
                                  at("off5.mkv"));
    const CommandRun run = label_out(late);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.err, "");
    const auto found = windows(late);
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found.front().time.start, 0);
}

/* reset.ts: the same transport stream twice, one behind the other */
TEST_F(TimeCases, AllOutputsOfATransportStreamCountFromItsFirstFrame)
{
    const fs::path once = made_by("filesrc location='" + given("walk_a.mp4").string() +
                                      "' ! qtdemux ! h264parse ! mpegtsmux",
                                  at("a.ts"));
    const fs::path twice = at("reset.ts");
    write_text(twice, read_text(once) + read_text(once));
    const CommandRun run = label_out(twice, {"--video"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(results(twice).front().timestamp, 0);
    ASSERT_FALSE(windows(twice).empty());
    EXPECT_EQ(windows(twice).front().time.start, 0);

    const std::string cues = read_text(output(twice, "results.vtt"));
    EXPECT_EQ(cues.substr(cues.find(" --> ") - 12, 12), "00:00:00.000");

    // frames of the labelled video are where the results are: the man walks through twice
    const CommandRun first = label_out(output(twice, "labelled.mp4"));
    ASSERT_EQ(first.exit_code, 0) << first.err;
    const std::vector<Result> again = results(output(twice, "labelled.mp4"));
    EXPECT_EQ(again.front().timestamp, 0);
    EXPECT_NEAR(to_seconds(again.back().timestamp), to_seconds(results(twice).back().timestamp),
                0.1);
}

/* fullrange.mp4: 0 to 255 stands for black to white, where labelled.mp4 has 16 to 235 */
TEST_F(TimeCases, FullRangeKeepsItsBrightnessInTheLabelledVideo)
{
    const fs::path video = given("fullrange.mp4");
    const CommandRun run = label_out(video, {"--video"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto luma_of_first_frame = [&](const fs::path &file) {
        const std::string raw = read_text(made_by("filesrc location='" + file.string() +
                                                      "' ! decodebin ! video/x-raw,format=I420",
                                                  at("frames.raw")));
        return raw.substr(0, std::size_t{320} * 240);
    };
    const std::string in = luma_of_first_frame(video);
    const std::string out = luma_of_first_frame(output(video, "labelled.mp4"));
    ASSERT_EQ(in.size(), std::size_t{320} * 240);
    ASSERT_EQ(out.size(), in.size());
    std::vector<int> of_grey; // where the file has 191, its brightest large surface
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (static_cast<unsigned char>(in[i]) == 191)
            of_grey.push_back(static_cast<unsigned char>(out[i]));
    }
    ASSERT_GT(of_grey.size(), 5000U);
    const auto middle = of_grey.begin() + static_cast<std::ptrdiff_t>(of_grey.size() / 2);
    std::nth_element(of_grey.begin(), middle, of_grey.end());
    EXPECT_NEAR(*middle, 16 + 191 * 219.0 / 255, 2); // most of it is not drawn on
}

TEST_F(TimeCases, FramesThatCannotBeConvertedGiveNoLabel)
{
    const CommandRun run = label_out(given("pal8.avi"));
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("frames could be converted"), std::string::npos) << run.err;
    EXPECT_FALSE(fs::exists(output(given("pal8.avi"), "results.jsonl")));
}

TEST_F(TimeCases, AStatedRateOf90000ASecondOrNoneRuns)
{
    for (const char *rate : {"90000/1", "1/1000", "0/1"}) {
        const std::string name = std::string("rate-") + rate[0] + ".mkv";
        const fs::path video =
            made_by("videotestsrc pattern=ball num-buffers=100 ! video/x-raw,framerate=25/1 ! "
                    "x264enc speed-preset=ultrafast ! capssetter caps=video/x-h264,framerate=" +
                        std::string(rate) + " ! matroskamux",
                    at(name));
        const CommandRun run = label_out(video);
        EXPECT_EQ(run.exit_code, 0) << rate << run.err;
        EXPECT_GE(windows(video).size(), 1U) << rate;
    }
}
