// SPDX-License-Identifier: MIT
#include <algorithm>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/sha256.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/interrupted.h"
#include "fovea/core/json.h"
#include "fovea/core/text_file.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/lists/feature_list.h"
#include "network_runs.h"

namespace fovea {

namespace {

using Names = std::vector<std::string>;
using test::NetworkRuns;

TEST_F(NetworkRuns, TellItsWatcherAndLeaveABundle)
{
    const TrainingOutcome outcome = run();
    EXPECT_FALSE(outcome.stopped);
    EXPECT_EQ(outcome.bundle.labels(), (Names{"moving", "still"}));
    EXPECT_EQ(watcher_.epochs, (std::vector<int>{1, 2}));
    EXPECT_EQ(watcher_.judged, (Names{"test 2"}));
    EXPECT_EQ(watcher_.bundles, (Names{"made"}));
    ASSERT_EQ(watcher_.notes.size(), 2U);
    EXPECT_EQ(watcher_.notes[0],
              "10 clips of 2 classes: 6 to train on, 2 for validation, 2 for the test");
    EXPECT_EQ(watcher_.notes[1].rfind("each of the classes is an event", 0), 0U);
    EXPECT_TRUE(watcher_.warnings.empty());
    EXPECT_EQ(*std::max_element(watcher_.shares.begin(), watcher_.shares.end()), 1);
    EXPECT_EQ(outcome.bundle.measured().rfind("Test split, clips unseen in training: top-1 ", 0),
              0U)
        << outcome.bundle.measured();
    EXPECT_NE(outcome.bundle.source().find("(from-scratch) from 'watch', seed 0, 2 epochs"),
              std::string::npos)
        << outcome.bundle.source();
    EXPECT_TRUE(std::filesystem::exists(training_folder(training_.settings.out) / "test.json"));
    EXPECT_EQ(outcome.bundle.activity().detector, "hog") << "the one that found the persons";
}

TEST_F(NetworkRuns, TheClassThatIsNoEventIsNamed)
{
    training_.settings.normal = "still";
    training_.settings.changes.epochs = 1;
    EXPECT_EQ(run().bundle.activity().decision.normal, "still");
    EXPECT_EQ(watcher_.notes.size(), 1U) << "of the clips alone";

    training_.settings.normal = "calm";
    EXPECT_EQ(error_of([&] { run(); }),
              "--normal: expected one of the classes moving, still, got 'calm'");
}

TEST_F(NetworkRuns, WithAHeadTheNetworkAndItsFeaturesStayBeside)
{
    training_.head = "ra";
    const TrainingOutcome outcome = run();
    EXPECT_EQ(outcome.bundle.activity().head, "ra");
    EXPECT_EQ(watcher_.bundles, (Names{"backbone", "made"}));
    EXPECT_EQ(watcher_.judged, (Names{"test 2", "validation 2", "test 2"}));
    const auto features = training_folder(training_.settings.out) / "backbone/training/features";
    const ClipList list = read_feature_list(features, "", /*many_labels=*/false);
    EXPECT_EQ(list.clips.size(), 10U);
    EXPECT_EQ(read_feature_file(list.clips[0].path).bundle, "backbone");
}

/* Of the same classes with and without a head, of other videos too */
TEST_F(NetworkRuns, ABundleForOtherClassesIsNotReplaced)
{
    training_.settings.changes.epochs = 1;
    training_.settings.asked_out = training_.settings.out;
    training_.head = "ra";
    run();
    training_.head = "none";
    watcher_.notes.clear();
    run();
    EXPECT_EQ(watcher_.notes.at(0), "the bundle that '" + training_.settings.out.string() +
                                        "' holds is replaced by this training's");

    list_ = "path,label,group,split\n";
    for (int i = 0; i < 5; ++i)
        for (const char *label : {"moving", "loud"})
            add(&list_, label + std::to_string(i), label,
                i < 3    ? "train"
                : i == 3 ? "val"
                         : "test");
    watcher_.shares.clear();
    EXPECT_EQ(error_of([&] { run(); }),
              "--out '" + training_.settings.out.string() +
                  "': expected no bundle there, or one trained for the same classes, got one for "
                  "moving, still, which would be lost; choose another --out, or remove it");
    EXPECT_TRUE(watcher_.shares.empty()) << "videos were opened before";
}

/* ActivityNet's way: validation is the test, a share of training validates; the head has the features of both */
TEST_F(NetworkRuns, WithAHeadTestOnTheListsValidationWhereItIsTheTest)
{
    list_ = "path,label,group,split\n";
    for (int i = 0; i < 8; ++i) {
        for (const char *label : {"moving", "still"})
            add(&list_, label + std::to_string(i), label, i < 6 ? "train" : "val");
    }
    training_.head = "ra";
    training_.settings.split.validation_is_test = true;
    training_.settings.changes.epochs = 1;
    run();
    EXPECT_EQ(watcher_.bundles, (Names{"backbone", "made"}));
    ASSERT_EQ(watcher_.judged.size(), 3U);
    EXPECT_EQ(watcher_.judged[0], "test 4");
    EXPECT_EQ(watcher_.judged[2], "test 4");
}

/** \brief What a bundle's card says of its test when a figure is told */
class CardReader final : public RunWatcher
{
public:
    explicit CardReader(std::filesystem::path bundle) : bundle_(std::move(bundle)) {}

