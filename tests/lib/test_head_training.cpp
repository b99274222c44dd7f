// SPDX-License-Identifier: MIT
#include <fstream>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/json.h"
#include "fovea/core/motion_layout.h"
#include "fovea/nn/heads.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/kept_classifier.h"
#include "fovea/train/training_steps.h"
#include "head_runs.h"

namespace fovea {

namespace {

using Names = std::vector<std::string>;

TEST_F(HeadRuns, SayInTheCardHowTheirRowsWereMade)
{
    folder_.write("v0.run.json", R"({"made_with": {"sampling": "uniform", "mode": "one-shot",
                                      "timesteps": 16}})");
    const SamplingOptions sampling = run().bundle.activity().sampling;
    EXPECT_EQ(sampling.plan, Sampling::Uniform);
    EXPECT_EQ(sampling.mode, FeatureMode::OneShot);
    EXPECT_EQ(sampling.timesteps, 16);
}

TEST_F(HeadRuns, LearnWhatTheFeaturesShow)
{
    const TrainingOutcome outcome = run();
    EXPECT_FALSE(outcome.stopped);
    EXPECT_EQ(outcome.bundle.labels(), (Names{"calm", "wild"}));
    EXPECT_EQ(outcome.bundle.activity().head, "ra");
    EXPECT_EQ(watcher_.epochs.size(), 20U);
    EXPECT_EQ(watcher_.judged, (Names{"validation 2", "test 2"}));
    EXPECT_EQ(watcher_.bundles, (Names{"made"}));
    EXPECT_EQ(outcome.bundle.measured().rfind(
                  "Test split, clips unseen in training: top-1 100.0 % (2 of 2 clips", 0),
              0U)
        << outcome.bundle.measured();
    EXPECT_NE(outcome.bundle.source().find("Head 'ra' trained (heads) on features of 'watch'"),
              std::string::npos)
        << outcome.bundle.source();
}

TEST_F(HeadRuns, APlainLstmIsTrainedSavedAndRead)
{
    training_.head = "lstm";
    training_.settings.changes.epochs = 30;
    const TrainingOutcome outcome = run();
    EXPECT_EQ(outcome.bundle.activity().head, "lstm");
    EXPECT_NE(outcome.bundle.measured().find("top-1 100.0 %"), std::string::npos)
        << outcome.bundle.measured();
    const FeatureFile calm = read_feature_file(folder_.path() / "v0.pt");
    const HeadScores scores = load_head(Bundle::open(outcome.bundle.folder()))->run(calm.features);
    EXPECT_GT(scores.scores[0], 0.5F);
    EXPECT_NEAR(scores.scores[0] + scores.scores[1], 1, 1e-5);
}

TEST_F(HeadRuns, WithoutATestSplitValidationAloneIsToldAsMeasured)
{
    training_.settings.changes.epochs = 1;
    std::string list = "path,label,split\n";
    for (int i = 0; i < 12; ++i)
        list += "v" + std::to_string(i) + ".pt," + (i % 2 == 0 ? "calm," : "wild,") +
                (i < 8 ? "train\n" : "val\n");
    training_.list = folder_.write("marked.csv", list);
    training_.settings.asked_out = training_.settings.out;
    training_.settings.split.test = 0.3;
    const TrainingOutcome outcome = run();
    EXPECT_EQ(watcher_.warnings, Names{"list '" + training_.list.string() +
                                       "': has splits, so nothing is made of --test"});
    EXPECT_EQ(watcher_.judged, (Names{"validation 4"}));
    EXPECT_EQ(outcome.bundle.measured().rfind("Validation: top-1 ", 0), 0U)
        << outcome.bundle.measured();
    EXPECT_EQ(outcome.bundle.measured().find("Test split"), std::string::npos)
        << outcome.bundle.measured();
}

TEST_F(HeadRuns, OfSeveralProcessesTheOneThatIsHeardRemovesACalibrationOfOtherWeights)
{
    training_.settings.changes.epochs = 1;
    const Bundle made = run().bundle;
    const auto calibration = training_.settings.out / "int8.json";
    std::ofstream(calibration) << Json{{"weights_sha256", std::string(64, '0')}};
    tell_made(made, watcher_, /*is_first=*/false);
    EXPECT_TRUE(std::filesystem::exists(calibration));
    tell_made(made, watcher_, /*is_first=*/true);
    EXPECT_FALSE(std::filesystem::exists(calibration));
    EXPECT_NE(watcher_.notes.back().find("int8.json' is removed"), std::string::npos);
}

