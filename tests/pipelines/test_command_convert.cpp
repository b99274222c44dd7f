// SPDX-License-Identifier: MIT
#include <ATen/ATen.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include "broken_model.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/json.h"

namespace fs = std::filesystem;
using fovea::Json;
using fovea_test::BrokenModel;
using fovea_test::CommandRun;
using fovea_test::lines;
using fovea_test::run_fovea;
using fovea_test::write_text;

/* As torchvision publishes ResNet-18: names and shapes by hand */
TEST_F(BrokenModel, WeightsOfPicturesBecomeThoseOfAVideoNetwork)
{
    c10::impl::GenericDict pictures(c10::StringType::get(), c10::TensorType::get());
    const auto layer = [&](const std::string &conv, const std::string &bn, std::int64_t in,
                           std::int64_t out, std::int64_t kernel) {
        pictures.insert(conv + ".weight", at::full({out, in, kernel, kernel}, 0.3F));
        for (const char *part : {".weight", ".bias", ".running_mean", ".running_var"})
            pictures.insert(bn + part, at::ones({out}));
        pictures.insert(bn + ".num_batches_tracked", at::zeros({}, at::kLong));
    };
    layer("conv1", "bn1", 3, 64, 7);
    std::int64_t in = 64;
    for (const std::int64_t stage : {1, 2, 3, 4}) {
        const std::int64_t out = std::int64_t{32} << stage;
        for (const std::int64_t block : {0, 1}) {
            const std::string name =
                "layer" + std::to_string(stage) + "." + std::to_string(block) + ".";
            layer(name + "conv1", name + "bn1", in, out, 3);
            layer(name + "conv2", name + "bn2", out, out, 3);
            if (in != out)
                layer(name + "downsample.0", name + "downsample.1", in, out, 1);
            in = out;
        }
    }
    pictures.insert("fc.weight", at::zeros({1000, 512}));
    pictures.insert("fc.bias", at::zeros({1000}));
    const std::vector<char> bytes = torch::jit::pickle_save(pictures);
    write_text(at("resnet18.pth"), {bytes.begin(), bytes.end()});

    const CommandRun made = run_fovea({"models", "convert", at("resnet18.pth"), "--model",
                                       "i3d-resnet18-something", "--out", at("begin")});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_NE((made.out + made.err).find("written: '"), std::string::npos);
    const Json card = fovea::read_json(at("begin/card.json"));
    EXPECT_EQ(card["head"], "");
    EXPECT_EQ(card["classes"], 174);
    const fovea::Weights weights = fovea::read_weights(at("begin/begin.pt"));
    const at::Tensor &stem = weights.at("conv1.weight");
    ASSERT_EQ(stem.sizes(), (at::IntArrayRef{64, 3, 3, 7, 7}));
    EXPECT_NEAR(stem[0][0][1][0][0].item<float>(), 0.1, 1e-6); // a third of it each time
    EXPECT_EQ(weights.count("fc.weight"), 0U);

    const std::vector<std::string> over = {
        "models", "convert",  at("resnet18.pth"), "--model", "i3d-resnet18-something",
        "--out",  at("begin")};
    const CommandRun again = run_fovea(over);
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_NE(again.out.find("the bundle that '" + at("begin").string() + "' held is replaced"),
              std::string::npos)
        << again.out;
    const CommandRun absent = run_fovea({"models", "convert", at("absent.pth"), "--model",
                                         "i3d-resnet18-something", "--out", at("begin")});
    EXPECT_EQ(absent.exit_code, 1);
    EXPECT_EQ(absent.out, "") << "nothing was";
    Json trained = card;
    trained["source"] = "Trained by hand.";
    write_text(at("begin/card.json"), trained.dump());
    const CommandRun kept = run_fovea(over);
    EXPECT_EQ(kept.exit_code, 1);
    EXPECT_NE(kept.err.find("expected no bundle there, or one made by fovea models convert, got"),
              std::string::npos)
        << kept.err;
    EXPECT_EQ(fovea::read_json(at("begin/card.json")), trained);
    const CommandRun nowhere = run_fovea({"models", "convert", at("resnet18.pth"), "--model",
                                          "i3d-resnet18-something", "--out", ""});
    EXPECT_EQ(nowhere.exit_code, 2);
    EXPECT_NE(nowhere.err.find("--out: expected a folder, got ''"), std::string::npos)
        << nowhere.err;

    const CommandRun refused = run_fovea({"models", "convert", at("resnet18.pth"), "--model",
                                          "tsm-resnet50-something", "--out", at("none")});
    EXPECT_NE(refused.exit_code, 0);
    EXPECT_EQ(lines(refused.err), 1) << refused.err;
    EXPECT_NE(refused.err.find("resnet18.pth': '"), std::string::npos) << refused.err;
    EXPECT_FALSE(fs::exists(at("none")));
}
