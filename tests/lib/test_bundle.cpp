// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sys/stat.h>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/cache_folder.h"
#include "fovea/bundle/int8_calibration.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/sha256.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/engine/onednn/onednn_network.h"
#include "temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using fovea::Bundle;
using fovea::Error;
using fovea::Json;

template <typename Work>
std::string error_of_kind(Error::Kind kind, Work &&work)
{
    try {
        std::forward<Work>(work)();
    } catch (const Error &error) {
        EXPECT_EQ(error.kind(), kind) << error.what();
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
        return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
}

void expect_parts(const std::string &text, const std::vector<std::string> &parts)
{
    for (const std::string &part : parts)
        EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' in: " << text;
}

/** \brief The shipped model `watch` copied where a test may break it */
class WatchCopy : public testing::Test
{
protected:
    void SetUp() override
    {
        const char *models = std::getenv("FOVEA_MODEL_PATH");
        ASSERT_NE(models, nullptr);
        models_ = models;
        fs::copy(fs::path(models) / "watch", folder_);
        setenv("FOVEA_CACHE", (root_.path() / "cache").c_str(), 1);
    }

    void TearDown() override
    {
        unsetenv("FOVEA_CACHE");
        setenv("FOVEA_MODEL_PATH", models_.c_str(), 1);
    }

    void change_card(const std::string &pointer, const Json &value) const
    {
        Json card = fovea::read_json(folder_ / "card.json");
        card[Json::json_pointer(pointer)] = value;
        root_.write("watch/card.json", card.dump());
    }

    /** \brief Weights changed by \a change, and a card that does not check them */
    template <typename Change>
    void change_weights(Change &&change) const
    {
        fovea::Weights weights = fovea::read_weights(folder_ / "watch.pt");
        std::forward<Change>(change)(weights);
        c10::impl::GenericDict dict(c10::StringType::get(), c10::TensorType::get());
        for (const auto &[name, tensor] : weights)
            dict.insert(name, tensor);
        const std::vector<char> bytes = torch::jit::pickle_save(dict);
        root_.write("watch/watch.pt", {bytes.begin(), bytes.end()});
        change_card("/files/0/sha256", "");
    }

    Bundle open() const { return Bundle::open(folder_.string()); }

    std::string error_of_extractor(Error::Kind kind) const
    {
        return error_of_kind(kind, [this] { fovea::load_feature_extractor(open(), {}); });
    }

    std::string error_of_head(const std::string &head) const
    {
        return error_of_kind(Error::Kind::Settings, [&] { fovea::load_head(open(), head); });
    }

    TemporaryFolder root_;
    fs::path folder_ = root_.path() / "watch";
    std::string models_;
};

TEST(CacheFolder, IsTheOneAskedForElseThatOfTheDesktopElseThatOfTheHome)
{
    const char *home = std::getenv("HOME");
    const std::string kept = home == nullptr ? "" : home;
    unsetenv("FOVEA_CACHE");
    setenv("HOME", "/home/somebody", 1);
    unsetenv("XDG_CACHE_HOME");
    EXPECT_EQ(fovea::cache_folder(), "/home/somebody/.cache/fovea");
    setenv("XDG_CACHE_HOME", "/var/caches", 1);
    EXPECT_EQ(fovea::cache_folder(), "/var/caches/fovea");
    setenv("XDG_CACHE_HOME", "not/absolute", 1); // to be ignored, says the specification
    EXPECT_EQ(fovea::cache_folder(), "/home/somebody/.cache/fovea");
    setenv("FOVEA_CACHE", "/elsewhere", 1);
    EXPECT_EQ(fovea::cache_folder(), "/elsewhere");
    unsetenv("FOVEA_CACHE");
    unsetenv("XDG_CACHE_HOME");
    setenv("HOME", kept.c_str(), 1);
}

TEST(Sha256, IsThatOfThePublishedExample)
{
    // FIPS 180-2, appendix B.1: "abc"
    const TemporaryFolder folder;
    EXPECT_EQ(fovea::sha256_of(folder.write("abc", "abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ClassifierWeights, AreThoseOfTheHeadOfItsNameElseFullyConnectedElseOfTheNetwork)
{
    const auto of = [](const std::vector<std::string> &names) {
        fovea::Weights weights;
        for (const std::string &name : names)
            weights[name] = at::full({1}, static_cast<double>(weights.size()));
        return weights;
    };
    const auto found = [](const fovea::Weights &weights) {
        const fovea::Weights own = fovea::classifier_weights(weights, "logits");
        return own.size() == 1 && own.count("weight") == 1 ? own.at("weight").item<double>() : -1;
    };
    EXPECT_EQ(found(of({"logits.weight", "head.fc.weight", "head.logits.weight"})), 2);
    EXPECT_EQ(found(of({"logits.weight", "head.fc.weight"})), 1);
    EXPECT_EQ(found(of({"logits.weight", "other.logits.weight"})), 0);
    EXPECT_EQ(found(of({"logits", "mixed.weight"})), -1) << "it has none";
}

TEST_F(WatchCopy, ShippedModelsOpen)
{
    const std::vector<std::string> names = Bundle::names();
    for (const char *name :
         {"fastestdet", "i3d-kinetics400", "watch", "yolo-fastest-1.1", "yolo-fastest-1.1-xl"}) {
        EXPECT_TRUE(std::find(names.begin(), names.end(), name) != names.end()) << name;
        const Bundle bundle = Bundle::open(name);
        EXPECT_EQ(bundle.name(), name);
        EXPECT_FALSE(bundle.title().empty());
        EXPECT_FALSE(bundle.measured().empty() && bundle.measurements().empty());
        EXPECT_FALSE(bundle.licence().empty());
    }
    EXPECT_EQ(Bundle::open("i3d-kinetics400").labels().size(), 400U);
    EXPECT_EQ(Bundle::open("i3d-kinetics400").labels()[6], "arm wrestling");
    EXPECT_TRUE(Bundle::open("watch").complete());
}

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

TEST_F(WatchCopy, AnUnknownNameSaysWhereItLookedAndWhatIsThere)
{
    const std::string error = error_of_kind(Error::Kind::NotFound, [] { Bundle::open("wotch"); });
    expect_parts(error, {"model 'wotch' is not in", models_, "FOVEA_MODEL_PATH",
                         "fastestdet, i3d-kinetics400, ", ", watch, watch-pose, yolo-fastest-1.1"});
}

TEST_F(WatchCopy, AFolderWithoutACardIsNoModel)
{
    const std::string error = error_of_kind(
        Error::Kind::NotFound, [this] { Bundle::open((root_.path() / "none").string()); });
    expect_parts(error, {"none' is not there", "card.json"});
}

TEST_F(WatchCopy, TheModelPathIsSearchedInOrder)
{
    setenv("FOVEA_MODEL_PATH", ("/nonexistent:" + root_.path().string() + ":" + models_).c_str(),
           1);
    EXPECT_EQ(Bundle::open("watch").folder(), folder_);
}

TEST_F(WatchCopy, AnotherSchemaVersionIsRefused)
{
    change_card("/schema", 7);
    expect_parts(error_of_kind(Error::Kind::Settings, [this] { open(); }),
                 {"card.json", "'schema' is 7", "expected 1"});
}

TEST_F(WatchCopy, LabelsMustBeAsManyAsClasses)
{
    root_.write("watch/labels.txt", "normal\nfight\n");
    expect_parts(error_of_kind(Error::Kind::Settings, [this] { open(); }),
                 {"labels.txt", "expected 3 lines", "got 2"});
}

TEST_F(WatchCopy, TheNormalClassMustBeALabel)
{
    change_card("/decision/normal", "calm");
    expect_parts(error_of_kind(Error::Kind::Settings, [this] { open(); }),
                 {"labels.txt", "lacks 'calm'"});
}

TEST_F(WatchCopy, MissingWeightsSayWhereTheyGo)
{
    fs::remove(folder_ / "watch.pt");
    EXPECT_FALSE(open().complete());
    expect_parts(error_of_extractor(Error::Kind::NotFound),
                 {"model 'watch'", "'watch.pt' is neither in", folder_.string(),
                  (root_.path() / "cache/models/watch").string(), "install the model again"});
    change_card("/files/0/url", "https://example.org/watch.pt");
    expect_parts(error_of_extractor(Error::Kind::NotFound),
                 {"curl -L --create-dirs -o '" +
                  (root_.path() / "cache/models/watch/watch.pt").string() +
                  "' 'https://example.org/watch.pt'"});
}

TEST_F(WatchCopy, WeightsInTheCacheAreFound)
{
    fs::create_directories(root_.path() / "cache/models/watch");
    fs::rename(folder_ / "watch.pt", root_.path() / "cache/models/watch/watch.pt");
    EXPECT_TRUE(open().complete());
    EXPECT_EQ(open().file(open().files()[0]), root_.path() / "cache/models/watch/watch.pt");
}

TEST_F(WatchCopy, AWrongSha256NamesBoth)
{
    root_.write("watch/watch.pt", "abc");
    expect_parts(error_of_extractor(Error::Kind::Settings),
                 {"watch.pt' has SHA-256 ba7816bf", "expected 3c5015b1", "fetch it again"});
}

TEST_F(WatchCopy, TruncatedWeightsAreRefused)
{
    change_card("/files/0/sha256", "");
    fs::resize_file(folder_ / "watch.pt", 700'000);
    expect_parts(error_of_extractor(Error::Kind::Settings),
                 {"watch.pt", "is truncated", "700000 bytes", "fetch it again"});
}

TEST_F(WatchCopy, GarbageIsNoWeightsFile)
{
    change_card("/files/0/sha256", "");
    root_.write("watch/watch.pt", "<html>404</html>");
    expect_parts(error_of_extractor(Error::Kind::Settings),
                 {"watch.pt", "is not a PyTorch file (16 bytes)", "torch.save(dict(state_dict)"});
}

TEST_F(WatchCopy, WeightsOfAnOldPyTorchAreReadAsTheyAre)
{
    const std::string convert =
        "/usr/bin/python3 -c \"import sys, torch; f = sys.argv[1]; d = torch.load(f); "
        "torch.save({'epoch': 1, 'state_dict': {'module.' + n: t for n, t in d.items()}}, f, "
        "_use_new_zipfile_serialization=False)\" '";
    if (std::system("/usr/bin/python3 -c 'import torch' 2>/dev/null") != 0)
        GTEST_SKIP() << "without Debian's python3-torch there is none";
    const fovea::Weights before = fovea::read_weights(folder_ / "watch.pt");
    ASSERT_EQ(std::system((convert + (folder_ / "watch.pt").string() + "'").c_str()), 0);
    change_card("/files/0/sha256", "");
    const fovea::Weights now = fovea::read_weights(folder_ / "watch.pt");
    ASSERT_EQ(now.size(), before.size());
    for (const auto &[name, tensor] : before)
        EXPECT_TRUE(at::equal(now.at(name), tensor)) << name;
    EXPECT_EQ(fovea::load_feature_extractor(open(), {})->channels(), 128);
}

TEST_F(WatchCopy, LabelsMayHaveAByteOrderMarkButNothingThatIsNotSeen)
{
    root_.write("watch/labels.txt", "\xEF\xBB\xBFnormal\r\nfight\r\nfall\r\n");
    EXPECT_EQ(open().labels(), (std::vector<std::string>{"normal", "fight", "fall"}));
    const auto refuse = [&](const std::string &text, const std::string &reason) {
        root_.write("watch/labels.txt", text);
        expect_parts(error_of_kind(Error::Kind::Settings, [&] { open(); }), {"labels '", reason});
    };
    refuse("normal\ncaf\xE9\nfall\n", "line 2 is not UTF-8");
    refuse("normal\n\x1B[2Jfight\nfall\n", "line 2 holds the control character 27");
    refuse("normal\nfight\rx\nfall\n", "line 2 holds characters that are not to be seen");
    fs::remove(folder_ / "labels.txt");
    ASSERT_EQ(mkfifo((folder_ / "labels.txt").c_str(), 0600), 0);
    expect_parts(error_of_kind(Error::Kind::Settings, [&] { open(); }), {"is a pipe"});
}

TEST_F(WatchCopy, NumbersThatNoTrainingLeavesAreRefusedByName)
{
    const auto refuse = [&](const char *name, float value, const char *reason) {
        fs::copy_file(fs::path(models_) / "watch/watch.pt", folder_ / "watch.pt",
                      fs::copy_options::overwrite_existing);
        change_weights([&](fovea::Weights &weights) { weights.at(name).view({-1})[3] = value; });
        expect_parts(error_of_extractor(Error::Kind::Settings), {"watch.pt", name, reason});
    };
    refuse("stem.weight", std::nanf(""), "holds NaN or infinite numbers");
    refuse("stem.weight", std::numeric_limits<float>::infinity(), "holds NaN or infinite numbers");
    refuse("stem_bn.running_var", -0.25F, "holds the variance -0.250000, expected 0 or more");
}

TEST_F(WatchCopy, AMissingParameterIsNamed)
{
    change_weights([](fovea::Weights &weights) { weights.erase("stem.weight"); });
    expect_parts(error_of_extractor(Error::Kind::Settings),
                 {"watch.pt", "lacks 'stem.weight' [16, 3, 1, 3, 3]"});
}

TEST_F(WatchCopy, AMisshapenParameterIsNamedWithBothShapes)
{
    change_weights([](fovea::Weights &weights) {
        weights["stem.weight"] = at::zeros({16, 2, 1, 3, 3});
    });
    expect_parts(error_of_extractor(Error::Kind::Settings),
                 {"expected 'stem.weight' [16, 3, 1, 3, 3], got [16, 2, 1, 3, 3]"});
}

TEST_F(WatchCopy, AnUnexpectedParameterIsNamed)
{
    change_weights([](fovea::Weights &weights) { weights["tail.weight"] = at::zeros({1}); });
    expect_parts(error_of_extractor(Error::Kind::Settings),
                 {"holds 'tail.weight' [1], which the network does not have"});
}

TEST_F(WatchCopy, WeightsOfAnotherArchitectureAreRefused)
{
    change_card("/architecture", "i3d");
    expect_parts(error_of_extractor(Error::Kind::Settings),
                 {"watch.pt", "which the network does not have"});
}

TEST_F(WatchCopy, CountersOfTrainingMayBeMissing)
{
    change_weights([](fovea::Weights &weights) {
        for (auto entry = weights.begin(); entry != weights.end();)
            entry = entry->first.find("num_batches_tracked") == std::string::npos
                        ? std::next(entry)
                        : weights.erase(entry);
    });
    EXPECT_EQ(fovea::load_feature_extractor(open(), {})->channels(), 128);
}

TEST_F(WatchCopy, WeightsInsideAStateDictAreRead)
{
    const fovea::Weights weights = fovea::read_weights(folder_ / "watch.pt");
    c10::impl::GenericDict inner(c10::StringType::get(), c10::TensorType::get());
    for (const auto &[name, tensor] : weights)
        inner.insert(name, tensor);
    c10::impl::GenericDict outer(c10::StringType::get(), c10::AnyType::get());
    outer.insert("epoch", 3);
    outer.insert("state_dict", inner);
    const std::vector<char> bytes = torch::jit::pickle_save(outer);
    const fs::path file = root_.write("nested.pt", {bytes.begin(), bytes.end()});
    EXPECT_EQ(fovea::read_weights(file).size(), weights.size());
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

TEST_F(WatchCopy, EightBitsNeedACalibrationOfTheseWeights)
{
    fovea::EngineOptions int8;
    int8.precision = "int8";
    const auto error_of_int8 = [&](Error::Kind kind) {
        return error_of_kind(kind, [&] { fovea::load_feature_extractor(open(), int8); });
    };
    expect_parts(error_of_int8(Error::Kind::NotFound),
                 {"model 'watch' is not calibrated", "watch/int8.json",
                  "fovea models calibrate --model watch --list CLIPS"});
    fovea::Int8Calibration calibration;
    calibration.ranges = {{"input", 1.5F}};
    calibration.clips = 3;
    calibration.cosine = 0.995;
    calibration.agreement = 1;
    Json json = fovea::to_json(calibration, open());
    root_.write("watch/int8.json", json.dump());
    const fovea::Int8Calibration read = fovea::read_calibration(open());
    EXPECT_EQ(read.ranges, calibration.ranges);
    EXPECT_EQ(read.clips, 3);
    EXPECT_EQ(read.cosine, 0.995);
    if (fovea::cpu_has_int8()) {
        expect_parts(error_of_int8(Error::Kind::Settings), {"no range is known of layer 'motion'"});
    }
    json["weights_sha256"] = std::string(64, '0');
    root_.write("watch/int8.json", json.dump());
    expect_parts(error_of_int8(Error::Kind::Settings),
                 {"is of weights with SHA-256 0000", "expected 3c5015b1"});
    json.erase("held_out");
    json["weights_sha256"] = open().files().front().sha256;
    root_.write("watch/int8.json", json.dump());
    expect_parts(error_of_int8(Error::Kind::Settings), {"int8.json", "held_out"});
}

TEST_F(WatchCopy, WhatIsWrongInACalibrationIsNamedByItsPath)
{
    const std::string file = (root_.path() / "watch/int8.json").string();
    const auto refuses_text = [&](const std::string &text, const std::string &error) {
        root_.write("watch/int8.json", text);
        EXPECT_EQ(error_of_kind(Error::Kind::Settings, [&] { fovea::read_calibration(open()); }),
                  "'" + file + error);
    };
    fovea::Int8Calibration calibration;
    calibration.ranges = {{"input", 1.5F}};
    calibration.clips = 3;
    const Json good = fovea::to_json(calibration, open());
    const auto refuses = [&](const std::string &pointer, const Json &value,
                             const std::string &error) {
        Json json = good;
        json[Json::json_pointer(pointer)] = value;
        refuses_text(json.dump(), error);
    };
    refuses("/schema", 2, "': entry 'schema' is 2, expected a whole number from 1 to 1");
    refuses("/weights_sha256", 7, "': entry 'weights_sha256' is 7, expected text");
    refuses("/layers", 1, "': unknown entry 'layers'");
    refuses("/held_out", 1, ": held_out': expected a JSON object, got number");
    refuses("/held_out/clips", 1e300,
            ": held_out': entry 'clips' is 1e+300, expected a whole number from 1 to 1.07374e+09");
    refuses("/held_out/cosine", 1.5,
            ": held_out': entry 'cosine' is 1.5, expected a number from -1 to 1");
    refuses("/held_out/top1_agreement", "all",
            ": held_out': entry 'top1_agreement' is \"all\", expected a number from 0 to 1");
    refuses("/ranges", {1, 2}, ": ranges': expected a JSON object, got array");
    refuses("/ranges/input", -1,
            ": ranges': entry 'input' is -1, expected a number from 0 to 1e+30");
    refuses("/ranges/input", 1e31,
            ": ranges': entry 'input' is 1e+31, expected a number from 0 to 1e+30");
    refuses("/ranges/input", nullptr,
            ": ranges': entry 'input' is null, expected a number from 0 to 1e+30");
    refuses_text(R"({"ranges": {"input": 1, "input": 2}})", "' has the entry ranges.input twice");
    std::string path = "ranges";
    while (path.size() < 120)
        path += "[0]";
    refuses_text(R"({"ranges": )" + std::string(70, '[') + std::string(70, ']') + "}",
                 "' is nested deeper than 64 at " + path.substr(0, 120));
    fs::remove(file);
    ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
    EXPECT_EQ(error_of_kind(Error::Kind::Settings, [&] { fovea::read_calibration(open()); }),
              "JSON file '" + file + "' is a pipe, expected a regular file");
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

TEST_F(WatchCopy, ASecondModelIsFoundBesideAndChecked)
{
    EXPECT_FALSE(open().attended());
    fs::copy(fs::path(models_) / "watch", root_.path() / "second");
    const std::string sha256 = open().files().front().sha256;
    change_card("/attended", {{"model", "second"}, {"sha256", sha256}});
    EXPECT_EQ(open().attended()->folder(), root_.path() / "second");
    EXPECT_TRUE(open().complete());
    EXPECT_THROW(fovea::load_head(open()), Error) << "a head of one network's 128 features";

    change_card("/attended/sha256", std::string(64, '0'));
    expect_parts(error_of_kind(Error::Kind::Settings, [this] { open().attended(); }),
                 {"attends to 'second'", sha256, "expected " + std::string(64, '0')});
    root_.write("pair/card.json", R"({"schema": 1, "kind": "combination", "name": "pair",
        "title": "two", "licence": "MIT", "models": ["watch", "second"]})");
    change_card("/attended", {{"model", "pair"}, {"sha256", ""}});
    expect_parts(error_of_kind(Error::Kind::Settings, [this] { open().attended(); }),
                 {"'pair'", "expected one network"});
    change_card("/attended", {{"model", "watch"}, {"sha256", ""}});
    expect_parts(error_of_kind(Error::Kind::Settings, [this] { open().attended(); }),
                 {"attends to another model itself"});
    change_card("/attended", {{"model", "gone"}, {"sha256", ""}});
    EXPECT_FALSE(open().complete());
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

TEST_F(WatchCopy, ADetectorNotFetchedSaysWhereFrom)
{
    const std::string error =
        error_of_kind(Error::Kind::NotFound, [] { fovea::load_detector("fastestdet", {}); });
    expect_parts(error, {"FastestDet.onnx", "curl -L", "dog-qiuqiu/FastestDet"});
}

} // namespace
