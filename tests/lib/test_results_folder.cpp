// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/results/result_formats.h"
#include "fovea/store/results/results_folder.h"
#include "fovea/store/web_video.h"
#include "temporary_folder.h"

namespace fs = std::filesystem;

namespace fovea {

namespace {

class Labelled : public testing::Test
{
protected:
    void SetUp() override
    {
        // Results count only where they are younger than their video
        fs::last_write_time(video_, fs::file_time_type::clock::now() - std::chrono::hours(1));
        wanted_.made_with = {{"model", "watch"}};
        wanted_.formats = {"results.csv"};
    }

    ResultsFolder folder() const { return {path_, video_, wanted_}; }

    static Result of_video(const std::string &run)
    {
        Result result;
        result.has_activity = true;
        result.activity.scope = Activity::Scope::Video;
        result.activity.label = {"fall", 1, 0.75F};
        result.run = run;
        return result;
    }

    /** \brief As the command does, with made-up results and videos */
    void label() const
    {
        ResultsFolder made = folder();
        made.open();
        if (made.lacks_results()) {
            write_whole(made.new_results(), to_json_lines({of_video("first")}));
            made.keep_results(told_);
        }
        made.write_texts();
        if (made.lacks_video()) {
            write_whole(made.new_video(), "drawn");
            made.keep_video();
        }
        if (made.lacks_summary()) {
            write_whole(made.new_summary(), "cut");
            made.keep_summary();
        }
    }

    bool holds(const std::string &name) const { return fs::exists(path_ / name); }

