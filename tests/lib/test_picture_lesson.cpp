// SPDX-License-Identifier: MIT
#include <cmath>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/json.h"
#include "fovea/nn/architecture.h"
#include "fovea/nn/eco_network.h"
#include "fovea/train/loop/module_state.h"
#include "fovea/train/network_training.h"
#include "fovea/train/picture_lesson.h"
#include "made_videos.h"
#include "memory_samples.h"
#include "recording_watcher.h"

namespace fovea {

namespace {

constexpr Normalisation to_one = {{2, 2, 2}, {-1, -1, -1}};

/** \brief A teacher whose map is the mean red and green of each 16x16 pixels, the second ten times as strong */
class MeanColours final : public MapNetwork
{
public:
    std::vector<Array> maps(std::int64_t pictures, const Fill &fill) override
    {
        Array map({pictures, 2, 2, 2});
        std::vector<float> pixels(std::size_t{32} * 32 * 3);
        for (std::int64_t i = 0; i < pictures; ++i) {
            fill(i, pixels.data());
            for (std::size_t place = 0; place < pixels.size() / 3; ++place) {
                const std::size_t cell = place / 32 / 16 * 2 + place % 32 / 16;
                float *to = &map.values[(static_cast<std::size_t>(i) * 4 + cell) * 2];
                to[0] += pixels[place * 3] / 256;
                to[1] += pixels[place * 3 + 1] / 25.6F;
            }
        }
        return {map};
    }

    std::string runtime() const override { return "by hand"; }
};

PictureView mean_colours()
{
    return {{32, 32}, std::make_unique<MeanColours>()};
}

/** \brief Its pictures' map is made of what the test says */
class Answering final : public Classifier
{
public:
    explicit Answering(std::function<at::Tensor(const at::Tensor &)> answer)
        : answer_(std::move(answer))
    {
        module_->register_parameter("none", at::zeros({1}));
    }

    Response respond(const at::Tensor &clips) override { return {{}, answer_(clips)}; }

    torch::nn::Module &module() override { return *module_; }

    std::int64_t classes() const override { return 0; }