TEST_F(HeadRuns, AFileOfTheTestThatDoesNotReadIsToldBeforeTheTraining)
{
    std::string list = "path,label,split\n";
    for (int i = 0; i < 12; ++i)
        list += "v" + std::to_string(i) + ".pt," + (i % 2 == 0 ? "calm," : "wild,") +
                (i < 6   ? "train\n"
                 : i < 9 ? "val\n"
                         : "test\n");
    training_.list = folder_.write("marked.csv", list);
    folder_.write("v10.pt", "damaged");
    EXPECT_NE(error_of([&] { run(); }).find("v10.pt"), std::string::npos);
    EXPECT_TRUE(watcher_.epochs.empty());
}

TEST_F(HeadRuns, ABundleForOtherClassesIsNotReplaced)
{
    training_.settings.changes.epochs = 1;
    training_.settings.asked_out = training_.settings.out;
    const std::string sha256 = run().bundle.weights().sha256;
    EXPECT_TRUE(watcher_.notes.size() == 2) << "nothing was replaced";
    EXPECT_EQ(run().bundle.weights().sha256, sha256);
    EXPECT_EQ(watcher_.notes.at(2), "the bundle that '" + training_.settings.out.string() +
                                        "' holds is replaced by this training's");

    const auto refused = [&](const std::string &got) {
        EXPECT_EQ(error_of([&] { run(); }),
                  "--out '" + training_.settings.out.string() +
                      "': expected no bundle there, or one trained for the same classes, got " +
                      got + ", which would be lost; choose another --out, or remove it");
    };
    std::ofstream(training_.settings.out / "labels.txt") << "calm\nloud\nwild\n";
    refused("one for calm, loud, wild");
    std::filesystem::remove_all(training_.settings.out / "training");
    refused("one from elsewhere");
}

TEST_F(HeadRuns, AFolderWhoseNameNoCardCanHoldIsToldBeforeTheTraining)
{
    training_.settings.out = training_.settings.asked_out = folder_.path() / "nam\xe9";
    EXPECT_NE(error_of([&] { run(); }).find("expected a folder whose name"), std::string::npos);
    EXPECT_TRUE(watcher_.epochs.empty());
}

/* training/list.csv is of the bundle that is there: it says what that one was not trained on */
TEST_F(HeadRuns, ASettingThatIsNoneIsToldBeforeAnythingIsWritten)
{
    training_.settings.changes.learning_rate = 0;
    EXPECT_NE(error_of([&] { run(); }).find("expected a learning rate > 0, got 0"),
              std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(training_.settings.out));
}

TEST_F(HeadRuns, TheSameSeedGivesTheSameWeights)
{
    training_.settings.changes.epochs = 2;
    const auto sha256 = [&](const char *out) {
        training_.settings.out = folder_.path() / out / "made"; // the name is in the file's own
        return run().bundle.weights().sha256;
    };
    EXPECT_EQ(sha256("one"), sha256("two"));
}

TEST_F(HeadRuns, AHeadOfOneClassOfAllIsRefusedForManyLabels)
{
    training_.head = "score-mean";
    training_.settings.changes.many_labels = true;
    EXPECT_NE(error_of([&] { run(); }).find("head 'score-mean' says one class of all"),
              std::string::npos);
}

TEST_F(HeadRuns, FeaturesOfOtherRegionsThanTheyHaveAreRefused)
{
    FeatureFile file = read_feature_file(folder_.path() / "v0.pt");
    file.regions = "full,3x3";
    write_feature_file(folder_.path() / "v0.pt", file);
    EXPECT_NE(error_of([&] { run(); }).find("features of 'v0': have 2 regions, the model's card"),
              std::string::npos);
}

TEST_F(HeadRuns, RowsThatWereMadeOtherwiseAreTold)
{
    folder_.write("v0.run.json", R"({"made_with": {"card": {"hop": 8}, "label": "calm"}})");
    folder_.write("v1.run.json", R"({"made_with": {"card": {"hop": 8}, "label": "wild"}})");
    folder_.write("v2.run.json", R"({"made_with": {"card": {"hop": 4}, "label": "calm"}})");
    training_.settings.changes.epochs = 1;
    run();
    ASSERT_EQ(watcher_.warnings.size(), 1U);
    EXPECT_NE(watcher_.warnings[0].find("v2.pt': made with another card than '"), std::string::npos)
        << watcher_.warnings[0];
}

