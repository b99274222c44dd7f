// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstdlib>
#include <limits>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include "bundle_test.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/weights.h"

namespace {

namespace fs = std::filesystem;
using fovea::Error;
using fovea_test::expect_parts;
using fovea_test::WatchCopy;

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

} // namespace
