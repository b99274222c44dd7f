#include <cmath>
#include <fstream>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/train/judge.h"
#include "fovea/train/module_state.h"
#include "fovea/train/trainer.h"
#include "memory_samples.h"
#include "named_numbers.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

/** \brief Eight clips of noise, of two classes */
std::vector<Sample> eight_clips()
{
    std::vector<Sample> samples;
    for (std::int64_t i = 0; i < 8; ++i)
        samples.push_back(
            {named_numbers::uniform("clip/" + std::to_string(i), {3, 5, 32, 32}).to(at::kFloat),
             i % 2});
    return samples;
}

std::unique_ptr<BackboneClassifier> compact(const std::vector<std::string> &trained = {})
{
    const auto network = nn::make_backbone("watch", /*classes=*/2);
    named_numbers::fill(*network);
    return std::make_unique<BackboneClassifier>(network, 2, trained);
}

/** \brief All that draws random numbers or has a state */
Recipe busy_recipe(int epochs)
{
    Recipe recipe = from_scratch_recipe();
    recipe.batch_size = 3;
    recipe.epochs = epochs;
    recipe.seed = 4;
    recipe.clip_norm = 5;
    return recipe;
}

bool same(const Weights &a, const Weights &b)
{
    if (a.size() != b.size())
        return false;
    for (const auto &[name, tensor] : a) {
        if (!tensor.equal(b.at(name)))
            return false;
    }
    return true;
}

class Trainer : public testing::Test
{
protected:
    void SetUp() override { at::set_num_threads(1); }

    const MemorySamples training_{eight_clips(), /*as_views=*/false};
    const MemorySamples validation_{eight_clips(), /*as_views=*/true};
    const TemporaryFolder folder_;
};

TEST_F(Trainer, OverfitsEightClips)
{
    const auto classifier = compact();
    TrainerOptions options;
    options.recipe.learning_rate = 3e-3;
    options.recipe.batch_size = 8;
    options.recipe.epochs = 60;
    const TrainReport report = train(*classifier, training_, &validation_, options);
    ASSERT_EQ(report.history.size(), 60U);
    EXPECT_LT(report.history.back().train_loss, report.history.front().train_loss / 3);
    for (const Judged &clip : judge(*classifier, validation_, 0, 1))
        EXPECT_GT(clip.scores[static_cast<std::size_t>(clip.target)], 0.5F);
}

TEST_F(Trainer, TheSameSeedGivesTheSameWeights)
{
    TrainerOptions options;
    options.recipe = busy_recipe(2);
    const auto weights = [&] {
        const auto classifier = compact();
        train(*classifier, training_, nullptr, options);
        return copy_of(classifier->module());
    };
    const Weights first = weights();
    EXPECT_TRUE(same(first, weights()));
    options.recipe.seed = 5;
    EXPECT_FALSE(same(first, weights()));
}

class Resumed : public Trainer, public testing::WithParamInterface<OptimiserKind>
{
};

TEST_P(Resumed, EqualsUnbrokenToTheBit)
{
    TrainerOptions options;
    options.recipe = busy_recipe(4);
    options.recipe.optimiser = GetParam();
    options.recipe.momentum = 0.9;
    const auto unbroken = compact();
    const TrainReport whole = train(*unbroken, training_, &validation_, options);

    options.folder = folder_.path();
    options.resume = true;
    int batches = 0;
    TrainWatcher watcher;
    watcher.stop = [&] { return ++batches > 8; }; // in the third epoch, or its validation
    const auto broken = compact();
    EXPECT_TRUE(train(*broken, training_, &validation_, options, watcher).stopped);

    const auto resumed = compact();
    const TrainReport rest = train(*resumed, training_, &validation_, options);
    EXPECT_FALSE(rest.stopped);
    EXPECT_TRUE(same(copy_of(unbroken->module()), copy_of(resumed->module())));
    ASSERT_EQ(rest.history.size(), whole.history.size());
    for (std::size_t i = 0; i < rest.history.size(); ++i) {
        EXPECT_EQ(rest.history[i].train_loss, whole.history[i].train_loss);
        EXPECT_EQ(rest.history[i].validation_loss, whole.history[i].validation_loss);
    }

    std::ifstream history(folder_.path() / "history.jsonl");
    int lines = 0;
    for (std::string line; std::getline(history, line); ++lines)
        EXPECT_EQ(Json::parse(line)["epoch"], lines + 1);
    EXPECT_EQ(lines, 4);
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / "curves.svg"));
}