    void set_training(bool) override {}

private:
    std::function<at::Tensor(const at::Tensor &)> answer_;
    std::shared_ptr<torch::nn::Module> module_ = std::make_shared<torch::nn::Module>();
};

std::vector<Sample> colourful(std::int64_t frames, std::int64_t count)
{
    at::manual_seed(5);
    std::vector<Sample> samples;
    for (std::int64_t i = 0; i < count; ++i)
        samples.push_back({(at::rand({3, frames, 2, 2}) * 2 - 1)
                               .repeat_interleave(16, 2)
                               .repeat_interleave(16, 3),
                           0});
    return samples;
}

TEST(PictureGoal, CountsInDeviationsOfTheTeachersChannelsOverEveryFourthFrame)
{
    const std::vector<Sample> samples = colourful(/*frames=*/9, /*count=*/6);
    const PictureGoal goal(mean_colours(), to_one, MemorySamples(samples, /*as_views=*/false));
    EXPECT_EQ(goal.channels(), 2);

    // By hand: the colours of frames 0, 4 and 8, each channel less its mean and by its deviation
    std::vector<at::Tensor> colours;
    for (const Sample &one : samples)
        colours.push_back(one.input.slice(1, 0, 9, 4).slice(2, 0, 32, 16).slice(3, 0, 32, 16));
    const at::Tensor seen = at::stack(colours).narrow(1, 0, 2); // [6, 2, 3, 2, 2]
    const at::Tensor values = seen.transpose(0, 1).flatten(1);
    const at::Tensor mean = values.mean(1).view({1, 2, 1, 1, 1});
    const at::Tensor deviation = values.std(1).view({1, 2, 1, 1, 1});
    const at::Tensor wanted = (seen - mean) / deviation;

    const at::Tensor clips = samples[2].input.unsqueeze(0);
    Answering silent([](const at::Tensor &frames) { return at::zeros({frames.size(0), 2, 2, 2}); });
    EXPECT_NEAR(goal.of(silent, clips, {}).loss.item<double>(),
                wanted[2].square().mean().item<double>(), 1e-4);

    Answering knowing([&](const at::Tensor &frames) {
        EXPECT_EQ(frames.sizes(), at::IntArrayRef({3, 3, 1, 32, 32}));
        return wanted[2].transpose(0, 1);
    });
    const auto outcome = goal.of(knowing, clips, {});
    EXPECT_NEAR(outcome.loss.item<double>(), 0, 1e-8);
    EXPECT_NEAR(outcome.hits, 1, 1e-6);
}

TEST(PictureGoal, JudgesAsManyVideosAsThereAreAndStops)
{
    const std::vector<Sample> samples = colourful(/*frames=*/4, /*count=*/7);
    const PictureGoal goal(mean_colours(), to_one, MemorySamples(samples, /*as_views=*/false));
    Answering silent([](const at::Tensor &frames) { return at::zeros({frames.size(0), 2, 2, 2}); });
    const MemorySamples views(samples, /*as_views=*/true);
    const ValidationFigures figures = goal.judge(silent, views, {});
    EXPECT_NEAR(figures.loss, 27.0 / 28, 1e-3) << "of 28 cells the variance, which counts 27";
    EXPECT_NEAR(figures.accuracy, 1 - figures.loss, 1e-6);
    EXPECT_EQ(goal.judge(silent, views, [] { return true; }).loss, 0);
}

TEST(PictureStudent, LearnsTheTeachersMapAndLeavesTheRestAlone)
{
    at::manual_seed(1);
    const auto network = std::make_shared<nn::Eco>(2);
    const Weights before = copy_of(*network);
    const auto rest = nn::architecture_facts("eco").fine_tuned;
    const MemorySamples samples(colourful(/*frames=*/4, /*count=*/32), /*as_views=*/false);
    const PictureGoal goal(mean_colours(), to_one, samples);
    PictureStudent student(network, rest, goal.channels());
    TrainerOptions options;
    options.recipe.batch_size = 16;
    options.recipe.epochs = 30;
    options.recipe.learning_rate = 3e-3;
    options.goal = &goal;
    const TrainReport report = train(student, samples, nullptr, options);
    EXPECT_LT(report.history.back().train_loss, report.history.front().train_loss / 3);
    bool is_changed = false;
    for (const auto &[name, tensor] : copy_of(*network)) {
        const std::string module = name.substr(0, name.find('.'));
        const bool is_rest = std::count(rest.begin(), rest.end(), module) > 0;
        const bool is_same = tensor.equal(before.at(name));
        EXPECT_TRUE(is_same || !is_rest) << name;
        is_changed = is_changed || !is_same;
    }
    EXPECT_TRUE(is_changed);
}

/* What ships: its trunk in `eco`, and its graph up to there by the engine, are the same layers */
TEST(PictureView, OfTheNetworkOfKeypointsIsWhatEcoBeginsWith)
{
    const at::NoGradGuard no_grad;
    const PictureView view = load_picture_view("keypoints", {});
    EXPECT_EQ(view.input.width, 128);
    const Bundle bundle = Bundle::open("keypoints");
    const Weights keypoints = read_weights(bundle.file(bundle.files().front()));
    nn::Eco eco(0);
    Weights own = copy_of(eco);
    for (auto &[name, tensor] : own) {
        if (const auto found = keypoints.find(name); found != keypoints.end())
            tensor = found->second.reshape_as(tensor);
    }
    restore(eco, own);
    eco.eval();
    const at::Tensor pictures = at::rand({2, 3, 128, 128}) * 2 - 1;
    const at::Tensor expected = eco.picture_map(pictures);
    const auto maps = view.network->maps(2, [&](std::int64_t i, float *to) {
        const at::Tensor one = pictures[i].permute({1, 2, 0}).contiguous();
        std::copy_n(one.data_ptr<float>(), one.numel(), to);
    });
    ASSERT_EQ(maps.size(), 1U);
    const at::Tensor map = at::tensor(maps[0].values).view(maps[0].shape).permute({0, 3, 1, 2});
    ASSERT_EQ(map.sizes(), expected.sizes());
    EXPECT_LT((map - expected).abs().max().item<float>(),
              1e-3F * expected.abs().max().item<float>());
}

TEST(PictureView, IsOfMoveNetTheMapOf96Channels)
{
    if (!Bundle::open("movenet-lightning").complete())
        GTEST_SKIP() << "the weights of movenet-lightning are not there";
    const PictureView view = load_picture_view("movenet-lightning", {});
    const auto maps = view.network->maps(
        1, [](std::int64_t, float *to) { std::fill_n(to, 192 * 192 * 3, 0.0F); });
    EXPECT_EQ(maps.at(0).shape, (std::vector<std::int64_t>{1, 12, 12, 96}));
}

TEST(PictureView, OfAnotherKindIsRefused)
{
    EXPECT_EQ(error_of([] { load_picture_view("watch", {}); }),
              "teacher 'watch' recognises activities; expected a model of keypoints (fovea models "
              "list)");
}

class PicturesFirst : public testing::Test
{
protected:
    void SetUp() override
    {
        std::string list = "path,label,group,split\n";
        for (int i = 0; i < 4; ++i) {
            for (const char *label : {"moving", "still"}) {
                const std::string id = label + std::to_string(i);
                folder_.write(id + ".mp4", "not looked into");
                list += id + ".mp4," + label + ",g-" + id + (i < 3 ? ",train\n" : ",val\n");
            }
        }
        folder_.write("list.csv", list);
        Json card = read_json(Bundle::open("watch").folder() / "card.json");
        card["architecture"] = "eco";
        card["name"] = "small";
        card.erase("attention");
        card["input"]["width"] = card["input"]["height"] = 32;
        folder_.write("small/card.json", card.dump());
        folder_.write("small/labels.txt", "normal\nfight\nfall\n");
        training_.list = folder_.path() / "list.csv";
        training_.settings.model = (folder_.path() / "small").string();
        training_.settings.recipe = "pictures-first";
        training_.settings.out = folder_.path() / "made";
        training_.settings.changes.epochs = 2;
        training_.settings.changes.batch_size = 4;
        training_.teacher = "keypoints";
    }