    void evaluated(const std::string &, const Evaluation &) override
    {
        measured.push_back(Bundle::open(bundle_.string()).measured());
    }

    Names measured;

private:
    std::filesystem::path bundle_;
};

TEST_F(NetworkRuns, WriteTheBundleBeforeItsTestIsRun)
{
    folder_.write("list.csv", list_);
    training_.settings.changes.epochs = 1;
    CardReader reader(training_.settings.out);
    const TrainingOutcome outcome = train_network(
        training_, [](const ActivityCard &) { return std::make_unique<MadeVideos>(); }, reader);
    EXPECT_EQ(reader.measured, Names{"Not measured: the test has not come to its end."});
    EXPECT_EQ(outcome.bundle.measured().rfind("Test split", 0), 0U);
}

TEST_F(NetworkRuns, StoppedByTheWatcherTheyKeepWhatIsGoodSoFar)
{
    watcher_.stop_after = 1;
    const TrainingOutcome outcome = run();
    EXPECT_TRUE(outcome.stopped);
    EXPECT_EQ(watcher_.stopped_after, 1);
    EXPECT_TRUE(watcher_.judged.empty());
    EXPECT_EQ(outcome.bundle.measured(), "Not measured: stopped before the end.");

    watcher_ = {};
    training_.settings.resume = true;
    EXPECT_FALSE(run().stopped);
    EXPECT_EQ(watcher_.epochs, (std::vector<int>{2}));
}

TEST_F(NetworkRuns, GoOnWhereNoClipHasChangedItsSplit)
{
    watcher_.stop_after = 1;
    run();
    watcher_ = {};
    training_.settings.resume = true;
    const std::string first = list_;
    const auto kept = training_.settings.out / "training" / "list.csv";
    const std::string begun_with = read_text(kept, "list");
    // what was trained on would be judged as unseen
    list_.replace(list_.find("g-moving0,train"), 15, "g-moving0,test");
    EXPECT_EQ(error_of([&] { run(); }),
              "list '" + training_.list.string() + "': '" +
                  (folder_.path() / "moving0.mp4").string() + "' is of the split test, in '" +
                  kept.string() +
                  "', which the training began with, of train; give that list, or train anew "
                  "without --resume");
    EXPECT_EQ(read_text(kept, "list"), begun_with);

    list_ =
        first.substr(0, first.rfind("still2.mp4")); // what no longer opens keeps nothing else back
    list_ += first.substr(first.find("moving3.mp4"));
    EXPECT_FALSE(run().stopped);
    EXPECT_EQ(watcher_.epochs, (std::vector<int>{2}));
}

TEST_F(NetworkRuns, OfAListWithoutATestSplitAreNotMeasuredAndSaySo)
{
    for (std::size_t at = list_.find(",test\n"); at != std::string::npos;
         at = list_.find(",test\n"))
        list_.replace(at, 6, ",val\n");
    const TrainingOutcome outcome = run();
    EXPECT_FALSE(outcome.stopped);
    EXPECT_TRUE(watcher_.judged.empty());
    EXPECT_EQ(watcher_.notes.at(0),
              "10 clips of 2 classes: 6 to train on, 4 for validation, 0 for the test");
    EXPECT_EQ(outcome.bundle.measured(), "Not measured: the list has no test split.");
}

TEST_F(NetworkRuns, AreInterruptedBeforeTheFirstEpoch)
{
    watcher_.stop_after = 0;
    EXPECT_THROW(run(), Interrupted);
    EXPECT_FALSE(std::filesystem::exists(training_.settings.out));
}

TEST_F(NetworkRuns, InterruptedInTheFirstEpochWriteNoBundleOfFirstWeights)
{
    watcher_.in_first_epoch = true;
    try {
        run();
        FAIL() << "it went on";
    } catch (const Interrupted &told) {
        EXPECT_EQ(told.what(),
                  "stopped before the first epoch had ended: no bundle is written, what "
                  "was in '" +
                      training_.settings.out.string() + "' stays as it was");
    }
    EXPECT_FALSE(std::filesystem::exists(training_.settings.out / "card.json"));
    EXPECT_TRUE(watcher_.bundles.empty());
    EXPECT_EQ(watcher_.stopped_after, -1);

    watcher_ = {};
    const Bundle made = run().bundle;
    const auto weights = made.file(made.files().front());
    const std::string before = sha256_of(weights);
    watcher_ = {};
    watcher_.in_first_epoch = true;
    EXPECT_THROW(run(), Interrupted);
    EXPECT_EQ(sha256_of(weights), before);
}

TEST_F(NetworkRuns, LeaveOutWhatCannotBeDecodedAndSayIt)
{
    add(&list_, "damaged7", "still", "train");
    run();
    ASSERT_EQ(watcher_.warnings.size(), 1U);
    EXPECT_NE(watcher_.warnings[0].find("damaged7.mp4' left out: cannot be decoded"),
              std::string::npos)
        << watcher_.warnings[0];
    EXPECT_EQ(watcher_.notes[0].rfind("10 clips of 2 classes", 0), 0U) << watcher_.notes[0];
}

TEST_F(NetworkRuns, LeaveOutAStretchBehindTheVideosEndAndSayIt)
{
    std::string rows;
    add(&rows, "still8", "still", "train,2.4,4"); // of 2.5 s
    add(&rows, "still9", "still", "train,2.5,4");
    list_ = "path,label,group,split,start,end\n" + list_.substr(list_.find('\n') + 1) + rows;
    run();
    ASSERT_EQ(watcher_.warnings.size(), 1U);
    const std::string &told = watcher_.warnings[0];
    EXPECT_NE(told.find("still9.mp4' left out: expected a stretch that begins within"), told.npos);
}

TEST_F(NetworkRuns, LeaveNoClipOutForADiskThatIsFull)
{
    add(&list_, "unkept7", "still", "train");
    try {
        run();
        ADD_FAILURE() << "no error";
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), Error::Kind::CannotWrite);
        EXPECT_STREQ(error.what(), "no space left");
    }
    EXPECT_TRUE(watcher_.warnings.empty());
}

