// SPDX-License-Identifier: MIT
#include <ATen/ATen.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include "broken_model.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/json.h"
#include "fovea/engine/onednn/onednn_network.h"
#include "fovea/nn/backbone.h"

namespace fs = std::filesystem;
using fovea_test::ball;
using fovea_test::BrokenModel;
using fovea_test::CommandRun;
using fovea_test::lines;
using fovea_test::run_fovea;
using fovea_test::sha256_of;
using fovea_test::write_text;

namespace {

class Calibration : public BrokenModel
{
protected:
    void SetUp() override
    {
        BrokenModel::SetUp();
        if (!fovea::cpu_has_int8())
            GTEST_SKIP() << "this processor has no avx512_vnni";
        std::string list = "path,label,group,split\n";
        for (int i = 0; i < 4; ++i) {
            const std::string name = "ball" + std::to_string(i) + ".mp4";
            ball(at(name), 70 + 2 * i, 160 + 16 * i, 120);
            list += name + ",normal," + name + (i < 2 ? ",train\n" : ",val\n");
        }
        write_text(at("list.csv"), list);
    }

    CommandRun calibrate() const
    {
        return run_fovea({"models", "calibrate", "--model", "watch", "--detector", "hog", "--list",
                          at("list.csv").string(), "--cache", at("frames").string()},
                         environment());
    }

    CommandRun label_in_int8() const
    {
        return label({"--model", "watch", "--precision", "int8", at("ball.mp4").string()},
                     environment());
    }

    fs::path file() const { return at("models/watch/int8.json"); }

    /** \brief Weights of chance: no class is rare, no channel much larger than the others */
    void even_weights() const
    {
        at::manual_seed(1);
        const auto network = fovea::nn::make_backbone("watch", /*classes=*/3);
        fovea::Weights all;
        for (const auto &entry : network->named_parameters())
            all[entry.key()] = entry.value().detach();
        for (const auto &entry : network->named_buffers())
            all[entry.key()] = entry.value();
        write_weights(all);
    }

    /** \brief The same network, written otherwise: a channel 10,000 times as large, its reader as
     * much smaller. Floats do not notice; in 8 bits the other channels are lost */
    void spoil_weights() const
    {
        constexpr double factor = 1e4;
        fovea::Weights all = fovea::read_weights(weights());
        all.at("blocks.0.bn1.weight")[0].mul_(factor);
        all.at("blocks.0.bn1.bias")[0].mul_(factor);
        all.at("blocks.0.spatial2.weight").select(1, 0).div_(factor);
        write_weights(all);
    }

private:
    void write_weights(const fovea::Weights &all) const
    {
        c10::impl::GenericDict dict(c10::StringType::get(), c10::TensorType::get());
        for (const auto &[name, tensor] : all)
            dict.insert(name, tensor);
        const std::string before = sha256_of(weights());
        const std::vector<char> bytes = torch::jit::pickle_save(dict);
        write_text(weights(), {bytes.begin(), bytes.end()});
        replace_in_card(before, sha256_of(weights()));
    }
};

} // namespace

TEST_F(Calibration, IsMissedWithTheRemedyThenMadeAndUsed)
{
    even_weights();
    const CommandRun without = label_in_int8();
    EXPECT_EQ(without.exit_code, 1);
    EXPECT_EQ(lines(without.err), 1) << without.err;
    EXPECT_NE(without.err.find("fovea models calibrate --model watch --list CLIPS"),
              std::string::npos)
        << without.err;

    const CommandRun made = calibrate();
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_NE(made.out.find("on 2 held-out clips\nwritten: '"), std::string::npos) << made.out;
    const fovea::Json json = fovea::read_json(file());
    EXPECT_EQ(json["weights_sha256"].get<std::string>(), sha256_of(weights()));
    EXPECT_GE(json["held_out"]["cosine"].get<double>(), 0.99);
    EXPECT_EQ(json["held_out"]["clips"].get<int>(), 2);

    const CommandRun with = label_in_int8();
    EXPECT_EQ(with.exit_code, 0) << with.err;
}

TEST_F(Calibration, IsRefusedWithTheFiguresWhereEightBitsSaySomethingElse)
{
    spoil_weights();
    const CommandRun run = calibrate();
    EXPECT_EQ(run.exit_code, 1);
    const auto place = run.err.find("precision 'int8' is refused for model 'watch': cosine ");
    ASSERT_NE(place, std::string::npos) << run.err;
    EXPECT_NE(run.err.find("(least 0.9900), top-1 agreement ", place), std::string::npos)
        << run.err;
    EXPECT_FALSE(fs::exists(file()));
}

TEST_F(Calibration, OfOtherWeightsIsRefused)
{
    even_weights();
    ASSERT_EQ(calibrate().exit_code, 0);
    const std::string calibrated_with = sha256_of(weights());
    spoil_weights();
    const CommandRun run = label_in_int8();
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.err.find("is of weights with SHA-256 " + calibrated_with), std::string::npos)
        << run.err;
}
