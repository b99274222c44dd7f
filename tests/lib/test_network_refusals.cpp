// SPDX-License-Identifier: MIT
#include <cstring>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/core/interrupted.h"
#include "network_runs.h"

namespace fovea {

namespace {

using test::NetworkRuns;

TEST_F(NetworkRuns, PasteOntoClipsWithoutEventsOnly)
{
    training_.paste = 0.5;
    EXPECT_EQ(
        error_of([&] { run(); }),
        "--paste: expected clips without events to paste onto, of the class that model 'watch' "
        "names ('normal'), got 2 classes without it; name it with --normal, or leave --paste out");
    EXPECT_TRUE(watcher_.notes.empty()) << "before anything else";

    for (std::size_t at = list_.find(",still,"); at != std::string::npos;
         at = list_.find(",still,"))
        list_.replace(at, 7, ",normal,");
    const std::string events = list_;
    EXPECT_FALSE(run().stopped);

    list_ = "path,label,group,split,weight\n";
    for (std::size_t from = events.find('\n') + 1, to = 0; from < events.size(); from = to + 1) {
        to = events.find('\n', from);
        const std::string line = events.substr(from, to - from);
        const bool grounds = line.find(",normal,") != std::string::npos;
        list_ += line + (grounds ? ",0\n" : ",1\n");
    }
    training_.settings.out = folder_.path() / "another";
    EXPECT_EQ(error_of([&] { run(); }),
              "--paste: expected clips without events with a weight above 0 "
              "in the split train, got none; leave it out");
}

TEST_F(NetworkRuns, VaryPicturesOfOneLookWithoutATeacherOnly)
{
    const auto refused = [&] { return error_of([&] { run(); }); };
    training_.shake = 0.5;
    training_.settings.recipe = "w3";
    EXPECT_EQ(refused(), "--shake: expected a network that looks once and has no teacher, got "
                         "--recipe w3; leave one of them out");
    training_.settings.recipe = "from-scratch";
    training_.modality = Modality::Flow;
    EXPECT_EQ(refused(), "--shake: expected a network that sees frames, got one that sees flow; "
                         "leave one of them out");
    training_.modality.reset();
    training_.paste = 0.5;
    training_.settings.changes.many_labels = true;
    EXPECT_EQ(refused(),
              "--paste: expected one label a clip, got any number of them; leave one of them out");
    training_.settings.recipe = "sta-proposal";
    EXPECT_EQ(refused(), "recipe 'sta-proposal': expected windows of one label, action or "
                         "background, got --many-labels; leave it out");
    training_.settings.changes.many_labels = false;
    EXPECT_EQ(refused(), "--paste: expected a recipe that keeps the list's classes, got --recipe "
                         "sta-proposal; leave one of them out");
}

TEST_F(NetworkRuns, TakeAsManyTimestepsAsAreAskedForWhereThePlanHasThem)
{
    training_.timesteps = 4;
    EXPECT_EQ(error_of([&] { run(); }),
              "--timesteps 4: expected a plan of so many, such as uniform, got sliding, which has "
              "as many as a clip is long; leave it out, or choose another plan with --sampling");
    training_.sampling = Sampling::Uniform;
    training_.settings.recipe = "sta-detection";
    EXPECT_EQ(error_of([&] { run(); }),
              "--sampling uniform: expected a recipe that leaves the plan open, got --recipe "
              "sta-detection, which sees windows; leave one of them out");
}

TEST_F(NetworkRuns, NameLayersOfTheOneNetworkBeforeAVideoIsDecoded)
{
    training_.layers = {"layer4"};
    const auto refused = [&](const char *recipe) {
        training_.settings.recipe = recipe;
        return error_of([&] { run(); });
    };
    const std::string unknown = refused("sta");
    EXPECT_EQ(
        unknown.rfind("training: the network has no part 'layer4' to train; expected some of ", 0),
        0U)
        << unknown;
    for (const char *recipe : {"charades-focus-late", "pictures-first"})
        EXPECT_EQ(refused(recipe),
                  std::string("--layers: expected a recipe that leaves the layers open, got "
                              "--recipe ") +
                      recipe + "; leave one of them out");
    EXPECT_TRUE(watcher_.shares.empty());
}

TEST_F(NetworkRuns, LeaveNoNewClassifierAtRandomAndSaySoBeforeAVideoIsDecoded)
{
    training_.layers = {"blocks"};
    training_.settings.recipe = "sta";
    const std::string why =
        "--layers: expected the classifier 'fc' among them, which begins anew, got blocks; add it, "
        "or give --weights of a model that has the list's labels";
    for (const char *weights : {"", "none", "watch"}) { // the last of three other labels
        training_.weights = weights;
        EXPECT_EQ(error_of([&] { run(); }), why) << weights;
    }
    EXPECT_TRUE(watcher_.shares.empty());
    for (const char *label : {"moving", "still"})
        for (std::size_t at = 0; (at = list_.find(std::string(",") + label + ",")) != list_.npos;)
            list_.replace(at, std::strlen(label) + 2, *label == 'm' ? ",fight," : ",fall,");
    EXPECT_EQ(error_of([&] { run(); }), why) << "one of the model's labels is missing";
    add(&list_, "normal1", "normal", "train");
    add(&list_, "normal2", "normal", "val");
    EXPECT_FALSE(run().stopped);
}

TEST_F(NetworkRuns, WhoseWeightsOrTeacherDoNotFitAreRefusedBeforeAVideoIsDecoded)
{
    const auto is_missing = [&] {
        const std::string why = error_of([&] { run(); }, Error::Kind::NotFound);
        return why.rfind("model 'nosuch' is not in ", 0) == 0;
    };
    training_.weights = "nosuch";
    EXPECT_TRUE(is_missing());
    training_.settings.recipe = "sta-proposal"; // it learns of windows
    EXPECT_TRUE(is_missing());
    training_.settings.recipe = "from-scratch";
    training_.weights.clear();
    training_.teacher = "nosuch";
    EXPECT_TRUE(is_missing());
    training_.teacher = "c3d-ucf101"; // a card alone
    for (const char *recipe : {"from-scratch", "sta-detection"}) {
        training_.settings.recipe = recipe;
        EXPECT_EQ(error_of([&] { run(); }, Error::Kind::NotFound)
                      .rfind("the weights of 'c3d-ucf101' are not there", 0),
                  0U);
        EXPECT_TRUE(watcher_.shares.empty()) << recipe;
    }
    training_.settings.recipe = "from-scratch";
    training_.teacher = "watch"; // of three other labels
    EXPECT_EQ(error_of([&] { run(); }), "model 'watch': expected the 2 labels of the list, got 3 "
                                        "or others; train it on the list");
    EXPECT_TRUE(watcher_.shares.empty());
}

TEST_F(NetworkRuns, RefuseAHeadThatCannotBeTrainedBehindThemBeforeAVideoIsDecoded)
{
    const auto refused = [&](const char *head) {
        training_.head = head;
        return error_of([&] { run(); });
    };
    EXPECT_EQ(refused("rra").rfind("head 'rra' is not known; expected one of region-mean, ra, ", 0),
              0U);
    EXPECT_EQ(refused("persons"),
              "--head persons: expected a head of the network's own features, got one of how "
              "persons move as well; give another, and train it on 'fovea extract --attended "
              "persons' of the bundle");
    training_.settings.changes.many_labels = true;
    training_.settings.changes.label_smoothing = 0;
    EXPECT_EQ(refused("score-mean"),
              "--head score-mean: expected one for any number of labels, such as region-mean or "
              "ra, got one that says one class of all");
    training_.settings.changes.many_labels = false;
    training_.settings.model = "vgg19-fc8";
    training_.settings.recipe.clear(); // whose head is ra
    training_.weights = "none";
    EXPECT_EQ(refused(""), "--head ra: expected a network whose rows are features, got the scores "
                           "of vgg19-fc8; give --head none");
    EXPECT_TRUE(watcher_.shares.empty());
}

TEST_F(NetworkRuns, SayBeforeAVideoIsDecodedWhichNumberOrRegionCannotBe)
{
    const auto refused = [&](auto change) {
        const NetworkTraining before = training_;
        change();
        const std::string why = error_of([&] { run(); });
        training_ = before;
        return why;
    };
    RecipeChanges &changes = training_.settings.changes;
    EXPECT_EQ(refused([&] { changes.learning_rate = 0; }),
              "training: expected a learning rate > 0, got 0");
    EXPECT_EQ(refused([&] { changes.momentum = 0.5; }),
              "--momentum: expected the optimiser sgd, got adamw; add --optimiser sgd, or leave "
              "--momentum out");
    EXPECT_EQ(refused([&] { training_.map_distance = MapDistance::Mse; }),
              "recipe 'from-scratch': expected a teacher whose last map is learned with "
              "--map-distance, got none; give one (--teacher), choose a recipe such as w3, or "
              "leave --map-distance out");
    EXPECT_EQ(refused([&] { changes.many_labels = changes.balance = true; }),
              "training: expected no mixup, label smoothing, balance or overlap loss with several "
              "labels a clip; where the recipe smooths them give --label-smoothing 0");
    EXPECT_EQ(refused([&] { training_.settings.model = "keypoints"; }),
              "model 'keypoints' finds keypoints, expected one that recognises activities");
    EXPECT_EQ(refused([&] { training_.train_on = "3x3"; }),
              "regions: '3x3' are wanted, but there are 'full,actor'");
    EXPECT_EQ(refused([&] { training_.frames = 3; }),
              "watch: expected clips of at least 5 frames (best: 17) of a width and height that 16 "
              "divides (best: 96 x 96), got 3 frames of 96 x 96");
    EXPECT_TRUE(watcher_.shares.empty());
}

TEST_F(NetworkRuns, OfAListThatIsTooShortAreRefused)
{
    list_ = "path,label,group,split\n";
    add(&list_, "moving1", "moving", "train");
    add(&list_, "still1", "still", "train");
    EXPECT_EQ(error_of([&] { run(); }),
              "list '" + training_.list.string() +
                  "': no clip is left for validation of 2 clips, of 2 classes; add more, or give "
                  "some the split val in a column split");
    EXPECT_TRUE(watcher_.shares.empty());
}

TEST_F(NetworkRuns, SayBeforeAVideoIsDecodedThatTheListsSplitCannotBe)
{
    const std::string place = "list '" + training_.list.string() + "': ";
    const auto refused = [&](const std::string &line, const std::string &with) {
        const std::string before = list_;
        list_.replace(list_.find(line), line.size(), with);
        const std::string why = error_of([&] { run(); });
        list_ = before;
        return why;
    };
    EXPECT_EQ(refused("moving0.mp4,moving,g-moving0,train", "moving0.mp4,moving,g-moving0,"),
              place + "1 of 10 clips have no split; give all of them one, or none");
    const std::string rest = list_.substr(list_.find("\n") + 1);
    std::string unseen = rest;
    for (std::size_t at = 0; (at = unseen.find("train\n")) != unseen.npos;)
        unseen.replace(at, 5, "test");
    EXPECT_EQ(refused(rest, unseen), place + "class 'moving' has no clip in the split train; add "
                                             "some, or take the class out");
    const std::string tested = "--validation-is-test: expected list '" + training_.list.string() +
                               "' to be one with a split val and none test, got one with a split "
                               "test; leave it out";
    training_.settings.split.validation_is_test = true;
    EXPECT_EQ(error_of([&] { run(); }), tested);
    training_.settings.recipe = "sta-proposal"; // which learns of windows
    EXPECT_EQ(error_of([&] { run(); }), tested);
    EXPECT_TRUE(watcher_.shares.empty());
}

TEST_F(NetworkRuns, GoOnAsTheyBeganOrSaySoBeforeAVideoIsDecoded)
{
    training_.settings.resume = true;
    watcher_.stop_after = 1;
    EXPECT_TRUE(run().stopped);
    const auto folder = training_.settings.out / "training";
    EXPECT_EQ(watcher_.notes.front(),
              "--resume: '" + folder.string() + "' holds no checkpoint: training begins");
    watcher_.shares.clear();
    const std::string place = "checkpoint '" + (folder / "checkpoint.pt").string() + "': ";
    training_.settings.changes.learning_rate = 0.5;
    EXPECT_EQ(error_of([&] { run(); }),
              place + "was made with learning_rate 0.003, now it is 0.5; use the same settings, or "
                      "start anew without resuming");
    training_.settings.changes.learning_rate.reset();
    training_.augment = true;
    EXPECT_EQ(error_of([&] { run(); }),
              place + "was made with augment false, now it is true; use the same settings, or "
                      "start anew without resuming");
    training_.augment = false;
    folder_.write("made/training/checkpoint.pt", "damaged");
    EXPECT_NE(error_of([&] { run(); }).find("checkpoint.pt"), std::string::npos);
    EXPECT_TRUE(watcher_.shares.empty());
}

TEST_F(NetworkRuns, OfBalancedClassesGoOnWhereAClipIsLeftOut)
{
    add(&list_, "damaged7", "still", "train"); // which is known behind the decoding alone
    training_.settings.changes.balance = true;
    watcher_.stop_after = 1;
    EXPECT_TRUE(run().stopped);
    watcher_.stop_after = -1;
    training_.settings.resume = true;
    EXPECT_FALSE(run().stopped);
    EXPECT_EQ(watcher_.epochs, (std::vector<int>{1, 2}));
}

TEST_F(NetworkRuns, SayThatACheckpointIsLostWhereTheyBeginAnewInItsPlace)
{
    watcher_.stop_after = 1;
    EXPECT_TRUE(run().stopped);
    EXPECT_TRUE(watcher_.warnings.empty());
    watcher_.epochs.clear();
    std::filesystem::remove(training_.settings.out / "card.json"); // as one that was killed
    EXPECT_TRUE(run().stopped);
    EXPECT_EQ(watcher_.warnings,
              std::vector{"'" + (training_.settings.out / "training").string() +
                          "' holds a training that was ended before it left a bundle in '" +
                          training_.settings.out.string() +
                          "'; it is begun anew, and its checkpoint lost behind the first epoch: "
                          "with --resume it goes on"});
}

TEST_F(NetworkRuns, SaySoOfAFirstStageThatLeftItsOwnBundle)
{
    training_.head = "region-mean";
    training_.settings.asked_out = training_.settings.out;
    watcher_.stop_after = 1;
    EXPECT_TRUE(run().stopped);
    const auto stage = training_.settings.out / "training" / "backbone";
    EXPECT_TRUE(std::filesystem::exists(stage / "card.json"));
    EXPECT_TRUE(watcher_.warnings.empty());
    watcher_.epochs.clear();
    EXPECT_TRUE(run().stopped);
    EXPECT_EQ(watcher_.warnings,
              std::vector{"'" + (stage / "training").string() +
                          "' holds a training that was ended before it left a bundle in '" +
                          training_.settings.out.string() +
                          "'; it is begun anew, and its checkpoint lost behind the first epoch: "
                          "with --resume it goes on"});
}

TEST_F(NetworkRuns, GoOnWithAnotherHeadWhichIsToldBeforeAnyWork)
{
    training_.head = "ra";
    run();
    training_.head = "region-mean";
    training_.settings.resume = true;
    watcher_ = {};
    watcher_.stop_after = 0;
    EXPECT_THROW(run(), Interrupted);
    const std::vector told = {
        "--head region-mean: the network goes on, its head begins anew: checkpoint '" +
        (training_.settings.out / "training" / "checkpoint.pt").string() +
        "' was made with head \"ra\", now it is \"region-mean\""};
    EXPECT_EQ(watcher_.warnings, told);
    watcher_ = {};
    EXPECT_EQ(run().bundle.activity().head, "region-mean");
    EXPECT_EQ(watcher_.warnings, told);
}

TEST_F(NetworkRuns, GoOnThoughTheHeadOfAnEarlierNetworkIsThere)
{
    training_.head = "ra";
    run();
    training_.settings.changes.seed = 1;
    watcher_ = {};
    watcher_.stop_after = 1;
    EXPECT_TRUE(run().stopped);
    training_.settings.resume = true;
    watcher_ = {};
    EXPECT_EQ(run().bundle.activity().head, "ra");
    EXPECT_EQ(watcher_.epochs.front(), 2) << "of the network";
    EXPECT_TRUE(watcher_.warnings.empty());
}

TEST_F(NetworkRuns, OfWindowsSayWhatIsOtherwiseThanInTheCheckpointBeforeAVideoIsDecoded)
{
    list_ = "path,label,start,end\n";
    for (int i = 0; i < 20; ++i) // what is shorter than half a window is background
        add_stretch("moving0", i * 0.1, i * 0.1 + 0.1);
    for (const char *id : {"moving1", "moving2", "moving3", "moving4"})
        add_stretch(id, 0, 1.6);
    training_.settings.recipe = "sta-detection";
    watcher_.stop_after = 1;
    EXPECT_TRUE(run().stopped);
    training_.settings.resume = true;
    training_.settings.changes.learning_rate = 0.5;
    watcher_.shares.clear();
    const std::string refused = error_of([&] { run(); });
    EXPECT_NE(refused.find("was made with learning_rate "), std::string::npos) << refused;
    EXPECT_TRUE(watcher_.shares.empty());
    training_.settings.changes.learning_rate.reset();
    watcher_ = {};
    EXPECT_FALSE(run().stopped);
    EXPECT_EQ(watcher_.epochs, std::vector{2});
}

/** \brief On a disk that is nearly full */
class NearlyFull final : public MadeVideos
{
public:
    std::uint64_t bytes_to_make(const ListedClip &) const override { return 100; }

    void check_room(std::uint64_t bytes) const override
    {
        throw Error(Error::Kind::CannotWrite, "no room for " + std::to_string(bytes));
    }
};

TEST_F(NetworkRuns, WhoseFramesHaveNoRoomAreRefusedBeforeAVideoIsDecoded)
{
    folder_.write("list.csv", list_);
    const auto open = [](const ActivityCard &) { return std::make_unique<NearlyFull>(); };
    EXPECT_EQ(error_of([&] { train_network(training_, open, watcher_); }, Error::Kind::CannotWrite),
              "no room for 1000");
    EXPECT_TRUE(watcher_.shares.empty());
}

} // namespace

} // namespace fovea