INSTANTIATE_TEST_SUITE_P(EveryOptimiser, Resumed,
                         testing::Values(OptimiserKind::Adam, OptimiserKind::AdamW,
                                         OptimiserKind::Sgd));

TEST_F(Trainer, ResumingWithOtherSettingsIsRefused)
{
    TrainerOptions options;
    options.recipe = busy_recipe(1);
    options.folder = folder_.path();
    train(*compact(), training_, nullptr, options);
    options.resume = true;
    options.recipe.learning_rate = 0.5;
    try {
        train(*compact(), training_, nullptr, options);
        FAIL() << "went on with another learning rate";
    } catch (const Error &error) {
        EXPECT_NE(std::string(error.what()).find("learning_rate"), std::string::npos);
    }
}

TEST_F(Trainer, FrozenPartsStayTheSameToTheBit)
{
    const auto classifier = compact({"fc"});
    EXPECT_EQ(trainable_count(classifier->module()), 128 * 2 + 2);
    const Weights before = copy_of(classifier->module());
    TrainerOptions options;
    options.recipe.epochs = 2;
    options.recipe.weight_decay = 0.1;
    train(*classifier, training_, nullptr, options);
    for (const auto &[name, tensor] : copy_of(classifier->module()))
        EXPECT_EQ(tensor.equal(before.at(name)), name.rfind("fc.", 0) != 0) << name;
}

TEST_F(Trainer, FineTuningTrainsTheLastBlocksOfI3d)
{
    BackboneClassifier network(nn::make_backbone("i3d", 10), 10, fine_tuned_modules("i3d"));
    EXPECT_EQ(trainable_count(network.module()), 6568426); // 4f, 5b, 5c and logits of 10 classes, counted by hand
    network.set_training(true);
    for (const auto &child : network.module().named_children()) {
        const std::string &name = child.key();
        const bool trained =
            name == "Mixed_4f" || name == "Mixed_5b" || name == "Mixed_5c" || name == "logits";
        EXPECT_EQ(child.value()->is_training(), trained) << name;
    }
}

TEST(OwnHead, JudgesRowsAsTheNetworksClassifier)
{
    EXPECT_EQ(own_head("i3d"), "logits"); // named and shaped as its convolution
    EXPECT_EQ(own_head("c3d-fc6"), "");   // its rows come before what fc8 reads
    for (const char *architecture : {"watch", "resnet18-3d", "tsm-resnet50"}) {
        SCOPED_TRACE(architecture);
        const auto network = nn::make_backbone(architecture, /*classes=*/3);
        named_numbers::fill(*network);
        network->eval();
        const auto head = nn::make_head(own_head(architecture), network->channels(), 3);
        const at::NoGradGuard no_grad;
        for (auto &entry : head->named_parameters()) // fc.weight, fc.bias
            entry.value().copy_(
                network->named_parameters()[network->classifier() + entry.key().substr(2)]);
        const at::Tensor clip = named_numbers::input("input/own", {1, 3, 8, 64, 64});
        const at::Tensor expected = network->logits(clip).mean(2).softmax(1);
        const at::Tensor got = head->forward(network->rows(clip).unsqueeze(1)).logits.softmax(1);
        EXPECT_LT((got - expected).abs().max().item<double>(), 1e-5);
    }
}

TEST_F(Trainer, ALossThatIsNoNumberStopsWithItsCause)
{
    std::vector<Sample> samples = eight_clips();
    samples[5].input.fill_(NAN);
    TrainerOptions options;
    options.recipe.epochs = 3;
    try {
        train(*compact(), MemorySamples(samples, false), nullptr, options);
        FAIL() << "trained on no number";
    } catch (const Error &error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("epoch 1, batch 1: the inputs hold"), std::string::npos) << text;
    }

    options.recipe.learning_rate = 1e30;
    try {
        train(*compact(), training_, nullptr, options);
        FAIL() << "trained without bound";
    } catch (const Error &error) {
        EXPECT_NE(std::string(error.what()).find("learning rate"), std::string::npos);
    }
}

TEST_F(Trainer, ACheckpointIsRefusedWhenItIsNone)
{
    write_weights(folder_.path() / "checkpoint.pt", {{"fc.weight", at::zeros({2, 2})}});
    TrainerOptions options;
    options.folder = folder_.path();
    options.resume = true;
    EXPECT_THROW(train(*compact(), training_, nullptr, options), Error);
}

} // namespace

} // namespace fovea
