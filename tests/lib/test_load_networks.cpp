// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "bundle_test.h"
#include "fovea/bundle/kept_networks.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/network_cache.h"
#include "fovea/bundle/torch_networks.h"

namespace {

using fovea::Bundle;
using fovea::Error;
using fovea_test::error_of_kind;
using fovea_test::expect_parts;
using fovea_test::WatchCopy;

TEST_F(WatchCopy, SeesAndScores)
{
    const Bundle bundle = open();
    EXPECT_EQ(bundle.labels(), (std::vector<std::string>{"normal", "fight", "fall"}));
    const auto extractor = fovea::load_feature_extractor(bundle, {});
    const auto head = fovea::load_head(bundle);
    ASSERT_EQ(extractor->channels(), head->channels());
    // A still picture: no motion, so nothing happens
    fovea::Array clip({1, 3, 17, 96, 96});
    std::fill(clip.values.begin(), clip.values.end(), 0.5F);
    const fovea::HeadScores output = head->run(extractor->rows(clip));
    ASSERT_EQ(output.scores.size(), 3U);
    EXPECT_GT(output.scores[0], 0.5F);
    EXPECT_EQ(output.time_weights.size(), 4U);
}

TEST_F(WatchCopy, AHeadWithoutWeightsSaysToTrainOne)
{
    expect_parts(error_of_head("tra"),
                 {"head 'tra' of 3 classes does not fit model 'watch' (watch, 128 features)",
                  "lacks 'region_attention.weight' [1, 128]", "train a head", "fovea extract"});
    expect_parts(error_of_head("ra"), {"lacks 'region_attention.weight' [1, 128]", "train a head"});
    expect_parts(error_of_head("best"), {"head 'best' is not known", "region-mean"});
    change_card("/head", "");
    expect_parts(error_of_head(""), {"model 'watch' has no head", "train a head"});
}

TEST_F(WatchCopy, AHeadOfOnesOwnLiesUnderItsPrefix)
{
    change_weights([](fovea::Weights &weights) {
        weights["head.region_attention.weight"] = at::zeros({1, 128});
        weights["head.region_attention.bias"] = at::zeros({1});
        weights["head.fc.weight"] = at::zeros({3, 128});
        weights["head.fc.bias"] = at::tensor({0.0F, 0.0F, 50.0F});
    });
    EXPECT_EQ(fovea::load_feature_extractor(open(), {})->channels(), 128);
    const auto head = fovea::load_head(open(), "ra");
    EXPECT_NEAR(head->run(fovea::Array({2, 4, 128})).scores[2], 1, 1e-6);
}

TEST_F(WatchCopy, AHeadOfAnotherBackboneDoesNotFit)
{
    change_weights([](fovea::Weights &weights) {
        weights["head.fc.weight"] = at::zeros({3, 1024});
        weights["head.fc.bias"] = at::zeros({3});
    });
    expect_parts(error_of_head("region-mean"),
                 {"does not fit", "expected 'fc.weight' [3, 128], got [3, 1024]"});
}

TEST_F(WatchCopy, ADetectorIsAttendedByTheScoresOfItsClasses)
{
    const Bundle detector = Bundle::open("yolo-fastest-1.1-xl");
    const std::string sha256 = detector.weights().sha256;
    EXPECT_EQ(detector.weights().name, "yolo-fastest-1.1-xl.weights");
    change_card("/attended", {{"model", "yolo-fastest-1.1-xl"}, {"sha256", sha256}});
    ASSERT_TRUE(open().attended());
    const fovea::ActivityCard card = fovea::attended_card(*open().attended());
    EXPECT_EQ(card.input.size.width, 320);
    EXPECT_EQ(card.area, fovea::ViewArea::Frame);

    change_card("/head", "region-mean"); // of 128 features and 80 classes of objects
    change_weights([](fovea::Weights &weights) {
        weights["head.fc.weight"] = at::zeros({3, 208});
        weights["head.fc.bias"] = at::zeros({3});
    });
    EXPECT_NO_THROW(fovea::load_head(open()));
}

TEST_F(WatchCopy, ADetectorIsNoActivityModel)
{
    const std::string error = error_of_kind(Error::Kind::Settings, [] {
        fovea::load_feature_extractor(Bundle::open("fastestdet"), {});
    });
    expect_parts(error,
                 {"model 'fastestdet' finds persons, expected one that recognises activities"});
    expect_parts(error_of_kind(Error::Kind::Settings,
                               [this] { fovea::load_detector(folder_.string(), {}); }),
                 {"model 'watch' recognises activities, expected one that finds persons"});
}

TEST_F(WatchCopy, NetworksOfPicturesTakeTheirPrecisionsAlone)
{
    fovea::PictureEngine settings;
    for (const char *precision : {"int8", "fp16", "fp64", ""}) {
        settings.precision = precision;
        const auto error =
            error_of_kind(Error::Kind::Settings, [&] { fovea::load_detector("hog", settings); });
        EXPECT_NE(error.find("expected auto, fp32 or bf16"), std::string::npos) << error;
        EXPECT_EQ(error_of_kind(Error::Kind::Settings,
                                [&] { fovea::load_pose_estimator("keypoints", settings); }),
                  error);
    }
    for (const char *precision : {"fp32", "bf16", "auto"}) {
        settings.precision = precision; // hog has no network
        EXPECT_NE(fovea::load_detector("hog", settings), nullptr);
    }
}

TEST_F(WatchCopy, ADetectorNotFetchedSaysHowItIs)
{
    const std::string error =
        error_of_kind(Error::Kind::NotFound, [] { fovea::load_detector("fastestdet", {}); });
    expect_parts(error, {"FastestDet.onnx", "fovea models fetch fastestdet"});
}

TEST_F(WatchCopy, KeepsItsNetworksAnewWhateverIsThereAndSaysWhereItCannot)
{
    const auto networks = [&] {
        std::vector<fovea_test::fs::path> files;
        std::error_code error;
        for (const auto &entry :
             fovea_test::fs::directory_iterator(root_.path() / "cache/networks", error))
            files.push_back(entry.path());
        return files;
    };
    fovea::keep_networks(open());
    ASSERT_EQ(networks().size(), 2U) << "the network and its head";
    const auto long_ago = fovea_test::fs::file_time_type::clock::now() - std::chrono::hours(100);
    for (const auto &file : networks())
        fovea_test::fs::last_write_time(file, long_ago);
    fovea::keep_networks(open());
    ASSERT_EQ(networks().size(), 2U);
    for (const auto &file : networks())
        EXPECT_GT(fovea_test::fs::last_write_time(file), long_ago) << "it is written again";

    setenv("FOVEA_CACHE", "/dev/null/nowhere", 1);
    expect_parts(error_of_kind(Error::Kind::CannotWrite, [&] { fovea::keep_networks(open()); }),
                 {"/dev/null/nowhere/networks", "Not a directory"});
    setenv("FOVEA_CACHE", "relative", 1);
    expect_parts(error_of_kind(Error::Kind::Settings, [&] { fovea::keep_networks(open()); }),
                 {"expected its absolute path", "'relative'"});
}

TEST_F(WatchCopy, WhatIsKeptIsOfTheCardThatWasRead)
{
    const Bundle before = open();
    const std::string key = network_key(before, "0", "network");
    EXPECT_FALSE(key.empty());
    change_card("/title", "Changed while it is loaded");
    EXPECT_EQ(network_key(before, "0", "network"), key);
    EXPECT_NE(network_key(open(), "0", "network"), key);
    EXPECT_NE(network_key(before, "1", "network"), key);
    EXPECT_NE(network_key(before, "0", "head"), key);
}

TEST_F(WatchCopy, ClipsAreCheckedByTheModelThatIsAsked)
{
    const Bundle watch = open();
    EXPECT_NO_THROW(fovea::check_torch_clip(watch, 17, 96, 96));
    EXPECT_THROW(fovea::check_torch_clip(watch, 17, 100, 96), Error);
    change_card("/architecture", "i3d");
    const Bundle i3d = open(); // in the same folder
    EXPECT_NO_THROW(fovea::check_torch_clip(i3d, 17, 100, 96));
    EXPECT_THROW(fovea::check_torch_clip(watch, 17, 100, 96), Error);
}

} // namespace
