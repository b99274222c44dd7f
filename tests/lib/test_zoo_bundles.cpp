// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/bundle.h"
#include "fovea/bundle/load.h"
#include "fovea/core/json.h"
#include "named_numbers.h"
#include "temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using fovea::Bundle;
using fovea::Json;

/** \brief A card with no weights of its own, and the classes of its data set */
struct Shipped {
    const char *name;
    const char *architecture;
    std::size_t classes;
    const char *third; ///< label, to see that the list begins as it should
};

const std::vector<Shipped> all_shipped = {
    {"resnet50-i3d-charades", "resnet50-i3d", 157, "Taking some clothes from somewhere"},
    {"resnext101-hmdb51", "resnext101-3d", 51, "catch"},
    {"resnext101-sta-hmdb51", "resnext101-3d", 51, "catch"},
    {"resnet18-3d-ucf101", "resnet18-3d", 101, "Archery"},
    {"resnet18-3d-sta-ucf101", "resnet18-3d", 101, "Archery"},
    {"resnet152-3d-ucf101", "resnet152-3d", 101, "Archery"},
    {"p3d199-kinetics400", "p3d199", 400, "answering questions"},
    {"c3d-fc6", "c3d-fc6", 101, "Archery"},
    {"c3d-ucf101", "c3d", 101, "Archery"},
    {"tsm-resnet50-something", "tsm-resnet50", 174, "Bending something so that it deforms"},
    {"tsm-resnet50-w3-something", "tsm-resnet50", 174, "Bending something so that it deforms"},
    {"i3d-resnet18-something", "i3d-resnet18", 174, "Bending something so that it deforms"},
    {"tam-resnet50-kinetics400", "tam-resnet50", 400, "answering questions"},
};

TEST(ZooBundles, OpenAndSayWhatTheyAre)
{
    const std::vector<std::string> names = Bundle::names();
    for (const Shipped &shipped : all_shipped) {
        SCOPED_TRACE(shipped.name);
        EXPECT_TRUE(std::find(names.begin(), names.end(), shipped.name) != names.end());
        const Bundle bundle = Bundle::open(shipped.name);
        EXPECT_EQ(bundle.name(), shipped.name);
        EXPECT_EQ(bundle.activity().architecture, shipped.architecture);
        ASSERT_EQ(bundle.labels().size(), shipped.classes);
        EXPECT_EQ(bundle.labels()[2], shipped.third);
        EXPECT_FALSE(bundle.title().empty());
        EXPECT_FALSE(bundle.measured().empty() && bundle.measurements().empty());
        EXPECT_FALSE(bundle.licence().empty());
        EXPECT_FALSE(bundle.complete());
    }
}

TEST(ZooBundles, MakeTheirNetworksAndTakeTheirClips)
{
    for (const Shipped &shipped : all_shipped) {
        SCOPED_TRACE(shipped.name);
        const fovea::ActivityCard card = Bundle::open(shipped.name).activity();
        const auto network = fovea::nn::make_backbone(fovea::backbone_options(card));
        network->check_clip(card.sampling.frames, card.input.size.height, card.input.size.width);
        EXPECT_EQ(network->named_parameters().contains("layer4.0.sta.conv1.weight"),
                  std::string(shipped.name).find("-sta-") != std::string::npos);
    }
}

