// SPDX-License-Identifier: MIT
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/weights.h"
#include "fovea/train/keypoints/keypoint_goal.h"
#include "fovea/train/keypoints/keypoint_samples.h"
#include "fovea/train/keypoints/keypoint_set.h"
#include "fovea/train/keypoints/keypoint_training.h"
#include "made_videos.h"
#include "named_numbers.h"
#include "recording_watcher.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

constexpr int side = 160;

/** \brief All keypoints at one place of the crop, sure */
Pose pose_at(float x, float y, float confidence = 0.9F)
{
    Pose pose;
    pose.fill({x, y, confidence});
    return pose;
}

/** \brief A dark crop with a bright square around a place */
RgbImage spotted(float x, float y)
{
    RgbImage crop = {{side, side}, std::vector<std::uint8_t>(std::size_t{side} * side * 3, 10)};
    const int column = static_cast<int>(x * side);
    const int row = static_cast<int>(y * side);
    for (int dy = -4; dy <= 4; ++dy) {
        for (int dx = -4; dx <= 4; ++dx) {
            for (std::size_t c = 0; c < 3; ++c)
                crop.pixels[static_cast<std::size_t>((row + dy) * side + column + dx) * 3 + c] =
                    250;
        }
    }
    return crop;
}

class KeypointTraining : public testing::Test
{
protected:
    /** \brief Spots at several places; every fourth for validation */
    std::filesystem::path spots(int count)
    {
        const auto file = keypoint_set_of(folder_.path() / "model");
        std::filesystem::create_directories(file.parent_path());
        KeypointSetWriter writer(file, side);
        for (int i = 0; i < count; ++i) {
            const float x = 0.3F + 0.4F * static_cast<float>(i % 5) / 4;
            const float y = 0.3F + 0.4F * static_cast<float>(i % 7) / 6;
            writer.add(spotted(x, y),
                       {i % 4 == 3 ? "val" : "train", {0.1F, 0.1F, 0.8F, 0.8F}, pose_at(x, y)});
        }
        writer.commit({{"teacher", "a-teacher"}});
        return file;
    }

    const TemporaryFolder folder_;
};

TEST_F(KeypointTraining, AKeypointSetKeepsPicturesAndPoses)
{
    const KeypointSet set(spots(8));
    ASSERT_EQ(set.size(), 8U);
    EXPECT_EQ(set.side(), side);
    EXPECT_EQ(set.taught(3).split, "val");
    EXPECT_FLOAT_EQ(set.taught(1).pose[16].x, 0.4F);
    EXPECT_FLOAT_EQ(set.taught(1).view.width, 0.8F);
    EXPECT_EQ(std::vector<std::uint8_t>(set.crop(1), set.crop(2)),
              spotted(0.4F, 0.3F + 0.4F / 6).pixels);
}

TEST_F(KeypointTraining, ADamagedKeypointSetIsToldInOneLine)
{
    const auto file = spots(8);
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 100);
    const std::string error = error_of([&] { const KeypointSet set(file); });
    EXPECT_NE(error.find("poses.set'"), std::string::npos) << error;
    EXPECT_NE(error.find("remove it"), std::string::npos) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos);
    EXPECT_THROW(KeypointSet(folder_.path() / "none"), Error);
    KeypointSetWriter writer(file, side);
    EXPECT_NE(error_of([&] {
                  writer.add({{8, 8}, std::vector<std::uint8_t>(192)}, {});
              }).find("expected crops of 160 pixels a side, got 8 x 8"),
              std::string::npos);
}

TEST_F(KeypointTraining, EvaluationSeesWhatTheTeacherSaw)
{
    const KeypointSet set(spots(8));
    const KeypointSamples samples(set, {"val", /*varied=*/false, 128, 0});
    EXPECT_EQ(samples.order(0), (std::vector<std::size_t>{3, 7}));
    const Sample sample = samples.sample(3, 0);
    ASSERT_EQ(sample.input.sizes(), at::IntArrayRef({3, 128, 128}));
    // 0.1 to 0.9 of 160 pixels are 128: the picture is that part, pixel by pixel
    const auto *crop = set.crop(3);
    for (const auto &[y, x] : {std::pair(0, 0), std::pair(60, 70), std::pair(127, 127)})
        EXPECT_NEAR(sample.input[0][y][x].item<float>(),
                    crop[((y + 16) * side + x + 16) * 3] / 127.5F - 1, 1e-5);
    EXPECT_NEAR(sample.labels[5][0].item<float>(), (set.taught(3).pose[5].x - 0.1F) / 0.8F, 1e-5);
    EXPECT_NEAR(sample.labels[5][1].item<float>(), (set.taught(3).pose[5].y - 0.1F) / 0.8F, 1e-5);
    EXPECT_FLOAT_EQ(sample.labels[5][2].item<float>(), 0.9F);
}

