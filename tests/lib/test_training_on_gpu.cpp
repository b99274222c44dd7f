// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <cstdio>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>

#include "error_of.h"
#include "fovea/engine/onednn/precision.h"
#include "fovea/nn/backbone.h"
#include "fovea/train/loop/device_batches.h"
#include "fovea/train/loop/module_state.h"
#include "fovea/train/loop/precision.h"
#include "fovea/train/loop/trainer.h"
#include "fovea/train/training_steps.h"
#include "memory_samples.h"
#include "named_numbers.h"
#include "recording_watcher.h"
#include "temporary_folder.h"

namespace fovea {

namespace {

std::vector<Sample> eight_clips(std::int64_t frames)
{
    std::vector<Sample> samples;
    for (std::int64_t i = 0; i < 8; ++i)
        samples.push_back({named_numbers::uniform("clip/" + std::to_string(i), {3, frames, 32, 32})
                               .to(at::kFloat),
                           i % 2});
    return samples;
}

/** \brief A network without dropout, whose numbers no device draws */
std::unique_ptr<BackboneClassifier> classifier_on(at::Device device)
{
    const auto network = nn::make_backbone("resnet18-3d", /*classes=*/2);
    named_numbers::fill(*network);
    auto made = std::make_unique<BackboneClassifier>(network, 2, std::vector<std::string>());
    made->to(device);
    return made;
}

TrainerOptions options_for(int epochs)
{
    TrainerOptions options;
    options.recipe.learning_rate = 1e-4;
    options.recipe.batch_size = 8; // a step an epoch
    options.recipe.epochs = epochs;
    options.recipe.average_decay = 0.9;
    options.recipe.class_weights = {1.5F, 0.5F};
    return options;
}

TrainingSettings settings_of(const std::string &device, TrainPrecision precision)
{
    TrainingSettings settings;
    settings.device = device;
    settings.precision = precision;
    return settings;
}

std::string error_of_device(const std::string &device, TrainPrecision precision)
{
    return error_of([&] { training_device(settings_of(device, precision)); });
}

TEST(TrainingDevice, OfACpuGivesTheBatchesOfTheLoaderItself)
{
    const MemorySamples samples(eight_clips(5), /*as_views=*/false);
    BatchLoader plain(samples, 3, 2);
    BatchLoader behind(samples, 3, 2);
    plain.begin(0);
    behind.begin(0);
    DeviceBatches batches(behind, at::kCPU);
    int count = 0;
    for (auto expected = plain.next(); expected; expected = plain.next(), ++count) {
        const auto batch = batches.next();
        ASSERT_TRUE(batch);
        EXPECT_TRUE(batch->inputs[0].equal(expected->inputs[0]));
        EXPECT_TRUE(batch->targets[0].equal(expected->targets[0]));
    }
    EXPECT_EQ(count, 3);
    EXPECT_FALSE(batches.next());
}

TEST(TrainingDevice, HasThePrecisionAskedForOrSaysTheRemedy)
{
    if (cpu_has_bf16())
        EXPECT_TRUE(training_device(settings_of("cpu", TrainPrecision::Bf16)).is_cpu());
    else
        EXPECT_EQ(error_of_device("cpu", TrainPrecision::Bf16),
                  "precision 'bf16': expected a GPU or a processor with avx512_bf16 to train in "
                  "it, got device 'cpu' without; use --precision fp32, or --device cuda where "
                  "there is one");
    EXPECT_EQ(error_of_device("gpu", TrainPrecision::Fp32),
              "device 'gpu' is not known; expected auto, cpu, cuda or cuda:N");
    EXPECT_TRUE(training_device(settings_of("cpu", TrainPrecision::Fp32)).is_cpu());
}

TEST(TrainingDevice, ThatIsNotThereIsToldInOneLine)
{
    if (torch::cuda::is_available())
        GTEST_SKIP() << "there is a GPU on this machine";
    const std::string error = error_of_device("cuda", TrainPrecision::Bf16);
    EXPECT_NE(error.find("finds no GPU; use device=cpu"), std::string::npos) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos);
    EXPECT_TRUE(training_device(settings_of("auto", TrainPrecision::Fp32)).is_cpu());
}

void expect_learns_in_half_precision(at::Device device)
{
    const MemorySamples training(eight_clips(16), /*as_views=*/false);
    TrainerOptions options = options_for(10);
    options.precision = TrainPrecision::Bf16;
    const auto classifier = classifier_on(device);
    const TrainReport report = train(*classifier, training, nullptr, options);
    EXPECT_LT(report.history.back().train_loss, report.history.front().train_loss / 100);
    for (const at::Tensor &parameter : classifier->module().parameters())
        EXPECT_EQ(parameter.scalar_type(), at::kFloat);

    options.precision = TrainPrecision::Fp32;
    options.recipe.epochs = 1;
    const double loss =
        train(*classifier_on(device), training, nullptr, options).history[0].train_loss;
    EXPECT_NE(report.history[0].train_loss, loss) << "it was not in bf16";
    EXPECT_NEAR(report.history[0].train_loss, loss, 0.05 * loss);
}

TEST(TrainingDevice, OfACpuWithBf16LearnsInItAndKeepsFloatWeights)
{
    if (!cpu_has_bf16())
        GTEST_SKIP() << "this processor has no avx512_bf16";
    expect_learns_in_half_precision(at::kCPU);
}

class TrainingOnGpu : public testing::Test
{
protected:
    void SetUp() override
    {
        if (!torch::cuda::is_available())
            GTEST_SKIP() << "there is no GPU that LibTorch computes on";
        at::set_num_threads(4);
        use_exact_float();
    }