/* A copy of a model's folder whose card says otherwise keeps the name that rows are told apart by */
TEST_F(HeadRuns, RowsOfAnotherCardOfTheSameNameAreTold)
{
    const Bundle watch = Bundle::open("watch");
    Json card = read_json(watch.card_file());
    const auto warnings = [&](const Json &made_with) {
        folder_.write("v0.run.json", Json{{"made_with", made_with}}.dump());
        watcher_.warnings.clear();
        training_.settings.changes.epochs = 1;
        run();
        return watcher_.warnings;
    };
    EXPECT_EQ(warnings({{"card", card}}), Names());
    card["sampling"]["rate"] = 15;
    EXPECT_EQ(warnings({{"card", card}, {"size", 64}}),
              Names{"'" + (folder_.path() / "v0.pt").string() +
                    "': made with another sampling, --size than the card '" +
                    watch.card_file().string() +
                    "' says, which the new model will see by; give --model FOLDER of the one that "
                    "made them, or extract them again"});
}

TEST_F(HeadRuns, RowsOfAnotherNetworkAreRefusedInWhicheverSplit)
{
    std::string list = "path,label,split\n";
    for (int i = 0; i < 12; ++i) {
        const auto path = folder_.path() / ("v" + std::to_string(i) + ".pt");
        list += path.string() + (i % 2 == 0 ? ",calm," : ",wild,") + (i < 8 ? "train\n" : "val\n");
        FeatureFile file = read_feature_file(path);
        if (i >= 8)
            file.features = Array({watch_regions, head_rows, 2 * watch_channels});
        write_feature_file(path, file);
    }
    training_.list = folder_.write("marked.csv", list);
    training_.settings.changes.epochs = 1;
    const std::string told = error_of([&] { run(); });
    EXPECT_NE(told.find("v8.pt': expected 2 regions of "), std::string::npos) << told;
    EXPECT_NE(told.find("v0.pt', got 2, "), std::string::npos) << told;
}

TEST_F(HeadRuns, AFileWithoutALabelIsToldAndLeftOut)
{
    write(12, "");
    training_.settings.changes.epochs = 1;
    run();
    ASSERT_EQ(watcher_.warnings.size(), 1U);
    EXPECT_NE(watcher_.warnings[0].find("v12.pt': has no label; left out"), std::string::npos);
}

TEST_F(HeadRuns, OfOneClassAreRefused)
{
    for (int i = 0; i < 12; ++i)
        write(i, "wild");
    const std::string told = error_of([&] { run(); });
    EXPECT_NE(told.find("expected two classes or more, got 'wild' alone"), std::string::npos)
        << told;
}

TEST_F(HeadRuns, KnowTheClassWithoutEventsOfTheirModelInAnyCase)
{
    for (int i = 0; i < 12; i += 2)
        write(i, "Normal");
    training_.settings.changes.epochs = 1;
    const Bundle made = run().bundle;
    EXPECT_EQ(made.activity().decision.normal, "Normal");
    EXPECT_FLOAT_EQ(made.activity().decision.threshold, 0.5F);
    EXPECT_EQ(watcher_.notes.size(), 1U) << "of the clips alone";
}

TEST_F(HeadRuns, WithoutAClassThatIsNoEventSayThatAlarmsMayBeOfEach)
{
    training_.settings.changes.epochs = 1;
    EXPECT_EQ(run().bundle.activity().decision.normal, "");
    ASSERT_EQ(watcher_.notes.size(), 2U);
    EXPECT_EQ(watcher_.notes[1], "each of the classes is an event, and may raise alarms; where one "
                                 "is not, such as what mostly happens, name it: --normal CLASS");
}

TEST_F(HeadRuns, TheClassThatIsNoEventIsNamedBeforeTheyAreTrained)
{
    training_.settings.changes.epochs = 1;
    training_.settings.normal = "Calm";
    EXPECT_EQ(error_of([&] { run(); }),
              "--normal: expected one of the classes calm, wild, got 'Calm'");
    EXPECT_TRUE(watcher_.epochs.empty());
    training_.settings.normal = "calm";
    EXPECT_EQ(run().bundle.activity().decision.normal, "calm");
}