TEST_F(KeypointTraining, VariedPicturesTakeTheirKeypointsAlong)
{
    const KeypointSet set(spots(8));
    const KeypointSamples samples(set, {"train", /*varied=*/true, 128, 0});
    double moved = 0;
    for (std::int64_t epoch = 0; epoch < 40; ++epoch) {
        const Sample sample = samples.sample(0, epoch);
        const at::Tensor light = (sample.input.mean(0) + 1) / 2;
        const at::Tensor bright = (light > 0.6 * light.max()).to(at::kFloat);
        const at::Tensor places = at::arange(128) + 0.5;
        const double x = ((bright.sum(0) * places).sum() / bright.sum()).item<double>();
        const double y = ((bright.sum(1) * places).sum() / bright.sum()).item<double>();
        EXPECT_NEAR(x, 128 * sample.labels[0][0].item<double>(), 2) << epoch;
        EXPECT_NEAR(y, 128 * sample.labels[0][1].item<double>(), 2) << epoch;
        moved = std::max(moved, std::abs(x - 128 * (0.3 - 0.1) / 0.8));
    }
    EXPECT_GT(moved, 5);
    EXPECT_TRUE(samples.sample(0, 3).input.equal(samples.sample(0, 3).input));
    EXPECT_NE(samples.order(0), samples.order(1));
}

TEST_F(KeypointTraining, AMirrorExchangesLeftAndRight)
{
    const auto file = folder_.path() / "one.set";
    KeypointSetWriter writer(file, side);
    TaughtPose taught = {"train", {0, 0, 1, 1}, pose_at(0.5F, 0.5F)};
    taught.pose[5] = {0.4F, 0.5F, 0.8F}; // left shoulder
    taught.pose[6] = {0.6F, 0.5F, 0.7F}; // right shoulder
    writer.add(spotted(0.5F, 0.5F), taught);
    writer.commit({{"teacher", "a-teacher"}});
    const KeypointSet set(file);
    const KeypointSamples samples(set, {"train", /*varied=*/true, 128, 0});
    int mirrored = 0;
    for (std::int64_t epoch = 0; epoch < 50; ++epoch) {
        const at::Tensor labels = samples.sample(0, epoch).labels;
        const bool is_mirrored = std::abs(labels[5][2].item<double>() - 0.7) < 1e-6;
        mirrored += is_mirrored ? 1 : 0;
        EXPECT_FLOAT_EQ(labels[6][2].item<float>(), is_mirrored ? 0.8F : 0.7F);
    }
    EXPECT_GT(mirrored, 10);
    EXPECT_LT(mirrored, 40);
}