    const at::Device gpu_{at::kCUDA, 0};
    const MemorySamples training_{eight_clips(16), /*as_views=*/false};
    const MemorySamples validation_{eight_clips(16), /*as_views=*/true};
    const TemporaryFolder folder_;
};

TEST_F(TrainingOnGpu, TenStepsHaveTheLossesOfTheCpu)
{
    const auto losses = [&](at::Device device) {
        std::vector<double> result;
        for (const EpochRecord &one :
             train(*classifier_on(device), training_, &validation_, options_for(10)).history) {
            result.push_back(one.train_loss);
            result.push_back(one.validation_loss);
        }
        return result;
    };
    const std::vector<double> on_cpu = losses(at::kCPU);
    const std::vector<double> on_gpu = losses(gpu_);
    ASSERT_EQ(on_gpu.size(), 20U);
    double largest = 0;
    for (std::size_t i = 0; i < on_cpu.size(); ++i) {
        EXPECT_NEAR(on_gpu[i], on_cpu[i], 1e-3 * on_cpu[0]) << "loss " << i; // it falls by hundreds
        largest = std::max(largest, std::abs(on_gpu[i] - on_cpu[i]) / on_cpu[0]);
    }
    EXPECT_LT(on_cpu[18], on_cpu[0]);
    std::printf("ten steps: largest difference of a loss, GPU against CPU, of the first: %.1e\n",
                largest);
}

TEST_F(TrainingOnGpu, InHalfPrecisionLearnsAndKeepsFloatWeights)
{
    expect_learns_in_half_precision(gpu_);
}

TEST_F(TrainingOnGpu, GoesOnWhereTheOtherDeviceStopped)
{
    for (const at::Device first : {gpu_, at::Device(at::kCPU)}) {
        SCOPED_TRACE(first.str());
        const TemporaryFolder folder;
        const at::Device second = first.is_cpu() ? gpu_ : at::Device(at::kCPU);
        const TrainReport unbroken =
            train(*classifier_on(at::kCPU), training_, &validation_, options_for(6));
        TrainerOptions options = options_for(6);
        options.folder = folder.path();
        options.resume = true;
        StoppingWatcher watcher(/*after=*/30); // 1 of training, 8 and 1 of validation an epoch
        EXPECT_TRUE(
            train(*classifier_on(first), training_, &validation_, options, &watcher).stopped);
        for (const auto &[name, tensor] : read_weights(folder.path() / "checkpoint.pt"))
            ASSERT_TRUE(tensor.device().is_cpu()) << name;
        const TrainReport whole = train(*classifier_on(second), training_, &validation_, options);
        EXPECT_FALSE(whole.stopped);
        ASSERT_EQ(whole.history.size(), 6U);
        for (std::size_t i = 0; i < 6; ++i) {
            EXPECT_NEAR(whole.history[i].train_loss, unbroken.history[i].train_loss,
                        1e-3 * unbroken.history[0].train_loss);
            EXPECT_NEAR(whole.history[i].validation_loss, unbroken.history[i].validation_loss,
                        1e-3 * unbroken.history[0].validation_loss);
        }
    }
}

TEST_F(TrainingOnGpu, CopiesEveryBatchOfTheLoader)
{
    BatchLoader plain(training_, 3, 2);
    BatchLoader behind(training_, 3, 2, /*pinned=*/true);
    plain.begin(0);
    behind.begin(0);
    DeviceBatches batches(behind, gpu_);
    for (auto expected = plain.next(); expected; expected = plain.next()) {
        const auto batch = batches.next();
        ASSERT_TRUE(batch);
        EXPECT_TRUE(batch->inputs[0].is_cuda());
        EXPECT_TRUE(batch->inputs[0].cpu().equal(expected->inputs[0]));
        EXPECT_TRUE(batch->targets[0].cpu().equal(expected->targets[0]));
    }
    EXPECT_FALSE(batches.next());
}

} // namespace

} // namespace fovea
