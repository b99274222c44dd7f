// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/bundle.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/core/json.h"
#include "named_numbers.h"
#include "temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using fovea::Bundle;
using fovea::Fill;
using fovea::Json;
using fovea::Pooling;
using fovea::Sampling;

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
    {"resnext101-flow-hmdb51", "resnext101-3d", 51, "catch"},
    {"resnext101-mars-hmdb51", "resnext101-3d", 51, "catch"},
    {"resnet18-3d-ucf101", "resnet18-3d", 101, "Archery"},
    {"resnet18-3d-sta-ucf101", "resnet18-3d", 101, "Archery"},
    {"resnet152-3d-ucf101", "resnet152-3d", 101, "Archery"},
    {"p3d199-kinetics400", "p3d199", 400, "answering questions"},
    {"c3d-fc6", "c3d-fc6", 101, "Archery"},
    {"c3d-ucf101", "c3d", 101, "Archery"},
    {"vgg19", "vgg19", 1000, "great white shark"},
    {"vgg19-fc6", "vgg19-fc6", 1000, "great white shark"},
    {"vgg19-fc8", "vgg19-fc8", 1000, "great white shark"},
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
                                 "tsm-resnet50-something", "tam-resnet50-kinetics400", "vgg19"}) {
        EXPECT_NEAR(normalised(imagenet, 0, 200), (200.0 / 255 - 0.485) / 0.229, 1e-5);
        EXPECT_NEAR(normalised(imagenet, 2, 10), (10.0 / 255 - 0.406) / 0.225, 1e-5);
    }
    EXPECT_NEAR(normalised("resnext101-hmdb51", 1, 100), 100 - 107.7354, 1e-4);
    EXPECT_NEAR(normalised("resnext101-flow-hmdb51", 1, 100), 100 - 127.5, 1e-4);
    EXPECT_NEAR(normalised("resnet152-3d-ucf101", 1, 100), (100.0 / 255 - 0.4051) / 0.2713, 1e-5);
    EXPECT_NEAR(normalised("c3d-fc6", 0, 100), 100 - 102, 1e-4); // red; blue loses 90
    EXPECT_NEAR(normalised("c3d-fc6", 2, 100), 100 - 90, 1e-4);
}

/** \brief How a card's videos are seen, and where that is published */
struct Protocol {
    const char *name;
    const char *source;
    Sampling plan;
    int frames;
    int timesteps; ///< clips of the test; 0: as many as the video has
    int stride;
    double rate;
    Fill fill;
    bool crops;     ///< three views along the long side
    int seen_width; ///< of the middle, pixels ...
    int resized_to; ///< ... out of so many (short side; of C3D height)
    bool per_clip;  ///< clips are scored by themselves and pooled; else by the mean of their logits
    Pooling pooling;
};

const char *const tsm_code =
    "mit-han-lab/temporal-shift-module, ops/dataset.py: _get_test_indices; "
    "Perez-Rua 2020, section 4: 1 clip, centre crop of 224 in 256";
const char *const mars_code =
    "craston/MARS, test_single_stream.py: whole clips one behind the other, "
    "mean of outputs; preprocess_data.py: scale to 112, centre";
const char *const hara_code = "kenshohara/3D-ResNets-PyTorch, inference.py: mean of softmax; "
                              "temporal_transforms.py: SlidingWindow with LoopPadding";
const char *const c3d_code =
    "jfzhang95/pytorch-video-recognition, inference.py: [8:120, 30:142] of "
    "171 x 128";

const char *const vgg_code = "torchvision, models/vgg.py and transforms/_presets.py: 224 of 256; "
                             "Torabi and Sigal 2017, 3.2: a "
                             "frame of every 16";