TEST_F(NetworkRuns, BeginAsAnotherModelWhereItsWeightsFit)
{
    training_.weights = "watch";
    run();
    ASSERT_FALSE(watcher_.notes.empty());
    const std::string &note = told_of_weights();
    EXPECT_NE(note.find(" tensors begin as in 'watch', the rest anew"), std::string::npos) << note;
}

TEST_F(NetworkRuns, TakeOfAnotherModelItsWeightsAlone)
{
    const std::filesystem::path other = folder_.path() / "other";
    std::filesystem::copy(Bundle::open("watch-pose").folder(), other);
    Json card = read_json(other / "card.json");
    card["pose"] = "not-there";
    folder_.write("other/card.json", card.dump());
    training_.weights = other.string();
    training_.settings.changes.epochs = 1;
    run();
    EXPECT_NE(told_of_weights().find(" tensors begin as in "), std::string::npos);
    training_.weights = "yolo-fastest-1.1-xl";
    EXPECT_EQ(error_of([&] { run(); }),
              "model 'yolo-fastest-1.1-xl' finds persons, expected one that recognises activities");
}

TEST_F(NetworkRuns, BeginWithWhatANetworkOfKeypointsKnowsOfPictures)
{
    Json card = read_json(Bundle::open("watch").folder() / "card.json");
    card["architecture"] = "eco";
    card["input"]["width"] = card["input"]["height"] = 32;
    folder_.write("base/card.json", card.dump());
    folder_.write("base/labels.txt", "normal\nfight\nfall\n");
    training_.settings.model = (folder_.path() / "base").string();
    training_.weights = "keypoints";
    training_.settings.changes.epochs = 1;
    training_.settings.changes.learning_rate = 1e-12;
    const Bundle made = run().bundle;
    EXPECT_NE(told_of_weights().find("tensors begin as in 'keypoints', the rest anew"),
              std::string::npos)
        << told_of_weights();
    const Bundle known = Bundle::open("keypoints");
    const Weights before = read_weights(known.file(known.files().front()));
    const Weights after = read_weights(made.file(made.weights()));
    for (const char *name : {"stem.conv.weight", "level2_block3.project.conv.weight"})
        EXPECT_TRUE(at::allclose(after.at(name), before.at(name))) << name;
}

