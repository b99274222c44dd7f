// SPDX-License-Identifier: MIT
#include "fovea/bench/cuda_bench.h"

#include <chrono>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <torch/cuda.h>

#include "fovea/bench/flops.h"
#include "fovea/bench/timed_work.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/engine/torch/cuda_extractor.h"
#include "fovea/engine/torch/torch_device.h"
#include "fovea/eval/cosine.h"
#include "fovea/nn/backbone.h"
#include "fovea/store/tensors/torch_tensor.h"

namespace fovea {

#ifdef FOVEA_CUDA

namespace {

constexpr std::int64_t many_frames = 64;
constexpr std::int64_t batches[] = {1, 8};
constexpr std::int64_t matrix = 8192;
constexpr int products = 20;

/** GFLOP/s */
double product_speed(at::Device device, at::ScalarType type)
{
    const at::NoGradGuard no_grad;
    const auto options = at::TensorOptions(device).dtype(type);
    const at::Tensor a = at::randn({matrix, matrix}, options);
    const at::Tensor b = at::randn({matrix, matrix}, options);
    at::Tensor c = at::matmul(a, b);
    std::vector<TimedWork> one = {{"product", [&] {
                                       for (int i = 0; i < products; ++i)
                                           at::matmul_out(c, a, b);
                                       torch::cuda::synchronize(device.index());
                                   }}};
    time_in_turns(one, /*rounds=*/5);
    const auto size = static_cast<double>(matrix);
    return 2 * size * size * size * products / one.front().minimum() / 1e6;
}

} // namespace

#endif

Json bench_network_on_gpu([[maybe_unused]] const NetworkBenchOptions &options,
                          const std::string &device)
{
    const at::Device gpu = torch_device(device);
    if (!gpu.is_cuda())
        throw Error(Error::Kind::Settings, "bench: expected a GPU, got device '" + device +
                                               "', which is the CPU here; leave --device out");
#ifdef FOVEA_CUDA
    at::globalContext().setAllowTF32CuBLAS(false);
    Json report = {
        {"architecture", options.architecture},
        {"peak_gflops",
         {{"fp32", product_speed(gpu, at::kFloat)}, {"bf16", product_speed(gpu, at::kBFloat16)}}}};
    const auto network = [&] { // to(), in half precision, is of the module itself
        at::manual_seed(0);
        return nn::make_backbone(options.architecture, /*classes=*/0);
    };
    const auto described = network();
    const nn::Graph graph = described->graph();
    for (const std::int64_t frames : {many_frames, few_frames(*described)}) {
        const double gflop = gflop_of_clip(graph, frames, options.size);
        for (const std::int64_t batch : batches) {
            const Array clips =
                array_of(at::rand({batch, 3, frames, options.size, options.size}) * 2 - 1);
            Json &clip = report[std::to_string(batch) + "x" + std::to_string(frames)];
            clip["gflop"] = gflop * static_cast<double>(batch);
            Array exact({0});
            for (const char *precision : {"fp32", "bf16"}) {
                EngineOptions engine;
                engine.precision = precision;
                engine.batch_size = static_cast<int>(batch);
                const auto extractor = make_cuda_extractor(network(), gpu.index(), engine);
                const Array rows = extractor->rows(clips);
                const double ms = extractor->milliseconds(clips.shape, options.rounds);
                std::vector<TimedWork> whole = {{"rows", [&] { extractor->rows(clips); }}};
                time_in_turns(whole, options.rounds);
                const double gflops = clip["gflop"].get<double>() / ms * 1e3;
                const auto count = static_cast<double>(batch);
                Json &told = clip[precision];
                told = {{"min_ms", ms},
                        {"clips_per_second", count / ms * 1e3},
                        {"clips_per_second_from_host", count / whole.front().minimum() * 1e3},
                        {"gflops", gflops},
                        {"share_of_peak", gflops / report["peak_gflops"][precision].get<double>()}};
                if (engine.precision == "fp32")
                    exact = rows;
                else
                    told["cosine_to_fp32"] = cosine_of(rows, exact);
            }
        }
    }
    return report;
#else
    throw Error(Error::Kind::Settings,
                "bench: this build is without CUDA; build with -Dlibtorch=DIR of a LibTorch made "
                "for CUDA and nvcc");
#endif
}

} // namespace fovea