    TrainingOutcome run()
    {
        return train_network(
            training_, [](const ActivityCard &) { return std::make_unique<MadeVideos>(); },
            watcher_);
    }

    Weights weights_in(const std::filesystem::path &bundle) const
    {
        const Bundle made = Bundle::open((folder_.path() / bundle).string());
        return read_weights(made.file(made.files().front()));
    }

    TemporaryFolder folder_;
    NetworkTraining training_;
    RecordingWatcher watcher_;
};

TEST_F(PicturesFirst, TrainsTheRestOnWhatTheTeacherTaught)
{
    EXPECT_FALSE(run().stopped);
    const Weights taught = weights_in("made/training/pictures");
    const Weights made = weights_in("made");
    ASSERT_EQ(taught.size(), made.size());
    for (const auto &entry : taught)
        EXPECT_EQ(entry.first.find("adaptor"), std::string::npos);
    for (const auto &[name, tensor] : made) {
        const bool is_of_pictures = name.find("stem") == 0 || name.find("level") == 0;
        EXPECT_TRUE(tensor.equal(taught.at(name)) || !is_of_pictures) << name;
    }
    EXPECT_FALSE(made.at("block0.spatial.weight").equal(taught.at("block0.spatial.weight")));
}

TEST_F(PicturesFirst, GoesOnWhereItWasStopped)
{
    run();
    const Weights whole = weights_in("made");
    for (const int epochs : {1, 3}) { // in the lesson, and behind it
        SCOPED_TRACE(epochs);
        training_.settings.out = folder_.path() / ("stopped" + std::to_string(epochs));
        training_.settings.resume = true;
        watcher_.epochs.clear();
        watcher_.stop_after = epochs;
        EXPECT_TRUE(run().stopped);
        watcher_.stop_after = -1;
        EXPECT_FALSE(run().stopped);
        EXPECT_EQ(watcher_.epochs.size(), 4U) << "two of each, none of them twice";
        for (const auto &[name, tensor] : weights_in(training_.settings.out.filename()))
            EXPECT_TRUE(tensor.equal(whole.at(name))) << name;
    }
}

TEST_F(PicturesFirst, TellsWhatTheSecondPartCannotTakeBeforeTheFirst)
{
    training_.settings.changes.many_labels = true;
    EXPECT_NE(error_of([&] { run(); }).find("label smoothing"), std::string::npos);
    EXPECT_TRUE(watcher_.epochs.empty());
}

TEST_F(PicturesFirst, BalancesTheClassesOfTheSecondPartAlone)
{
    training_.settings.changes.balance = true;
    EXPECT_FALSE(run().stopped);
}

TEST_F(PicturesFirst, AsksForATeacherOfKeypointsAndANetworkOfPictures)
{
    training_.teacher.clear();
    EXPECT_EQ(
        error_of([&] { run(); }),
        "recipe 'pictures-first': expected a network for keypoints as teacher, got none; give "
        "one, such as --teacher movenet-lightning");
    training_.teacher = "watch";
    EXPECT_EQ(error_of([&] { run(); }),
              "teacher 'watch' recognises activities; expected a model of keypoints (fovea models "
              "list)");
    training_.teacher = "keypoints";
    training_.settings.model = "watch";
    EXPECT_EQ(error_of([&] { run(); }),
              "recipe 'pictures-first': expected a network that begins with single pictures (eco), "
              "got model 'watch' (watch); choose another --model or --recipe");
}

TEST_F(PicturesFirst, HasNoTeacherWhoseLastMapIsLearned)
{
    training_.map_distance = MapDistance::Mse;
    EXPECT_EQ(error_of([&] { run(); }),
              "recipe 'pictures-first': expected a teacher whose last map is learned with "
              "--map-distance, got one of what pictures show; choose a recipe such as w3, or leave "
              "--map-distance out");
}

TEST_F(PicturesFirst, AsksForANetworkOfPicturesWhereTheirMapsAreMixed)
{
    training_.settings.changes.mixup = 0.3;
    training_.settings.changes.mixup_of = MixupOf::PictureMaps;
    EXPECT_FALSE(run().stopped) << "the second part mixes, of the first there is nothing to mix";
    training_.teacher.clear();
    training_.settings.recipe = "fine-tuning";
    training_.settings.model = "watch";
    EXPECT_EQ(error_of([&] { run(); }),
              "recipe 'fine-tuning': expected a network that begins with single pictures (eco), "
              "got model 'watch' (watch); choose another --model, or leave --mixup-of out");
}

} // namespace

} // namespace fovea