/** \brief The losses as their description has them, cell by cell */
double naive_loss(const at::Tensor &maps, const at::Tensor &pose)
{
    const std::int64_t height = maps.size(1);
    const std::int64_t width = maps.size(2);
    const auto logit = [&](std::int64_t channel, std::int64_t row, std::int64_t column) {
        return maps[channel][row][column].item<double>();
    };
    const auto cross_entropy = [](double x, double share) {
        const double p = 1 / (1 + std::exp(-x));
        return -(1 + 20 * share) * (share * std::log(p) + (1 - share) * std::log(1 - p));
    };
    const auto peak = [](double dx, double dy) {
        return std::exp(-(dx * dx + dy * dy) / (2 * 1.3 * 1.3));
    };
    double total = 0, centre_x = 0, centre_y = 0;
    for (std::int64_t k = 0; k < 17; ++k) {
        const double c = pose[k][2].item<double>();
        const double weight = std::max(c > 0.3 ? c : 0, 1e-3);
        total += weight;
        centre_x += weight * pose[k][0].item<double>() * static_cast<double>(width);
        centre_y += weight * pose[k][1].item<double>() * static_cast<double>(height);
    }
    centre_x /= total;
    centre_y /= total;
    double heat = 0, centre = 0, way = 0, way_weight = 0, offset = 0, offset_weight = 0;
    for (std::int64_t row = 0; row < height; ++row) {
        for (std::int64_t column = 0; column < width; ++column) {
            const auto x = static_cast<double>(column);
            const auto y = static_cast<double>(row);
            const double middle = peak(x - centre_x, y - centre_y);
            centre += cross_entropy(logit(17, row, column), middle);
            for (std::int64_t k = 0; k < 17; ++k) {
                const double dx = pose[k][0].item<double>() * static_cast<double>(width) - x;
                const double dy = pose[k][1].item<double>() * static_cast<double>(height) - y;
                const double c = pose[k][2].item<double>();
                const double here = peak(dx, dy);
                heat += cross_entropy(logit(k, row, column), here * c);
                const auto distance = [&](std::int64_t first) {
                    return std::abs(logit(first + 2 * k, row, column) - dy) +
                           std::abs(logit(first + 2 * k + 1, row, column) - dx);
                };
                if (middle > 0.2) {
                    way += middle * c * distance(18);
                    way_weight += middle * c;
                }
                if (here > 0.2) {
                    offset += here * c * distance(52);
                    offset_weight += here * c;
                }
            }
        }
    }
    return heat / 170 + centre / 10 + 0.05 * way / way_weight + 0.5 * offset / offset_weight;
}

TEST(KeypointGoal, ItsLossesAreThoseOfALoopOverCells)
{
    const at::Tensor maps = named_numbers::uniform("maps", {2, 86, 6, 8}).to(at::kFloat) * 3;
    at::Tensor poses = named_numbers::uniform("poses", {2, 17, 3}).to(at::kFloat).abs();
    const at::Tensor losses = keypoint_losses(maps, poses);
    ASSERT_EQ(losses.sizes(), at::IntArrayRef({2}));
    for (std::int64_t i = 0; i < 2; ++i)
        EXPECT_NEAR(losses[i].item<double>(), naive_loss(maps[i], poses[i]), 1e-3);
}

/** \brief Says the same maps of every picture */
class FixedMaps final : public Classifier
{
public:
    explicit FixedMaps(at::Tensor maps) : maps_(std::move(maps)) {}

    Response respond(const at::Tensor &pictures) override
    {
        return {{}, maps_.unsqueeze(0).expand({pictures.size(0), -1, -1, -1})};
    }

    torch::nn::Module &module() override { return network_; }

    std::int64_t classes() const override { return 0; }

    void set_training(bool) override {}

private:
    at::Tensor maps_;
    nn::KeypointNetwork network_;
};

TEST_F(KeypointTraining, IsJudgedByKeypointsWithinATenthOfTheSide)
{
    const KeypointSet set(spots(
        8)); // for validation: (0.6, 0.5) and (0.5, 0.3), in the view (0.625, 0.5) and (0.5, 0.25)
    const KeypointSamples samples(set, {"val", /*varied=*/false, 128, 0});
    at::Tensor maps = at::full({86, 32, 32}, -9.0);
    maps.narrow(0, 18, 68).zero_();
    for (std::int64_t k = 0; k < 18; ++k)
        maps[k][16][20] = 9; // all at (0.625, 0.5)
    FixedMaps student(maps.to(at::kFloat));
    EXPECT_NEAR(KeypointGoal().judge(student, samples, {}).accuracy, 0.5, 1e-9);
    EXPECT_GT(KeypointGoal().judge(student, samples, {}).loss, 0);
}