TEST_F(HeadRuns, SayWhoFoundThePersonsOfTheirRows)
{
    folder_.write("v0.run.json", R"({"made_with": {"detector": "hog"}})");
    training_.settings.changes.epochs = 1;
    EXPECT_EQ(run().bundle.activity().detector, "hog");
    folder_.write("v0.run.json",
                  R"({"made_with": {"detector": {"name": "yolo-fastest-1.1", "files": {}}}})");
    EXPECT_EQ(run().bundle.activity().detector, "yolo-fastest-1.1");
}

/** \brief Sixteen feature files that say nothing but by how their one person moves: still, or falling */
class PersonRuns : public HeadRuns
{
protected:
    void SetUp() override
    {
        HeadRuns::SetUp();
        for (int i = 0; i < 16; ++i)
            write_person(i);
        training_.head = "persons";
        training_.settings.changes.epochs = 60;
    }

    void write_person(int i) const
    {
        const MotionLayout layout = MotionLayout::of_frames(17);
        const std::int64_t width = watch_channels + layout.channels();
        FeatureFile file;
        file.features = Array({watch_regions, 4, width});
        for (std::int64_t row = 0; row < watch_regions * 4; ++row)
            for (std::int64_t step = 0; step < layout.steps; ++step) {
                float *person = &file.features.values[static_cast<std::size_t>(
                    row * width + watch_channels + step * MotionLayout::of_person)];
                person[static_cast<int>(PersonFeature::Seen)] = 1;
                person[static_cast<int>(PersonFeature::SpeedY)] =
                    i % 2 == 0 ? 0 : 0.1F * static_cast<float>(step);
            }
        file.boxes.resize(watch_regions);
        file.times.resize(4);
        file.regions = "full,actor";
        file.video_id = "v" + std::to_string(i);
        file.label = i % 2 == 0 ? "still" : "falling";
        file.bundle = "watch";
        file.attended_channels = layout.channels();
        file.attended = "persons";
        write_feature_file(folder_.path() / (file.video_id + ".pt"), file);
    }
};

TEST(KeptClassifier, IsTheModelsInTheOrderOfTheLabelsAndLearnsNoMore)
{
    const Bundle watch = Bundle::open("watch"); // normal, fight, fall
    const Weights own = read_weights(watch.file(watch.files().front()));
    const std::int64_t motion = MotionLayout::of_frames(17).channels();
    const auto head = nn::make_head("persons", watch_channels + motion, 3, motion);
    ASSERT_TRUE(keep_classifier(watch, {"fall", "normal", "fight"}, head.get()));
    const auto parameters = head->named_parameters();
    const std::vector<std::int64_t> order = {2, 0, 1};
    for (std::int64_t i = 0; i < 3; ++i) {
        const std::int64_t place = order[static_cast<std::size_t>(i)];
        EXPECT_TRUE(parameters["fc.weight"][i].equal(own.at("fc.weight")[place]));
        EXPECT_TRUE(parameters["fc.bias"][i].equal(own.at("fc.bias")[place]));
    }
    EXPECT_FALSE(parameters["fc.weight"].requires_grad());
    EXPECT_TRUE(parameters["persons.fc.1.weight"].requires_grad());
}

TEST(KeptClassifier, IsNotKeptWithOtherLabelsOrByAnotherHead)
{
    const Bundle watch = Bundle::open("watch");
    const std::int64_t motion = MotionLayout::of_frames(17).channels();
    const auto head = nn::make_head("persons", watch_channels + motion, 3, motion);
    EXPECT_FALSE(keep_classifier(watch, {"fall", "normal", "dance"}, head.get()));
    EXPECT_FALSE(keep_classifier(watch, {"fall", "normal"}, head.get()));
    EXPECT_TRUE(head->named_parameters()["fc.weight"].requires_grad());
    const auto mean = nn::make_head("region-mean", watch_channels, 3);
    EXPECT_FALSE(keep_classifier(watch, {"normal", "fight", "fall"}, mean.get()));
}

TEST_F(PersonRuns, LearnHowPersonsMove)
{
    const TrainingOutcome outcome = run();
    EXPECT_EQ(outcome.bundle.activity().head, "persons");
    EXPECT_TRUE(outcome.bundle.activity().attended.is_persons());
    EXPECT_TRUE(outcome.bundle.complete());
    EXPECT_FALSE(outcome.bundle.attended()) << "it is no model";
    EXPECT_NE(outcome.bundle.measured().find("top-1 100.0 %"), std::string::npos)
        << outcome.bundle.measured();
}

} // namespace

} // namespace fovea
