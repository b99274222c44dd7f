// SPDX-License-Identifier: MIT
#include <cstring>

#include <gtest/gtest.h>

#include "error_of.h"
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
    training_.teacher = "watch"; // of three other labels
    EXPECT_EQ(error_of([&] { run(); }), "model 'watch': expected the 2 labels of the list, got 3 "
                                        "or others; train it on the list");
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
}

} // namespace

} // namespace fovea