TEST_F(KeypointTraining, LearnsGoesOnAndWritesABundleThatLooks)
{
    spots(48);
    TrainingSettings settings;
    settings.out = folder_.path() / "model";
    settings.device = "cpu";
    settings.changes.epochs = 6;
    settings.changes.batch_size = 9;
    settings.changes.average_decay = 0.5;
    RunWatcher nobody;
    const TrainingOutcome whole = train_on_keypoint_set(settings, "a-teacher", nobody);
    EXPECT_FALSE(whole.stopped);
    std::vector<double> losses;
    std::ifstream history(training_folder(settings.out) / "history.jsonl");
    for (std::string line; std::getline(history, line);)
        losses.push_back(Json::parse(line).at("train_loss"));
    ASSERT_EQ(losses.size(), 6U);
    EXPECT_LT(losses.back(), 0.7 * losses.front());

    ASSERT_EQ(whole.bundle.kind(), Bundle::Kind::Pose);
    EXPECT_EQ(whole.bundle.pose().architecture, "keypoints");
    const auto estimator = load_pose_estimator(settings.out.string(), {});
    EXPECT_EQ(estimator->input_size().width, 128);
    EXPECT_EQ(
        estimator->estimate({{{128, 128}, std::vector<std::uint8_t>(128 * 128 * 3, 90)}}).size(),
        1U);

    // Stopped after two epochs, and on from there: the same weights to the bit
    struct Stopper : RunWatcher {
        int epochs = 0;

        bool stops() override { return epochs == 2; }

        void epoch(const EpochRecord &, int) override { ++epochs; }
    } stopper;

    const Weights expected = read_weights(settings.out / "model.pt");
    std::filesystem::remove(training_folder(settings.out) / "checkpoint.pt");
    settings.resume = true;
    EXPECT_TRUE(train_on_keypoint_set(settings, "a-teacher", stopper).stopped);
    EXPECT_FALSE(train_on_keypoint_set(settings, "a-teacher", nobody).stopped);
    for (const auto &[name, tensor] : read_weights(settings.out / "model.pt"))
        EXPECT_TRUE(tensor.equal(expected.at(name))) << name;
}

/** \brief Nothing is to be decoded */
class NoReader final : public VideoReader
{
public:
    Info info(const std::filesystem::path &video) const override
    {
        ADD_FAILURE() << video;
        return {};
    }

    void read(const std::filesystem::path &, const KeptFrames &,
              const std::function<void(const FrameView &)> &) const override
    {
    }
};

TEST_F(KeypointTraining, OfAListWithoutValidationIsRefusedBeforeAVideoIsDecoded)
{
    fovea::KeypointTraining training;
    training.list = folder_.write("list.csv", "path,split\na.mp4,train\nb.mp4,test\n");
    folder_.write("a.mp4");
    folder_.write("b.mp4");
    training.settings.out = folder_.path() / "made";
    training.lesson.teacher = "keypoints";
    RunWatcher watcher;
    EXPECT_EQ(error_of([&] { train_keypoints(training, NoReader(), watcher); }),
              "list '" + training.list.string() +
                  "': no video is of the split 'val' of 2; add more, or give some that split in a "
                  "column split");
}

/** \brief Empty scenes, counted */
class EmptyScenes final : public VideoReader
{
public:
    Info info(const std::filesystem::path &) const override { return {{128, 128}, 2, 0.5}; }

    void read(const std::filesystem::path &video, const KeptFrames &,
              const std::function<void(const FrameView &)> &frame) const override
    {
        ++reads[video.filename().string()];
        GreyPicture picture(128);
        frame(picture.filled(40, -1));
    }

    mutable std::map<std::string, int> reads;
};

TEST_F(KeypointTraining, AnEndedLookAtTheVideosGoesOnWhereItWas)
{
    fovea::KeypointTraining training;
    training.list = folder_.write("list.csv", "path,split\na.mp4,train\nb.mp4,train\nc.mp4,val\n");
    for (const char *video : {"a.mp4", "b.mp4", "c.mp4"})
        folder_.write(video);
    training.settings.out = folder_.path() / "made";
    training.lesson.teacher = "keypoints";
    const EmptyScenes scenes;
    StoppingWatcher watcher(1);
    EXPECT_THROW(train_keypoints(training, scenes, watcher), Interrupted);
    EXPECT_EQ(scenes.reads, (std::map<std::string, int>{{"a.mp4", 1}}));
    RunWatcher patient;
    EXPECT_NE(error_of([&] {
                  train_keypoints(training, scenes, patient);
              }).find("in the videos of split 'train', found none"),
              std::string::npos);
    EXPECT_EQ(scenes.reads, (std::map<std::string, int>{{"a.mp4", 1}, {"b.mp4", 1}, {"c.mp4", 1}}));
    training.lesson.looks_a_second = 1; // learned of otherwise
    error_of([&] { train_keypoints(training, scenes, patient); });
    EXPECT_EQ(scenes.reads, (std::map<std::string, int>{{"a.mp4", 2}, {"b.mp4", 2}, {"c.mp4", 2}}));
}

} // namespace

} // namespace fovea