TEST_F(NetworkRuns, GoOnWithTheClassifierOfAModelOfTheSameLabelsInWhateverOrder)
{
    const Bundle first = run().bundle;
    const Weights before = read_weights(first.file(first.weights()));
    folder_.write("made/labels.txt", "still\nmoving\n"); // row 0 of the classifier says: still
    training_.weights = first.folder().string();
    training_.settings.out = folder_.path() / "second";
    training_.settings.changes.epochs = 1;
    training_.settings.changes.learning_rate = 1e-12;
    const Bundle second = run().bundle;

    const std::string &note = told_of_weights();
    const std::size_t all = before.size();
    EXPECT_EQ(note.rfind(std::to_string(all) + " of " + std::to_string(all) + " tensors", 0), 0U)
        << note;
    EXPECT_EQ(second.labels(), (Names{"moving", "still"}));
    const Weights after = read_weights(second.file(second.weights()));
    for (const char *name : {"head.fc.weight", "head.fc.bias"}) {
        EXPECT_TRUE(at::allclose(after.at(name)[0], before.at(name)[1])) << name;
        EXPECT_TRUE(at::allclose(after.at(name)[1], before.at(name)[0])) << name;
    }
}

/* Of the largest group no stretch is as long as half a window: other videos show the class in training */
TEST_F(NetworkRuns, OnWindowsShareThemOutByWhatTheyShow)
{
    list_ = "path,label,start,end\n";
    for (int i = 0; i < 20; ++i)
        add_stretch("moving0", i * 0.1, i * 0.1 + 0.1);
    for (const char *id : {"moving1", "moving2", "moving3", "moving4"})
        add_stretch(id, 0, 1.6);
    training_.settings.recipe = "sta-detection";
    watcher_.in_first_epoch = true; // once it is known what is trained on
    EXPECT_THROW(run(), Interrupted);
    ASSERT_EQ(watcher_.notes.size(), 1U);
    EXPECT_NE(watcher_.notes[0].find(" of 2 classes: "), std::string::npos) << watcher_.notes[0];
}

TEST_F(NetworkRuns, SayInTheCardWhichFramesAndWhatAttentionWereTrained)
{
    training_.sampling = Sampling::Uniform;
    training_.timesteps = 4;
    training_.frames = 5;
    training_.regions = "full";
    training_.attention = "sta,stages=blocks.2";
    training_.settings.changes.epochs = 1;
    const ActivityCard card = run().bundle.activity();
    EXPECT_EQ(card.sampling.plan, Sampling::Uniform);
    EXPECT_EQ(card.sampling.timesteps, 4);
    EXPECT_EQ(card.sampling.frames, 5);
    EXPECT_EQ(card.attention.name, "sta");
    EXPECT_EQ(card.attention.stages, Names{"blocks.2"});
    EXPECT_FALSE(card.regions.actor);
}

TEST_F(NetworkRuns, GoOnWithoutAHeadWhereTheyBeganWithoutOne)
{
    training_.settings.changes.epochs = 1;
    run();
    training_.head = "ra";
    training_.settings.resume = true;
    watcher_.epochs.clear();
    EXPECT_NE(error_of([&] { run(); }).find("of a network that was trained with --head none; "),
              std::string::npos);
    EXPECT_TRUE(watcher_.epochs.empty()) << "told before any work";
}

} // namespace

} // namespace fovea
