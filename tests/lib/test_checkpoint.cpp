// SPDX-License-Identifier: MIT
#include <fstream>
#include <functional>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/core/array.h"
#include "fovea/core/errors.h"
#include "fovea/train/loop/checkpoint.h"
#include "fovea/train/loop/module_state.h"
#include "recording_watcher.h"
#include "trainer_test.h"

namespace fovea {

namespace {

using test::busy_recipe;
using test::compact;
using test::same;
using test::Trainer;

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
    StoppingWatcher watcher(/*after=*/8); // in the third epoch, or its validation
    const auto broken = compact();
    EXPECT_TRUE(train(*broken, training_, &validation_, options, &watcher).stopped);

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

/* As of an attention that a network of another version has at another place */
TEST_F(Trainer, ACheckpointOfOtherPartsThanTheNetworksIsRefused)
{
    TrainerOptions options;
    options.recipe = busy_recipe(1);
    options.folder = folder_.path();
    train(*compact(), training_, nullptr, options);
    options.resume = true;
    const auto file = folder_.path() / "checkpoint.pt";
    const Weights whole = read_weights(file);
    const auto refused = [&](const Weights &weights) {
        write_weights(file, weights);
        return error_of([&] { train(*compact(), training_, nullptr, options); });
    };
    const std::string start = "checkpoint '" + file.string() + "': ";
    const std::string end =
        "; train anew into another --out, or go on with the version that began it";
    Weights more = whole;
    more.emplace("model.blocks.0.non_local.g.weight", at::zeros({2, 2}));
    EXPECT_EQ(refused(more),
              start + "has 'blocks.0.non_local.g.weight', which the network lacks" + end);
    Weights fewer = whole;
    fewer.erase("model.fc.bias");
    EXPECT_EQ(refused(fewer), start + "lacks 'fc.bias', which the network has" + end);
    write_weights(file, whole);
    EXPECT_NO_THROW(train(*compact(), training_, nullptr, options));
}

/* LibTorch would have repeated the one value for all, or told a trace; and moments or averages begin anew without a word */
TEST_F(Trainer, ACheckpointWithoutAllThatTheTrainingKeepsIsRefused)
{
    TrainerOptions options;
    options.recipe = busy_recipe(1);
    options.recipe.optimiser = OptimiserKind::Adam;
    options.recipe.average_decay = 0.9;
    options.folder = folder_.path();
    train(*compact(), training_, nullptr, options);
    options.resume = true;
    const auto file = folder_.path() / "checkpoint.pt";
    const Weights whole = read_weights(file);
    const auto refused = [&](const std::function<void(Weights *)> &change) {
        Weights weights = whole;
        change(&weights);
        write_weights(file, weights);
        return error_of([&] { train(*compact(), training_, nullptr, options); });
    };
    const auto without = [](const std::string &prefix) {
        return [prefix](Weights *weights) {
            for (auto one = weights->begin(); one != weights->end();)
                one = one->first.rfind(prefix, 0) == 0 ? weights->erase(one) : std::next(one);
        };
    };
    const auto with_other = [](const std::string &name) {
        return [name](Weights *weights) { weights->at(name) = at::zeros({1}); };
    };
    const std::string start = "checkpoint '" + file.string() + "': ";
    const std::string anew =
        "; train anew into another --out, or go on with the version that began it";
    const std::string copy = "; start anew without resuming, or put a copy of it there";
    const std::string shape = sizes_text(whole.at("model.fc.bias").sizes());
    EXPECT_EQ(refused(with_other("model.fc.bias")),
              start + "has 'fc.bias' of [1], of which the network has " + shape + anew);
    EXPECT_EQ(refused(without("average.fc.bias")),
              start + "lacks 'average.fc.bias', which the network has" + anew);
    EXPECT_EQ(refused(with_other("kept.fc.bias")),
              start + "has 'kept.fc.bias' of [1], of which the network has " + shape + anew);
    EXPECT_EQ(refused(without("optimiser.")), start + "lacks the optimiser's state" + copy);
    EXPECT_EQ(refused(without("optimiser.square.fc.bias")),
              start + "lacks the optimiser's 'square.fc.bias'" + copy);
    EXPECT_EQ(refused(with_other("optimiser.mean.fc.bias")),
              start + "has the optimiser's 'mean.fc.bias' of [1], expected " + shape + copy);
    write_weights(file, whole);
    EXPECT_NO_THROW(train(*compact(), training_, nullptr, options));
}

TEST_F(Trainer, ACheckpointIsRefusedWhenItIsNone)
{
    write_weights(folder_.path() / "checkpoint.pt", {{"fc.weight", at::zeros({2, 2})}});
    TrainerOptions options;
    options.folder = folder_.path();
    options.resume = true;
    EXPECT_THROW(train(*compact(), training_, nullptr, options), Error);
}

TEST_F(Trainer, ACheckpointThatIsCutShortIsNotSaidToBeFetchedAgain)
{
    const auto file = folder_.path() / "checkpoint.pt";
    write_checkpoint(file, {});
    for (const std::uintmax_t size : {std::filesystem::file_size(file) / 2, std::uintmax_t(0)}) {
        std::filesystem::resize_file(file, size);
        EXPECT_EQ(error_of([&] { read_checkpoint(file, {}); }),
                  "checkpoint '" + file.string() +
                      "': is cut short, damaged or no checkpoint; start anew without resuming, or "
                      "put a copy of it there");
    }
}

TEST_F(Trainer, WhatSomeRunsAloneAreAskedIsComparedBothWays)
{
    const auto file = folder_.path() / "checkpoint.pt";
    const auto refused = [&](const Json &made_with, const Json &wanted) {
        Checkpoint checkpoint;
        checkpoint.made_with = made_with;
        write_checkpoint(file, checkpoint);
        return error_of([&] { read_checkpoint(file, wanted); });
    };
    const std::string start = "checkpoint '" + file.string() + "': was made with paste ";
    const std::string end = "; use the same settings, or start anew without resuming";
    EXPECT_EQ(refused({{"seed", 4}}, {{"seed", 4}, {"paste", 0.5}}),
              start + "unknown, now it is 0.5" + end);
    EXPECT_EQ(refused({{"seed", 4}, {"paste", 0.5}}, {{"seed", 4}}),
              start + "0.5, now it is without" + end);
}

TEST_F(Trainer, WhatIsWrongInACheckpointIsNamedByItsPath)
{
    const auto file = folder_.path() / "checkpoint.pt";
    const auto refuses = [&](const at::Tensor &text, const std::string &error) {
        write_weights(file, {{"json", text}});
        EXPECT_EQ(error_of([&] { read_checkpoint(file, {{"seed", 4}}); }), error);
    };
    const auto refuses_text = [&](const std::string &text, const std::string &error) {
        at::Tensor bytes = at::empty({static_cast<std::int64_t>(text.size())}, at::kByte);
        std::copy(text.begin(), text.end(), bytes.data_ptr<std::uint8_t>());
        refuses(bytes, "'" + file.string() + error);
    };
    const std::string good =
        R"({"epoch": 1, "train_loss": 0.5, "train_accuracy": 1, "learning_rate": 0.1, "seconds": 2, "best": true})";
    const auto with_second = [&](const std::string &name, const std::string &value) {
        Json record = Json::parse(good);
        record[name] = Json::parse(value);
        return R"({"made_with": {"seed": 4}, "history": [)" + good + "," + record.dump() + "]}";
    };
    const std::string second = ": history[1]': entry '";
    refuses_text(with_second("train_loss", "\"low\""),
                 second + "train_loss' is \"low\", expected a value of another type than string");
    refuses_text(with_second("epoch", "4294967296"),
                 second + "epoch' is 4294967296, expected an integer of 32 bits");
    refuses_text(with_second("best", "1"),
                 second + "best' is 1, expected a value of another type than number");
    refuses_text(R"({"made_with": {"seed": 4}, "history": [{"epoch": 1}]})",
                 ": history[0]': the entry 'train_loss' is missing");
    refuses_text(R"({"made_with": {"seed": 4}, "history": [1]})",
                 ": history[0]': expected a JSON object, got number");
    refuses_text(R"({"made_with": {"seed": 4}, "history": {"a": 1}})",
                 "': entry 'history' is {\"a\":1}, expected an array of epochs");
    refuses_text(R"({"made_with": {"seed": 4}})", "': the entry 'history' is missing");
    refuses_text(R"({"history": []})", "': the entry 'made_with' is missing");
    refuses_text("[]", "': expected a JSON object, got array");
    refuses_text(R"({"made_with": {"seed": 4, "seed": 5}, "history": []})",
                 "' has the entry made_with.seed twice");
    std::string path = "made_with";
    while (path.size() < 120)
        path += "[0]";
    refuses_text(R"({"made_with": )" + std::string(70, '[') + std::string(70, ']') + "}",
                 "' is nested deeper than 64 at " + path.substr(0, 120));
    refuses(at::zeros({3}), "checkpoint '" + file.string() +
                                "': entry 'json' is of type Float, expected bytes of text");
}

} // namespace

} // namespace fovea
