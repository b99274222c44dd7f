// SPDX-License-Identifier: MIT

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>

#include "fovea/core/errors.h"
#include "fovea/engine/torch/torch_extractor.h"
#include "fovea/nn/backbone.h"
#include "named_numbers.h"

namespace {

using fovea::Array;
using fovea::EngineOptions;
using fovea::FeatureExtractor;
using fovea::make_torch_extractor;

std::shared_ptr<fovea::nn::Backbone> filled_in_training(const std::string &architecture)
{
    auto backbone = fovea::nn::make_backbone(architecture, 0);
    named_numbers::fill(*backbone);
    return backbone;
}

Array clips_of(const std::vector<std::int64_t> &shape)
{
    Array clips(shape);
    const at::Tensor values = named_numbers::input("input/test", shape);
    std::copy(values.data_ptr<float>(), values.data_ptr<float>() + values.numel(),
              clips.values.begin());
    return clips;
}

Array clip(const Array &clips, std::int64_t index)
{
    Array one({1, clips.shape[1], clips.shape[2], clips.shape[3], clips.shape[4]});
    const auto size = static_cast<std::ptrdiff_t>(one.values.size());
    const auto begin = clips.values.begin() + index * size;
    std::copy(begin, begin + size, one.values.begin());
    return one;
}

std::string torch_error(const EngineOptions &options)
{
    try {
        make_torch_extractor(filled_in_training("watch"), {17, 96, 96}, options);
    } catch (const fovea::Error &error) {
        return error.what();
    }
    return "";
}

class EveryBackbone : public testing::TestWithParam<const char *>
{
};

TEST_P(EveryBackbone, GivesTheSameRowsOneAtATimeAndBatched)
{
    EngineOptions options;
    options.batch_size = 2; // 5 clips: two full batches and a rest
    const auto extractor =
        make_torch_extractor(filled_in_training(GetParam()), {9, 32, 32}, options);
    const Array clips = clips_of({5, 3, 9, 32, 32});
    const Array batched = extractor->rows(clips);
    ASSERT_EQ(batched.shape,
              (std::vector<std::int64_t>{5, extractor->rows_of(9), extractor->channels()}));
    const std::size_t rows = batched.values.size() / 5;
    for (std::int64_t i = 0; i < 5; ++i) {
        const Array alone = extractor->rows(clip(clips, i));
        for (std::size_t j = 0; j < rows; ++j)
            ASSERT_NEAR(alone.values[j], batched.values[static_cast<std::size_t>(i) * rows + j],
                        1e-5);
    }
}

TEST_P(EveryBackbone, GivesTheRowsOfItsNetwork)
{
    const auto backbone = filled_in_training(GetParam());
    const auto extractor = make_torch_extractor(backbone, {9, 32, 32}, {});
    const Array clips = clips_of({1, 3, 9, 32, 32});
    const Array rows = extractor->rows(clips);
    const at::NoGradGuard no_grad;
    backbone->eval();
    const at::Tensor expected =
        backbone->rows(named_numbers::input("input/test", {1, 3, 9, 32, 32})).contiguous();
    for (std::int64_t i = 0; i < expected.numel(); ++i)
        ASSERT_NEAR(rows.values[static_cast<std::size_t>(i)], expected.data_ptr<float>()[i], 1e-5);
}

INSTANTIATE_TEST_SUITE_P(TorchExtractor, EveryBackbone, testing::Values("i3d", "watch"));

TEST(TorchExtractor, SaysWhatRunsIt)
{
    EngineOptions options;
    options.device = "cpu";
    options.threads = 2;
    const auto extractor = make_torch_extractor(filled_in_training("watch"), {17, 96, 96}, options);
    const std::string runtime = extractor->runtime();
    EXPECT_EQ(runtime.compare(0, 9, "LibTorch "), 0) << runtime;
    EXPECT_NE(runtime.find(", cpu, 2 threads, fp32"), std::string::npos) << runtime;
}

TEST(TorchExtractor, RefusesClipsThatDoNotFit)
{
    const auto extractor = make_torch_extractor(filled_in_training("watch"), {17, 96, 96}, {});
    const auto error_with = [&](const Array &clips) -> std::string {
        try {
            extractor->rows(clips);
        } catch (const fovea::Error &error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(error_with(Array({3, 17, 96, 96})),
              "clips: expected [N, 3, T, H, W], got [3, 17, 96, 96]");
    EXPECT_EQ(error_with(Array({1, 1, 17, 96, 96})),
              "clips: expected [N, 3, T, H, W], got [1, 1, 17, 96, 96]");
    EXPECT_NE(error_with(Array({1, 3, 4, 96, 96})).find("got 4 frames of 96 x 96"),
              std::string::npos);
    Array torn({1, 3, 17, 96, 96});
    torn.values.pop_back();
    EXPECT_EQ(error_with(torn), "clips: shape [1, 3, 17, 96, 96], but 470015 values");
}

TEST(TorchExtractor, AnUnknownPrecisionListsWhatIsThere)
{
    EngineOptions options;
    options.precision = "int4";
    EXPECT_EQ(torch_error(options), "precision 'int4' is not there; expected auto or fp32");
}

TEST(TorchExtractor, AnUnknownDeviceListsWhatIsThere)
{
    EngineOptions options;
    options.device = "gpu";
    EXPECT_EQ(torch_error(options),
              "device 'gpu' is not known; expected auto, cpu, cuda or cuda:N");
    options.device = "cuda:one";
    EXPECT_EQ(torch_error(options),
              "device 'cuda:one' is not known; expected auto, cpu, cuda or cuda:N");
}

TEST(TorchExtractor, CudaWithoutAGpuSaysTheRemedy)
{
    if (torch::cuda::is_available())
        GTEST_SKIP() << "this machine has a GPU that LibTorch uses";
    EngineOptions options;
    options.device = "cuda";
    const std::string error = torch_error(options);
    EXPECT_NE(error.find("finds no GPU; use device=cpu, or build with -Dlibtorch=DIR"),
              std::string::npos)
        << error;
}

} // namespace
