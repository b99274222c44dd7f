// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/bundle.h"
#include "fovea/nn/backbone.h"
#include "fovea/train/initial_networks.h"
#include "fovea/train/kept_classifier.h"
#include "recording_watcher.h"

namespace fovea {

namespace {

/** \brief The new classifier of the compact network, made for three classes */
struct FirstClassifier {
    double deviation = 0;
    double greatest_bias = 0;
};

NetworkTraining of_recipe(const std::string &recipe)
{
    NetworkTraining training;
    training.settings.model = "watch";
    training.settings.recipe = recipe;
    return training;
}

InitialNetworks networks_of(const NetworkTraining &training,
                            const std::vector<std::string> &labels = {"a", "b", "c"})
{
    ClipList list;
    list.labels = labels;
    RecordingWatcher watcher;
    const Bundle base = Bundle::open("watch");
    return make_initial_networks(training, base, base.activity(), list, watcher);
}

FirstClassifier classifier_by(const std::string &recipe)
{
    const InitialNetworks made = networks_of(of_recipe(recipe));
    const auto parameters = made.network->named_parameters();
    const std::string classifier = made.network->classifier();
    return {parameters[classifier + ".weight"].std().item<double>(),
            parameters[classifier + ".bias"].abs().max().item<double>()};
}

/* models.py of mit-han-lab/temporal-shift-module; train_resnet18_r2.prototxt of zhengshou/scnn */
TEST(InitialNetworks, TheClassifierBeginsSmallWhereTheRecipeSaysSo)
{
    for (const auto &[recipe, deviation] :
         {std::pair<const char *, double>{"tsm", 0.001}, {"w3", 0.001}, {"sta-detection", 0.01}}) {
        const FirstClassifier first = classifier_by(recipe);
        EXPECT_NEAR(first.deviation, deviation, 0.15 * deviation)
            << recipe; // of hundreds of weights
        EXPECT_EQ(first.greatest_bias, 0) << recipe;
    }
    const FirstClassifier usual = classifier_by("sta");
    EXPECT_GT(usual.deviation, 0.02);
    EXPECT_GT(usual.greatest_bias, 0);
}

/* As RGB_Kinetics_64f.pth under the name of the weights of HMDB-51 */
TEST(InitialNetworks, AClassifierOfOtherClassesThanTheCardSaysIsNone)
{
    const Bundle watch = Bundle::open("watch");
    const auto of_classes = [&](std::int64_t classes) {
        const Weights weights = {{"fc.weight", at::ones({classes, 4})},
                                 {"fc.bias", at::ones({classes})}};
        return classifier_of(watch, weights, "fc", watch.labels());
    };
    EXPECT_EQ(of_classes(static_cast<std::int64_t>(watch.labels().size())).size(), 2U);
    EXPECT_TRUE(of_classes(400).empty());
    EXPECT_TRUE(of_classes(2).empty());
}

TEST(InitialNetworks, OnlyTheLayersThatAreNamedLearn)
{
    NetworkTraining training = of_recipe("sta");
    training.layers = {"fc"};
    const InitialNetworks made = networks_of(training);
    for (const auto &parameter : made.network->named_parameters())
        EXPECT_EQ(parameter.value().requires_grad(), parameter.key().rfind("fc.", 0) == 0)
            << parameter.key();
    training.layers = {"layer4", "fc"};
    const std::string error = error_of([&] { networks_of(training); });
    EXPECT_EQ(
        error.rfind("training: the network has no part 'layer4' to train; expected some of ", 0),
        0U)
        << error;
}

TEST(InitialNetworks, APoolIsNoPartThatLearns)
{
    const auto network = nn::make_backbone("i3d", /*classes=*/2);
    const std::string pool = "MaxPool3d_2a_3x3";
    ASSERT_TRUE(network->named_children().contains(pool));
    const std::string error = error_of([&] { BackboneClassifier(network, 2, {pool}); });
    EXPECT_EQ(error.rfind("training: the network has no part '" + pool + "' to train; ", 0), 0U)
        << error;
    EXPECT_EQ(error.find(pool), error.rfind(pool)) << "it is not offered: " << error;
}

TEST(InitialNetworks, ANewClassifierIsNotLeftAtRandom)
{
    NetworkTraining training = of_recipe("sta");
    training.layers = {"blocks"};
    EXPECT_EQ(error_of([&] { networks_of(training); }),
              "--layers: expected the classifier 'fc' among them, which begins anew, got blocks; "
              "add it, or give --weights of a model that has the list's labels");
    training.weights = "watch"; // of three other labels
    EXPECT_NE(error_of([&] { networks_of(training); }), "");
    EXPECT_NO_THROW(networks_of(training, Bundle::open("watch").labels()));
}

} // namespace

} // namespace fovea
