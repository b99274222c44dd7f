// SPDX-License-Identifier: MIT
#include <algorithm>

#include "command_test.h"
#include "fovea/bundle/bundle.h"
#include "fovea/core/json.h"
#include "fovea/core/motion_layout.h"
#include "fovea/store/tensors/feature_file.h"

namespace fs = std::filesystem;
using fovea::Bundle;
using fovea::Json;
using fovea_test::ball;
using fovea_test::CommandRun;
using fovea_test::made_by;
using fovea_test::read_text;
using fovea_test::run_fovea;
using fovea_test::write_text;

namespace {

/** \brief A second model on the model path: watch on smaller pictures; and clips of two classes */
class AttendedCommand : public fovea_test::CommandTest
{
protected:
    void SetUp() override
    {
        CommandTest::SetUp();
        const fs::path models = std::getenv("FOVEA_MODEL_PATH");
        fs::create_directories(at("models"));
        fs::copy(models / "watch", at("models/small"));
        Json card = fovea::read_json(models / "watch" / "card.json");
        card["name"] = "small";
        card["input"]["width"] = card["input"]["height"] = 64;
        write_text(at("models/small/card.json"), card.dump());
        environment_["FOVEA_MODEL_PATH"] = at("models").string() + ":" + models.string();

        for (const char *name : {"moving", "still"})
            fs::create_directories(at("clips") / name);
        for (int i = 0; i < 6; ++i) {
            const std::string name = std::to_string(i) + ".mp4";
            ball(at("clips/moving") / name, 70 + 2 * i, 160, 120);
            made_by("videotestsrc pattern=smpte num-buffers=" + std::to_string(70 + 2 * i) +
                        " ! video/x-raw,format=I420,framerate=30/1,width=160,height=120 ! "
                        "x264enc speed-preset=ultrafast ! mp4mux",
                    at("clips/still") / name);
        }
    }

    CommandRun run(const std::vector<std::string> &arguments) const
    {
        return run_fovea(arguments, environment_);
    }

    CommandRun extract(const std::string &out, const std::vector<std::string> &more) const
    {
        std::vector<std::string> line = {"extract",   "--list", at("clips"), "--model", "watch",
                                         "--regions", "full",   "--out",     at(out)};
        line.insert(line.end(), more.begin(), more.end());
        return run(line);
    }

    std::map<std::string, std::string> environment_;
};

} // namespace

TEST_F(AttendedCommand, AnLstmThatAttendsToASecondModelIsTrainedAndLabels)
{
    const CommandRun extracted = extract("features", {"--attended", "small"});
    ASSERT_EQ(extracted.exit_code, 0) << extracted.err;
    const auto features = fovea::read_feature_file(at("features/moving-0.pt"));
    EXPECT_EQ(features.features.shape[2], 256);
    EXPECT_EQ(features.attended_channels, 128);
    EXPECT_EQ(features.attended, "small");

    const CommandRun trained =
        run({"train", "head", "--features", at("features"), "--head", "alstm", "--out",
             at("my-bundle"), "--epochs", "15", "--rate", "0.01"});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    const Bundle bundle = Bundle::open(at("my-bundle"));
    EXPECT_EQ(bundle.activity().attended.name, "small");
    EXPECT_EQ(bundle.activity().attended.sha256, features.attended_sha256);
    EXPECT_NE(bundle.source().find("'watch' and 'small'"), std::string::npos) << bundle.source();

    const CommandRun evaluated =
        run({"eval", "--model", at("my-bundle"), "--detector", "hog", "--list", at("clips"),
             "--split", "all", "--out", at("figures")});
    ASSERT_EQ(evaluated.exit_code, 0) << evaluated.err;
    EXPECT_NE(evaluated.out.find("top-1                100.0 %"), std::string::npos)
        << evaluated.out;

    const CommandRun labelled = run({"label", "--detector", "hog", "--model", at("my-bundle"),
                                     at("clips/moving/0.mp4"), "--out", at("out")});
    EXPECT_EQ(labelled.exit_code, 0) << labelled.err;
    EXPECT_NE(labelled.out.find("moving"), std::string::npos) << labelled.out;

    fs::remove_all(at("models/small"));
    const CommandRun gone = run({"label", "--detector", "hog", "--model", at("my-bundle"),
                                 at("clips/moving/1.mp4"), "--out", at("out")});
    EXPECT_NE(gone.exit_code, 0);
    EXPECT_NE(gone.err.find("small"), std::string::npos) << gone.err;
}

TEST_F(AttendedCommand, AModelThatTheBundleWouldNotFindIsRefusedBeforeTraining)
{
    ASSERT_EQ(extract("features", {"--attended", "small"}).exit_code, 0);
    fs::rename(at("models"), at("elsewhere"));
    const std::vector<std::string> train = {"train",    "head",  "--features", at("features"),
                                            "--head",   "alstm", "--out",      at("my-bundle"),
                                            "--epochs", "1"};
    const CommandRun refused = run(train);
    EXPECT_NE(refused.exit_code, 0);
    EXPECT_NE(refused.err.find("attend to model 'small'"), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("copy its folder there"), std::string::npos) << refused.err;

    fs::rename(at("elsewhere/small"), at("small")); // beside the new bundle
    const CommandRun trained = run(train);
    EXPECT_EQ(trained.exit_code, 0) << trained.err;
    EXPECT_EQ(Bundle::open(at("my-bundle")).attended()->folder(), at("small"));
}

