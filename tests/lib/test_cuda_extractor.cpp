// SPDX-License-Identifier: MIT
#include <cmath>
#include <numeric>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>

#include "fovea/core/json.h"
#include "fovea/engine/torch/torch_extractor.h"
#include "fovea/eval/cosine.h"
#include "fovea/nn/backbone.h"
#include "named_numbers.h"
#include "reference_case.h"

namespace {

using fovea::Array;

Array as_array(const at::Tensor &values)
{
    const at::Tensor dense = values.to(at::kFloat).contiguous();
    Array array(dense.sizes().vec());
    std::copy_n(dense.data_ptr<float>(), dense.numel(), array.values.begin());
    return array;
}

std::shared_ptr<fovea::nn::Backbone> example(const std::string &architecture)
{
    auto backbone = fovea::nn::make_backbone(architecture, 0);
    named_numbers::fill(*backbone);
    return backbone;
}

Array rows_of(const std::string &architecture, const Array &clips, const std::string &device,
              const std::string &precision)
{
    fovea::EngineOptions options;
    options.device = device;
    options.precision = precision;
    return fovea::make_torch_extractor(example(architecture), {}, options)->rows(clips);
}

class OnGpu : public testing::Test
{
protected:
    void SetUp() override
    {
        if (!torch::cuda::is_available())
            GTEST_SKIP() << "there is no GPU that LibTorch computes on";
    }
};

class CudaExtractor : public OnGpu, public testing::WithParamInterface<const char *>
{
};

TEST_P(CudaExtractor, GivesTheRowsOfTheCpu)
{
    const Array clips = as_array(named_numbers::input("input/gpu", {3, 3, 16, 64, 64}));
    const Array on_cpu = rows_of(GetParam(), clips, "cpu", "fp32");
    const Array on_gpu = rows_of(GetParam(), clips, "cuda", "fp32");
    ASSERT_EQ(on_gpu.shape, on_cpu.shape);
    const double norm = std::sqrt(
        std::inner_product(on_cpu.values.begin(), on_cpu.values.end(), on_cpu.values.begin(), 0.0));
    double difference = 0;
    for (std::size_t i = 0; i < on_cpu.values.size(); ++i)
        difference += std::pow(on_gpu.values[i] - on_cpu.values[i], 2);
    EXPECT_LE(std::sqrt(difference), 1e-4 * norm);
    for (const char *half : {"bf16", "fp16"})
        EXPECT_GE(fovea::cosine_of(rows_of(GetParam(), clips, "cuda", half), on_cpu), 0.999)
            << half;
}

INSTANTIATE_TEST_SUITE_P(Networks, CudaExtractor,
                         testing::Values("i3d", "watch", "resnet18-3d", "resnext101-3d"));

TEST_F(OnGpu, I3dGivesTheRowsOfThePublicImplementation)
{
    const auto file = reference::file("i3d");
    if (file.empty())
        GTEST_SKIP() << "the reference outputs (reference/i3d.json) are not on this machine";
    for (const fovea::Json &expected : fovea::read_json(file)["cases"]) {
        const at::Tensor clips = named_numbers::input(
            expected["input"], expected["shape"].get<std::vector<std::int64_t>>());
        const Array rows = rows_of("i3d", as_array(clips), "cuda", "fp32");
        const fovea::Json &mean = expected["mixed_5c_mean_hw"];
        const at::Tensor flat = at::from_blob(const_cast<float *>(rows.values.data()), rows.shape)
                                    .transpose(1, 2)
                                    .contiguous()
                                    .flatten()
                                    .to(at::kDouble);
        const double l2 = mean["l2"];
        const double typical = l2 / std::sqrt(static_cast<double>(flat.numel()));
        EXPECT_NEAR(flat.norm().item<double>(), l2, 1e-4 * l2);
        const auto first = mean["first"].get<std::vector<double>>();
        for (std::size_t i = 0; i < first.size(); ++i)
            EXPECT_NEAR(flat[static_cast<std::int64_t>(i)].item<double>(), first[i], 1e-3 * typical)
                << "value " << i;
    }
}

} // namespace
