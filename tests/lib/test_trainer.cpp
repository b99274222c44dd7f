// SPDX-License-Identifier: MIT
#include <cmath>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/nn/architecture.h"
#include "fovea/train/loop/module_state.h"
#include "fovea/train/loop/validation.h"
#include "trainer_test.h"

namespace fovea {

namespace {

using test::busy_recipe;
using test::compact;
using test::eight_clips;
using test::same;
using test::Trainer;

std::int64_t trainable_count(const torch::nn::Module &module)
{
    std::int64_t count = 0;
    for (const at::Tensor &parameter : module.parameters())
        count += parameter.requires_grad() ? parameter.numel() : 0;
    return count;
}

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
    for (const ScoredSample &clip : score_samples(*classifier, validation_, /*epoch=*/0))
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
    BackboneClassifier network(nn::make_backbone("i3d", 10), 10,
                               nn::architecture_facts("i3d").fine_tuned);
    EXPECT_EQ(trainable_count(network.module()),
              6568426); // 4f, 5b, 5c and logits of 10 classes, counted by hand
    network.set_training(true);
    for (const auto &child : network.module().named_children()) {
        const std::string &name = child.key();
        const bool trained =
            name == "Mixed_4f" || name == "Mixed_5b" || name == "Mixed_5c" || name == "logits";
        EXPECT_EQ(child.value()->is_training(), trained) << name;
    }
}

TEST(OwnHead, ScoresRowsAsTheNetworksClassifier)
{
    EXPECT_EQ(nn::architecture_facts("i3d").own_head,
              "logits"); // named and shaped as its convolution
    EXPECT_EQ(nn::architecture_facts("c3d-fc6").own_head,
              ""); // its rows come before what fc8 reads
    for (const char *architecture : {"watch", "resnet18-3d", "tsm-resnet50"}) {
        SCOPED_TRACE(architecture);
        const auto network = nn::make_backbone(architecture, /*classes=*/3);
        named_numbers::fill(*network);
        network->eval();
        const auto head =
            nn::make_head(nn::architecture_facts(architecture).own_head, network->channels(), 3);
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

/** \brief The eight clips with two labels at will: of frames 0 to 2, and of frames 3 and 4 */
std::vector<Sample> labelled_by_frame(bool by_frame)
{
    std::vector<Sample> samples = eight_clips();
    for (std::size_t i = 0; i < samples.size(); ++i) {
        at::Tensor labels = at::zeros({2, 5});
        if (i % 2 != 0)
            labels[0].narrow(0, 0, 3).fill_(1);
        if (i % 4 >= 2)
            labels[1].narrow(0, 3, 2).fill_(1);
        samples[i].labels = by_frame ? labels : labels.amax(1, /*keepdim=*/true);
    }
    return samples;
}

TEST_F(Trainer, LearnsAnyNumberOfLabels)
{
    const MemorySamples training(labelled_by_frame(true), false);
    const MemorySamples validation(labelled_by_frame(false), true);
    const auto classifier = compact();
    TrainerOptions options;
    options.recipe.labelling = Labelling::Many;
    options.recipe.learning_rate = 3e-3;
    options.recipe.batch_size = 8;
    options.recipe.epochs = 60;
    const TrainReport report = train(*classifier, training, &validation, options);
    double best = 0;
    for (const EpochRecord &record : report.history)
        best = std::max(best, record.validation_accuracy);
    EXPECT_GT(best, 0.95) << "mAP of the clips it was trained on";
    for (const ScoredSample &clip : score_samples(*classifier, validation, /*epoch=*/0)) {
        EXPECT_EQ(clip.is(0), clip.index % 2 != 0);
        EXPECT_EQ(clip.is(1), clip.index % 4 >= 2);
    }
}

TEST_F(Trainer, ScoresOfManyLabelsAreTheGreatestSigmoidOfTheViews)
{
    Sample sample = eight_clips()[0];
    sample.input = at::stack({sample.input, eight_clips()[1].input, eight_clips()[2].input});
    sample.labels = at::ones({2, 1});
    const auto classifier = compact();
    classifier->set_training(false);
    const at::NoGradGuard no_grad;
    const at::Tensor scores = classifier->logits(sample.input).sigmoid();
    const auto scored = score_samples(*classifier, MemorySamples({sample}, false), /*epoch=*/0);
    ASSERT_EQ(scored.size(), 1U);
    for (std::int64_t c = 0; c < 2; ++c) {
        float greatest = 0;
        for (std::int64_t view = 0; view < 3; ++view)
            greatest = std::max(greatest, scores[view][c].item<float>());
        EXPECT_NEAR(scored[0].scores[static_cast<std::size_t>(c)], greatest, 1e-6);
    }
}

/** \brief Classifies as another does, and notes how many clips it was given */
class CountingClassifier final : public Classifier
{
public:
    explicit CountingClassifier(Classifier &other) : other_(other) {}

    Response respond(const at::Tensor &input) override
    {
        given.push_back(input.size(0));
        return other_.respond(input);
    }

    torch::nn::Module &module() override { return other_.module(); }

    std::int64_t classes() const override { return other_.classes(); }

    void set_training(bool on) override { other_.set_training(on); }

    std::vector<std::int64_t> given;

private:
    Classifier &other_;
};

TEST_F(Trainer, AtMostSixteenViewsAreScoredAtOnce)
{
    Sample sample = eight_clips()[0];
    const auto views = at::cat({sample.input.unsqueeze(0), eight_clips()[1].input.unsqueeze(0)});
    sample.input = views.repeat({20, 1, 1, 1, 1});
    const auto classifier = compact();
    CountingClassifier counting(*classifier);
    const auto many = score_samples(counting, MemorySamples({sample}, false), /*epoch=*/0);
    EXPECT_EQ(counting.given, (std::vector<std::int64_t>{16, 16, 8}));
    sample.input = views;
    const auto two = score_samples(counting, MemorySamples({sample}, false), /*epoch=*/0);
    EXPECT_NEAR(many[0].scores[0], two[0].scores[0], 1e-6) << "the mean over all of them";
}

TEST_F(Trainer, OneLabelAndManyAreNotMixedUp)
{
    TrainerOptions options;
    options.recipe.epochs = 1;
    options.recipe.labelling = Labelling::Many;
    EXPECT_THROW(train(*compact(), training_, nullptr, options), Error);
    options.recipe.labelling = Labelling::One;
    EXPECT_THROW(train(*compact(), MemorySamples(labelled_by_frame(true), false), nullptr, options),
                 Error);
}

/** \brief Mean distance of the last maps of both over the eight clips */
double mean_distance(Classifier &a, Classifier &b)
{
    const at::NoGradGuard no_grad;
    a.set_training(false);
    b.set_training(false);
    double sum = 0;
    for (const Sample &sample : eight_clips()) {
        const at::Tensor clip = sample.input.unsqueeze(0);
        sum +=
            map_distance(a.respond(clip).map, b.respond(clip).map, MapDistance::L2).item<double>();
    }
    return sum / 8;
}

TEST_F(Trainer, AStudentsMapComesNearItsTeachers)
{
    const auto network = nn::make_backbone("watch", 2);
    at::manual_seed(3);
    for (at::Tensor &parameter : network->parameters())
        parameter.data().mul_(1 + 0.2 * at::rand_like(parameter));
    BackboneClassifier teacher(network, 2, {});
    const Weights before = copy_of(teacher.module());
    TrainerOptions options;
    options.recipe.batch_size = 8;
    options.recipe.epochs = 50;
    const auto alone = compact();
    const double at_first = mean_distance(*alone, teacher);
    train(*alone, training_, nullptr, options);

    options.recipe.map_distance = MapDistance::L2;
    EXPECT_THROW(train(*compact(), training_, nullptr, options), Error) << "there is no teacher";
    options.teacher = &teacher;
    const auto student = compact();
    train(*student, training_, nullptr, options);
    EXPECT_LT(mean_distance(*student, teacher), 1.1 * at_first); // while it learnt the labels
    EXPECT_LT(mean_distance(*student, teacher), 0.5 * mean_distance(*alone, teacher));
    EXPECT_TRUE(same(before, copy_of(teacher.module()))) << "the teacher does not learn";
}

TEST_F(Trainer, EndsWhenItsPatienceIsOut)
{
    TrainerOptions options;
    options.recipe.learning_rate = 1e-30; // nothing is learned: the first epoch stays the best
    options.recipe.batch_size = 8;
    options.recipe.epochs = 9;
    options.recipe.patience = 3;
    options.recipe.best_by_loss = true;
    const auto classifier = compact({"fc"}); // no batch statistics move either
    const TrainReport report = train(*classifier, training_, &validation_, options);
    EXPECT_EQ(report.history.size(), 4U);
    EXPECT_FALSE(report.stopped);
}

TEST_F(Trainer, AnOverlapLossLowersTheScoreOfWindowsThatShowLittle)
{
    std::vector<Sample> samples = eight_clips();
    for (Sample &sample : samples)
        sample.overlap = 0.01F;
    TrainerOptions options;
    options.recipe.learning_rate = 3e-3;
    options.recipe.batch_size = 8;
    options.recipe.epochs = 40;
    const auto mean_score = [&](double share) {
        options.recipe.overlap_share = share;
        const auto classifier = compact();
        train(*classifier, MemorySamples(samples, false), nullptr, options);
        double sum = 0;
        for (const ScoredSample &clip : score_samples(*classifier, validation_, /*epoch=*/0))
            sum += clip.scores[static_cast<std::size_t>(clip.target)];
        return sum / 8;
    };
    EXPECT_LT(mean_score(1), mean_score(0) - 0.05);
}

} // namespace

} // namespace fovea