/* Of a detector: how sure it is of each of its 80 classes, in the frames of each row */
TEST_F(AttendedCommand, ADetectorsClassesStandBehindTheFeatures)
{
    if (shared().empty())
        GTEST_SKIP() << "the folder of real clips is not there (FOVEA_SHARED)";
    const std::string detector = "yolo-fastest-1.1-xl";
    ASSERT_EQ(run({"models", "fetch", detector, "--from", shared() / "data/detectors"}).exit_code,
              0);
    const fs::path clip = shared() / "data/fights/fight/fi003.mp4";
    const CommandRun extracted = run({"extract", clip, "--model", "watch", "--regions", "full",
                                      "--attended", detector, "--out", at("rows")});
    ASSERT_EQ(extracted.exit_code, 0) << extracted.err;
    const auto rows = fovea::read_feature_file(at("rows/fi003.pt"));
    ASSERT_EQ(rows.features.shape[2], 128 + 80);
    EXPECT_EQ(rows.attended_channels, 80);
    EXPECT_EQ(rows.attended, detector);
    EXPECT_EQ(rows.attended_sha256, Bundle::open(detector).weights().sha256);
    float person = 0;
    float giraffe = 0;
    for (std::int64_t row = 0; row < rows.features.shape[1]; ++row) {
        const float *scores = &rows.features.values[static_cast<std::size_t>(row) * 208 + 128];
        person = std::max(person, scores[0]);
        giraffe = std::max(giraffe, scores[23]);
    }
    EXPECT_GT(person, 0.5F);
    EXPECT_LE(person, 1);
    EXPECT_LT(giraffe, 0.1F);
}

/* Persons: rows of whole videos, a head that learns in their stretches, a bundle that labels */
TEST_F(AttendedCommand, HowPersonsMoveIsExtractedTrainedOnAndLabelledBy)
{
    if (shared().empty())
        GTEST_SKIP() << "the folder of real clips is not there (FOVEA_SHARED)";
    const std::string detector = "yolo-fastest-1.1-xl";
    ASSERT_EQ(run({"models", "fetch", detector, "--from", shared() / "data/detectors"}).exit_code,
              0);
    const fs::path fights = shared() / "data/fights/fight";
    const fs::path falls = shared() / "data/falls/fall";
    std::string list = "path,label,group,split,start,end,ends_after,weight\n";
    for (const auto &[name, split] :
         {std::pair{"fi001", "train"}, {"fi002", "train"}, {"fi003", "val"}})
        list += (fights / name).string() + ".mp4,fight," + name + "," + split + ",,,,1\n";
    for (const auto &[name, split] :
         {std::pair{"fall-01-cam0", "train"}, {"fall-02-cam0", "train"}, {"fall-03-cam0", "val"}}) {
        const std::string path = (falls / name).string() + ".mp4";
        list += path + ",normal," + name + "," + split + ",,42%,,1\n";
        list += path + ",fall," + name + "," + split + ",,,78%,2\n";
    }
    write_text(at("list.csv"), list);

    const CommandRun extracted =
        run({"extract", "--list", at("list.csv"), "--stretches", "--model", "watch", "--attended",
             "persons", "--detector", detector, "--out", at("rows")});
    ASSERT_EQ(extracted.exit_code, 0) << extracted.err;
    const auto rows = fovea::read_feature_file(at("rows/fi002.pt"));
    const auto layout = fovea::MotionLayout::of_frames(17);
    EXPECT_EQ(rows.attended, "persons");
    EXPECT_EQ(rows.attended_channels, layout.channels());
    const auto width = static_cast<std::size_t>(rows.features.shape[2]);
    int seen = 0; // a fight has two persons at least, in some of its clips
    for (std::int64_t row = 0; row < rows.features.shape[1]; ++row)
        seen += rows.features.values[static_cast<std::size_t>(row) * width + 128 +
                                     static_cast<std::size_t>(layout.members())] > 0
                    ? 1
                    : 0;
    EXPECT_GT(seen, 0) << "no pair in any row";

    const CommandRun trained =
        run({"train", "head", "--features", at("rows"), "--recipe", "persons", "--epochs", "3",
             "--batch", "2", "--out", at("with-persons")});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    const Bundle bundle = Bundle::open(at("with-persons"));
    EXPECT_TRUE(bundle.activity().attended.is_persons());
    EXPECT_EQ(bundle.activity().head, "persons");

    const CommandRun labelled = run({"label", "--detector", detector, "--model", at("with-persons"),
                                     fights / "fi003.mp4", "--out", at("out")});
    ASSERT_EQ(labelled.exit_code, 0) << labelled.err;
    const std::string results = read_text(at("out/fi003.mp4.fovea/results.jsonl"));
    EXPECT_NE(results.find("\"kind\":\"person\""), std::string::npos) << results.substr(0, 2000);
}