/** \brief Every value of a pixel channel normalised as the public code writes it: (v - mean) / std */
TEST(ZooBundles, NormaliseAsTheirPublicCode)
{
    const auto normalised = [](const char *name, std::size_t channel, double value) {
        const auto normalisation = Bundle::open(name).activity().input.normalisation;
        return value / 255 * static_cast<double>(normalisation.scale.at(channel)) +
               static_cast<double>(normalisation.shift.at(channel));
    };
    for (const char *imagenet : {"resnet50-i3d-charades", "p3d199-kinetics400",
                                 "tsm-resnet50-something", "tam-resnet50-kinetics400"}) {
        EXPECT_NEAR(normalised(imagenet, 0, 200), (200.0 / 255 - 0.485) / 0.229, 1e-5);
        EXPECT_NEAR(normalised(imagenet, 2, 10), (10.0 / 255 - 0.406) / 0.225, 1e-5);
    }
    EXPECT_NEAR(normalised("resnext101-hmdb51", 1, 100), 100 - 107.7354, 1e-4);
    EXPECT_NEAR(normalised("resnet152-3d-ucf101", 1, 100), (100.0 / 255 - 0.4051) / 0.2713, 1e-5);
    EXPECT_NEAR(normalised("c3d-fc6", 0, 100), 100 - 102, 1e-4); // red; blue loses 90
    EXPECT_NEAR(normalised("c3d-fc6", 2, 100), 100 - 90, 1e-4);
}

class NetworkBundle : public testing::TestWithParam<const char *>
{
};

/** \brief A network's own classifier, whatever its name and shape, serves as the bundle's head */
TEST_P(NetworkBundle, ScoresRowsAsTheNetworksOwnClassifier)
{
    const char *models = std::getenv("FOVEA_MODEL_PATH");
    ASSERT_NE(models, nullptr);
    const std::string name = GetParam();
    const TemporaryFolder root;
    const fs::path folder = root.path() / name;
    fs::copy(fs::path(models) / name, folder);
    Json card = fovea::read_json(folder / "card.json");
    card["input"]["width"] = 64;
    card["input"]["height"] = 64;
    root.write(name + "/card.json", card.dump());

    const auto network = fovea::nn::make_backbone(card["architecture"], card["classes"]);
    named_numbers::fill(*network);
    network->eval();
    c10::impl::GenericDict dict(c10::StringType::get(), c10::TensorType::get());
    for (const auto &entry : network->named_parameters())
        dict.insert(entry.key(), entry.value().detach());
    for (const auto &entry : network->named_buffers())
        dict.insert(entry.key(), entry.value());
    const std::vector<char> bytes = torch::jit::pickle_save(dict);
    root.write(name + "/" + name + ".pt", {bytes.begin(), bytes.end()});

    const Bundle bundle = Bundle::open(folder.string());
    fovea::EngineOptions exact;
    exact.precision = "fp32";
    const auto extractor = fovea::load_feature_extractor(bundle, exact);
    const at::NoGradGuard no_grad;
    const at::Tensor clip = named_numbers::input("input/zoo", {1, 3, 16, 64, 64});
    fovea::Array values({1, 3, 16, 64, 64});
    std::copy_n(clip.data_ptr<float>(), clip.numel(), values.values.begin());
    fovea::Array rows = extractor->rows(values);
    const at::Tensor expected_rows = network->rows(clip);
    ASSERT_EQ(rows.shape, expected_rows.sizes().vec());
    EXPECT_LT(
        (at::from_blob(rows.values.data(), rows.shape) - expected_rows).abs().max().item<double>(),
        1e-5);

    // The classifier on the mean row, by hand
    const auto parameters = network->named_parameters();
    const std::string classifier = network->classifier();
    const at::Tensor weight = parameters[classifier + ".weight"].flatten(1);
    const at::Tensor scores =
        (at::matmul(weight, expected_rows.flatten(0, 1).mean(0)) + parameters[classifier + ".bias"])
            .softmax(0);
    const fovea::HeadScores output = fovea::load_head(bundle)->run(rows);
    for (std::size_t i = 0; i < output.scores.size(); i += 13)
        EXPECT_NEAR(output.scores[i], scores[static_cast<std::int64_t>(i)].item<float>(), 1e-5F);
}

INSTANTIATE_TEST_SUITE_P(Public, NetworkBundle,
                         testing::Values("tsm-resnet50-something", "resnet50-i3d-charades",
                                         "i3d-resnet18-something"),
                         [](const auto &info) {
                             std::string name = info.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

} // namespace
