// SPDX-License-Identifier: MIT
#include "fovea/store/tensors/feature_file.h"
#include "label_test.h"

namespace fs = std::filesystem;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::LabelCommand;
using fovea_test::made_by;
using fovea_test::read_text;
using fovea_test::run_fovea;
using fovea_test::write_text;

TEST_F(LabelCommand, ExtractWritesRowsOfEachTimestep)
{
    const fs::path video = ball(at("ball.mp4"), 300);
    const std::vector<std::string> words = {"extract",     video.string(),
                                            "--model",     "watch",
                                            "--detector",  "hog",
                                            "--sampling",  "uniform",
                                            "--timesteps", "4",
                                            "--label",     "rolling",
                                            "--out",       at("features").string()};
    const CommandRun run = run_fovea(words);
    ASSERT_EQ(run.exit_code, 0) << run.err;

    const fovea::FeatureFile features = fovea::read_feature_file(at("features/ball.pt"));
    EXPECT_EQ(features.features.shape, (std::vector<std::int64_t>{2, 4 * 4, 128}));
    EXPECT_EQ(features.label, "rolling");
    EXPECT_EQ(features.video_id, "ball");
    EXPECT_EQ(features.bundle, "watch");
    EXPECT_NE(run_fovea(words).out.find("extracted before"), std::string::npos);
}

TEST_F(LabelCommand, AnEditedCardMakesRowsAndResultsAnewButNotForItsTitle)
{
    const fs::path video = ball(at("ball.mp4"), 120);
    fs::copy(fs::path(std::getenv("FOVEA_MODEL_PATH")) / "watch", at("own"));
    const auto edit = [&](const std::string &from, const std::string &to) {
        std::string card = read_text(at("own/card.json"));
        ASSERT_NE(card.find(from), std::string::npos);
        write_text(at("own/card.json"), card.replace(card.find(from), from.size(), to));
    };
    const auto rows = [&] {
        const CommandRun run = run_fovea({"extract", video.string(), "--model", at("own").string(),
                                          "--detector", "hog", "--out", at("features").string()});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        return run.out;
    };
    const auto results = [&] { return label({video.string(), "--model", at("own").string()}).out; };
    EXPECT_EQ(rows(), "ball.pt: written\n");
    EXPECT_EQ(results().find("before"), std::string::npos);
    edit("\"title\": \"", "\"title\": \"Own: ");
    EXPECT_EQ(rows(), "ball.pt: extracted before\n");
    EXPECT_NE(results().find("labelled before"), std::string::npos);
    edit("\"hop\": 8 }", "\"hop\": 4 }");
    EXPECT_EQ(rows(), "ball.pt: written\n");
    EXPECT_EQ(results().find("before"), std::string::npos);
    edit("\"top_k\": 3", "\"top_k\": 2");
    EXPECT_EQ(rows(), "ball.pt: extracted before\n") << "they are before any decision";
    EXPECT_EQ(results().find("before"), std::string::npos);
}

TEST_F(LabelCommand, RowsOfASplitThatWereMadeOtherwiseLeaveTheListAndAreTold)
{
    ball(at("a.mp4"), 60);
    ball(at("b.mp4"), 60);
    write_text(at("clips.csv"), "path,label,split\na.mp4,fight,train\nb.mp4,fight,val\n");
    const auto extract = [&](const std::string &split, const std::string &regions) {
        const CommandRun run = run_fovea({"extract", "--list", at("clips.csv").string(), "--split",
                                          split, "--detector", "hog", "--regions", regions, "--out",
                                          at("features").string()});
        EXPECT_EQ(run.exit_code, 0) << run.err;
        return run.err;
    };
    EXPECT_EQ(extract("train", "full,actor").find("left out"), std::string::npos);
    EXPECT_NE(extract("val", "full")
                  .find("features/list.csv': left out 1 of the rows of other "
                        "splits, the first 'a.pt' of 'train': made with another "
                        "regions; extract those splits again, as this one\n"),
              std::string::npos);
    EXPECT_EQ(read_text(at("features/list.csv")).find("a.pt"), std::string::npos);
    EXPECT_EQ(extract("train", "full").find("left out"), std::string::npos);
    const std::string both = read_text(at("features/list.csv"));
    EXPECT_NE(both.find("a.pt"), std::string::npos);
    EXPECT_NE(both.find("b.pt"), std::string::npos);
}