    TemporaryFolder root_;
    fs::path video_ = root_.write("a.mp4", "video");
    fs::path path_ = ResultsFolder::path_of(video_, "");
    WantedResults wanted_;
    std::vector<std::string> told_;
};

TEST_F(Labelled, StandsBesideTheVideoOrInTheFolderAskedFor)
{
    EXPECT_EQ(ResultsFolder::path_of("/videos/a.mp4", ""), fs::path("/videos/a.mp4.fovea"));
    EXPECT_EQ(ResultsFolder::path_of("/videos/a.mp4", "/out"), fs::path("/out/a.mp4.fovea"));
    const fs::path remote = "https://host/a.mp4";
    const std::string name = file_name_of(remote).string() + ".fovea";
    EXPECT_EQ(ResultsFolder::path_of(remote, "/out"), fs::path("/out") / name);
    EXPECT_EQ(ResultsFolder::path_of(remote, ""), fs::path(name));
}

TEST_F(Labelled, IsWholeOnceAllThatWasAskedForIsThere)
{
    EXPECT_TRUE(folder().lacks_results());
    EXPECT_FALSE(fs::exists(path_)); // looking makes nothing
    label();
    EXPECT_TRUE(folder().is_whole());
    EXPECT_TRUE(holds("results.jsonl"));
    EXPECT_TRUE(holds("results.csv"));
    EXPECT_FALSE(holds("results.vtt"));
}

TEST_F(Labelled, AFormAskedForLaterIsMadeOfTheResultsThatAreThere)
{
    label();
    wanted_.formats = {"results.csv", "results.vtt"};
    EXPECT_FALSE(folder().is_whole());
    EXPECT_FALSE(folder().lacks_results());
    label();
    EXPECT_TRUE(folder().is_whole());
    EXPECT_TRUE(holds("results.vtt"));
}

TEST_F(Labelled, AnotherModelOrAYoungerVideoNeedsNewResults)
{
    label();
    wanted_.made_with = {{"model", "i3d"}};
    EXPECT_TRUE(folder().lacks_results());
    wanted_.made_with = {{"model", "watch"}};
    EXPECT_FALSE(folder().lacks_results());
    fs::last_write_time(video_, fs::file_time_type::clock::now() + std::chrono::hours(1));
    EXPECT_TRUE(folder().lacks_results());
}

TEST_F(Labelled, WhatWasToldOfTheVideoStandsInItsRecordAsLongAsItsResults)
{
    told_ = {"seems cut short"};
    label();
    EXPECT_EQ(recorded_warnings(path_ / "run.json"), told_);
    told_.clear(); // nothing is read again
    wanted_.formats = {"results.csv", "results.vtt"};
    wanted_.video = true;
    label();
    EXPECT_EQ(recorded_warnings(path_ / "run.json"), std::vector<std::string>{"seems cut short"});
    wanted_.anew = true; // a whole copy of it, say
    label();
    EXPECT_EQ(recorded_warnings(path_ / "run.json"), std::vector<std::string>());
}

TEST_F(Labelled, OfResultsOfAnEarlierVersionItIsNotKnownWhatWasTold)
{
    label();
    Json record = read_json(path_ / "run.json");
    record.erase("warnings");
    write_whole(path_ / "run.json", file_text(record));
    wanted_.formats = {"results.csv", "results.vtt"};
    label();
    EXPECT_TRUE(holds("results.vtt"));
    EXPECT_FALSE(read_json(path_ / "run.json").contains("warnings"));
}

TEST_F(Labelled, ResultsOfTwoRunsOrWithHalfALineAreMadeAnew)
{
    label();
    const std::string whole = to_json_lines({of_video("first")});
    write_whole(path_ / "results.jsonl", whole);
    EXPECT_TRUE(folder().is_whole());
    write_whole(path_ / "results.jsonl", whole + to_json_lines({of_video("second")}));
    EXPECT_TRUE(folder().lacks_results());
    write_whole(path_ / "results.jsonl", whole + whole); // the video's label twice
    EXPECT_TRUE(folder().lacks_results());
    write_whole(path_ / "results.jsonl", whole.substr(0, whole.size() / 2));
    EXPECT_TRUE(folder().lacks_results());
}

TEST_F(Labelled, NewResultsMakeStaleWhatWasMadeOfTheEarlierOnes)
{
    wanted_.video = true;
    wanted_.summary = true;
    wanted_.summary_ratio = 0.25;
    label();
    EXPECT_TRUE(folder().is_whole());

    wanted_.made_with = {{"model", "i3d"}};
    wanted_.video = false;
    wanted_.summary = false;
    label();
    EXPECT_TRUE(folder().is_whole());
    EXPECT_FALSE(holds("labelled.mp4"));
    EXPECT_FALSE(holds("summary.mp4"));
    EXPECT_FALSE(holds("summary.json"));
}

TEST_F(Labelled, ResultsOfAnotherVideoOfTheSameNameStay)
{
    const TemporaryFolder elsewhere;
    path_ = root_.path() / "out/a.mp4.fovea";
    label();
    const fs::path first = video_;
    video_ = elsewhere.write("a.mp4", "other"); // as a recorder's files of equal size
    fs::last_write_time(video_, fs::last_write_time(first));
    EXPECT_FALSE(folder().is_whole()) << "it was never looked at";
    for (const bool anew : {false, true}) {
        wanted_.anew = anew;
        try {
            folder().open();
            ADD_FAILURE() << "no error";
        } catch (const Error &error) {
            EXPECT_NE(std::string(error.what()).find("'" + first.string() + "'"), std::string::npos)
                << error.what();
        }
    }
    wanted_.anew = false;
    fs::remove(first); // moved, and another in its place, as far as anybody can say
    EXPECT_NO_THROW(folder().open());
}

TEST_F(Labelled, AVideoWhoseNameIsNoUtf8IsKnownAgain)
{
    const TemporaryFolder elsewhere;
    path_ = root_.path() / "out/\xfc%41.mp4.fovea";
    video_ = root_.write("\xfc%41.mp4", "video");
    label();
    EXPECT_EQ(recorded_video(path_ / "run.json"), video_);
    video_ = elsewhere.write("\xfc%41.mp4", "other");
    EXPECT_THROW(folder().open(), Error);
}

TEST_F(Labelled, ACopyIsTheSameVideo)
{
    const TemporaryFolder elsewhere;
    path_ = root_.path() / "out/a.mp4.fovea";
    label();
    const auto time = fs::last_write_time(video_);
    video_ = elsewhere.write("a.mp4", "video");
    fs::last_write_time(video_, time);
    EXPECT_TRUE(folder().is_whole());
}

TEST_F(Labelled, AnotherRatioMakesTheSummaryAloneAnew)
{
    wanted_.summary = true;
    wanted_.summary_ratio = 0.25;
    label();
    wanted_.summary_ratio = 0.5;
    EXPECT_TRUE(folder().lacks_summary());
    EXPECT_FALSE(folder().lacks_results());
}

TEST_F(Labelled, AnewNothingThatIsThereCounts)
{
    wanted_.video = true;
    label();
    wanted_.anew = true;
    EXPECT_TRUE(folder().lacks_results());
    EXPECT_TRUE(folder().lacks_video());
}

TEST_F(Labelled, NewResultsThatAreNotWholeLeaveTheEarlierOnes)
{
    label();
    wanted_.anew = true;
    ResultsFolder made = folder();
    made.open();
    write_whole(made.new_results(), "{\"half");
    EXPECT_THROW(made.keep_results({}), Error);
    wanted_.anew = false;
    EXPECT_TRUE(folder().is_whole());
}

} // namespace

} // namespace fovea