const std::vector<Protocol> protocols = {
    {"tsm-resnet50-something", tsm_code, Sampling::Segments, 8, 1, 1, 0, Fill::Last, false, 224,
     256, false, Pooling::Mean},
    {"tsm-resnet50-w3-something", tsm_code, Sampling::Segments, 8, 1, 1, 0, Fill::Last, false, 224,
     256, false, Pooling::Mean},
    {"i3d-resnet18-something", tsm_code, Sampling::Segments, 32, 1, 1, 0, Fill::Last, false, 224,
     256, false, Pooling::Mean},
    {"tam-resnet50-kinetics400",
     "IBM/action-recognition-pytorch, README: --groups 32 --frames_per_group 2 --num_crops 3 "
     "--num_clips 10 --input_size 256 --disable_scaleup --dense_sampling; test.py: mean of logits",
     Sampling::Spread, 32, 10, 2, 0, Fill::Loop, true, 256, 256, false, Pooling::Mean},
    {"resnext101-hmdb51", mars_code, Sampling::Clips, 64, 0, 1, 0, Fill::Drop, false, 112, 112,
     false, Pooling::Mean},
    {"resnext101-sta-hmdb51", mars_code, Sampling::Clips, 64, 0, 1, 0, Fill::Drop, false, 112, 112,
     false, Pooling::Mean},
    {"resnext101-flow-hmdb51", mars_code, Sampling::Clips, 64, 0, 1, 0, Fill::Drop, false, 112, 112,
     false, Pooling::Mean},
    {"resnext101-mars-hmdb51", mars_code, Sampling::Clips, 64, 0, 1, 0, Fill::Drop, false, 112, 112,
     false, Pooling::Mean},
    {"resnet18-3d-ucf101", hara_code, Sampling::Clips, 16, 0, 1, 0, Fill::Loop, false, 112, 112,
     true, Pooling::Mean},
    {"resnet18-3d-sta-ucf101", hara_code, Sampling::Clips, 16, 0, 1, 0, Fill::Loop, false, 112, 112,
     true, Pooling::Mean},
    {"resnet152-3d-ucf101", hara_code, Sampling::Clips, 16, 0, 1, 0, Fill::Loop, false, 112, 112,
     true, Pooling::Mean},
    {"c3d-ucf101", c3d_code, Sampling::Clips, 16, 0, 1, 0, Fill::Drop, false, 112, 128, true,
     Pooling::Mean},
    {"c3d-fc6", c3d_code, Sampling::Clips, 16, 0, 1, 0, Fill::Drop, false, 112, 128, false,
     Pooling::Mean},
    {"vgg19", vgg_code, Sampling::Clips, 1, 0, 16, 0, Fill::Drop, false, 224, 256, false,
     Pooling::Mean},
    {"vgg19-fc6", vgg_code, Sampling::Clips, 1, 0, 16, 0, Fill::Drop, false, 224, 256, false,
     Pooling::Mean},
    {"vgg19-fc8", vgg_code, Sampling::Clips, 1, 0, 16, 0, Fill::Drop, false, 224, 256, false,
     Pooling::Mean},
    {"p3d199-kinetics400", "Qiu 2017, section 4: 160 x 160 of 182 on the short side",
     Sampling::Clips, 16, 0, 1, 0, Fill::Drop, false, 160, 182, true, Pooling::Mean},
    {"resnet50-i3d-charades", "Sydorov 2019, 5.3: 10 clips, max; 224 of 256", Sampling::Spread, 64,
     10, 1, 8, Fill::Last, false, 224, 256, true, Pooling::Max},
};

TEST(ZooBundles, SeeVideosAsTheirSourcesDo)
{
    for (const Protocol &expected : protocols) {
        SCOPED_TRACE(std::string(expected.name) + ": " + expected.source);
        const Bundle bundle = Bundle::open(expected.name);
        const fovea::ActivityCard card = bundle.activity();
        EXPECT_EQ(card.sampling.plan, expected.plan);
        EXPECT_EQ(card.sampling.frames, expected.frames);
        if (expected.timesteps > 0) {
            EXPECT_EQ(card.sampling.timesteps, expected.timesteps);
        }
        EXPECT_EQ(fovea::has_timesteps(card.sampling.plan), expected.timesteps > 0);
        EXPECT_EQ(card.sampling.stride, expected.stride);
        EXPECT_EQ(card.sampling.rate, expected.rate);
        EXPECT_EQ(card.sampling.fill, expected.fill);
        EXPECT_EQ(card.regions.crops, expected.crops);
        EXPECT_NEAR(card.regions.cut_height * expected.resized_to, expected.seen_width, 0.01);
        const int resized_width =
            card.area == fovea::ViewArea::Frame ? 171 : expected.resized_to; // of C3D's frames
        EXPECT_NEAR(card.regions.cut_width * resized_width, expected.seen_width, 0.01);
        EXPECT_EQ(card.input.size.width, expected.seen_width);
        const auto network = fovea::nn::make_backbone(fovea::backbone_options(card));
        EXPECT_EQ(card.decision.window,
                  expected.per_clip ? network->rows_of(card.sampling.frames) : 0);
        EXPECT_EQ(card.decision.hop, card.decision.window);
        EXPECT_EQ(card.decision.pooling, expected.pooling);
        EXPECT_EQ(card.decision.many_labels, expected.pooling == Pooling::Max);
    }
    EXPECT_EQ(protocols.size(), all_shipped.size());
}

/** \brief Ballan 2021: all 512 frames are one clip */
TEST(ZooBundles, RowsOfBreakfastAreOfOneShot)
{
    const fovea::ActivityCard card = Bundle::open("i3d-kinetics400").activity();
    EXPECT_EQ(card.sampling.plan, Sampling::Uniform);
    EXPECT_EQ(card.sampling.frames * card.sampling.timesteps, 512);
    EXPECT_EQ(card.sampling.mode, fovea::FeatureMode::OneShot);
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
    const at::Tensor logits =
        at::matmul(weight, expected_rows.flatten(0, 1).mean(0)) + parameters[classifier + ".bias"];
    const bool many_labels = bundle.activity().decision.many_labels;
    const at::Tensor scores = many_labels ? logits.sigmoid() : logits.softmax(0);
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