TEST_F(LabelCommand, AnExtractionThatIsNotDoneHasTheSplitsOfItsList)
{
    fs::copy_file(ball(at("a.mp4"), 30), at("b.mp4"));
    ball(at("c.mp4"), 900);
    write_text(at("clips.csv"),
               "path,label,split\na.mp4,fight,train\nb.mp4,fall,val\nc.mp4,fight,val\n");
    const std::vector<std::string> words = {"extract",       "--detector", "hog",         "--list",
                                            at("clips.csv"), "--out",      at("features")};
    const CommandRun stopped = fovea_test::run_program(
        {"sh", "-c",
         "cd '" + at("").string() + "'; \"$FOVEA_COMMAND\" extract --detector hog --list " +
             at("clips.csv").string() +
             " --out features & run=$!; while kill -0 $run && [ ! -e features/b.run.json ]; do "
             "sleep 0.1; done; cp features/list.csv .; kill -TERM $run; wait "
             "$run"});
    EXPECT_EQ(stopped.exit_code, 130) << stopped.err;
    EXPECT_FALSE(fs::exists(at("features/c.pt")));
    const std::string list = read_text(at("list.csv"));
    for (const std::string &row : {"a.pt,fight," + at("a.mp4").string() + ",train",
                                   "b.pt,fall," + at("b.mp4").string() + ",val",
                                   "c.pt,fight," + at("c.mp4").string() + ",val"})
        EXPECT_NE(list.find(row), std::string::npos) << list;
    EXPECT_EQ(read_text(at("features/list.csv")).find("c.pt"), std::string::npos) << "a part";
    const CommandRun run = run_fovea(words);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_NE(run.out.find("a.pt: extracted before"), std::string::npos) << run.out;
    EXPECT_EQ(read_text(at("features/list.csv")), list);

    const CommandRun onto =
        run_fovea({"extract", "--list", at("features/list.csv"), "--out", at("features")});
    EXPECT_EQ(onto.exit_code, 1);
    EXPECT_NE(onto.err.find(at("features/list.csv").string() + "': is where the list of the "
                                                               "feature files is written; name "
                                                               "another --out\n"),
              std::string::npos)
        << onto.err;
}

TEST_F(LabelCommand, MirroredRowsAreThoseOfTheMirroredVideo)
{
    const fs::path video = ball(at("ball.mp4"), 60);
    const fs::path turned_round =
        made_by("filesrc location='" + video.string() +
                    "' ! decodebin ! videoconvert ! videoflip video-direction=horiz ! matroskamux",
                at("turned.mkv"));
    const auto extract = [&](const fs::path &file, const std::string &mirrored) {
        return run_fovea({"extract", file.string(), "--detector", "hog", "--sampling", "uniform",
                          "--timesteps", "2", mirrored, "--out", at("features").string()});
    };
    ASSERT_EQ(extract(video, "--mirrored").exit_code, 0);
    ASSERT_EQ(extract(turned_round, "--force").exit_code, 0);
    const auto both = fovea::read_feature_file(at("features/ball.pt"));
    const auto turned = fovea::read_feature_file(at("features/turned.pt"));
    EXPECT_TRUE(turned.mirrored.values.empty());
    ASSERT_EQ(both.mirrored.shape, turned.features.shape);
    EXPECT_EQ(both.mirrored.values, turned.features.values);
    EXPECT_NE(both.mirrored.values, both.features.values);

    EXPECT_NE(extract(video, "--mirrored").out.find("extracted before"), std::string::npos);
    EXPECT_NE(extract(video, "--force").out.find("written"), std::string::npos);
    EXPECT_NE(extract(video, "--mirrored").out.find("written"), std::string::npos)
        << "the file of before has none";
    EXPECT_EQ(std::distance(fs::directory_iterator(at("features")), {}), 4) << "no leftover";
}

TEST_F(LabelCommand, RowsOfAnotherVideoOfTheSameNameStay)
{
    fs::create_directories(at("one"));
    fs::create_directories(at("two"));
    const fs::path first = ball(at("one/a.mp4"), 60);
    const fs::path second = ball(at("two/a.mp4"), 90);
    const auto extract = [&](const fs::path &video) {
        return run_fovea({"extract", video.string(), "--model", "watch", "--detector", "hog",
                          "--out", at("rows").string()});
    };
    ASSERT_EQ(extract(first).exit_code, 0);
    const std::string rows = read_text(at("rows/a.pt"));
    const CommandRun other = extract(second);
    EXPECT_EQ(other.exit_code, 1);
    EXPECT_NE(other.err.find("one/a.mp4"), std::string::npos) << other.err;
    EXPECT_EQ(read_text(at("rows/a.pt")), rows);
}
