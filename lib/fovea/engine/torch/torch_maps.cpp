// SPDX-License-Identifier: MIT
#include "fovea/engine/torch/torch_maps.h"

#include <algorithm>
#include <mutex>

#include <ATen/ATen.h>
#include <torch/version.h>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/engine/torch/torch_device.h"
#include "fovea/nn/evaluate.h"

namespace fovea {

namespace {

class TorchMaps final : public MapNetwork
{
public:
    TorchMaps(const nn::Graph &graph, const MapShape &picture, int threads,
              const at::Device &device)
        : graph_(graph),
          weights_(nn::weights_at(graph, device)),
          picture_(picture),
          threads_(threads),
          device_(device)
    {
    }

    std::vector<Array> maps(std::int64_t pictures, const Fill &fill) override
    {
        const std::lock_guard lock(mutex_);
        const c10::InferenceMode no_grad;
        if (device_.is_cpu())
            use_threads(threads_);
        const at::Tensor pixels =
            at::empty({pictures, 1, picture_.height, picture_.width, picture_.channels});
        const std::int64_t values = picture_.pixels() * picture_.channels;
        for (std::int64_t i = 0; i < pictures; ++i)
            fill(i, pixels.data_ptr<float>() + i * values);
        std::vector<Array> maps;
        for (const at::Tensor &map : nn::run_outputs(
                 graph_, weights_, pixels.to(device_).permute({0, 4, 1, 2, 3}).contiguous())) {
            const at::Tensor dense =
                map.select(/*dim=*/2, 0).permute({0, 2, 3, 1}).cpu().contiguous();
            maps.emplace_back(dense.sizes().vec());
            std::copy_n(dense.data_ptr<float>(), dense.numel(), maps.back().values.begin());
        }
        return maps;
    }

    std::string runtime() const override
    {
        const std::string threads = counted(static_cast<std::size_t>(threads_), "thread");
        return "LibTorch " TORCH_VERSION ", " +
               (device_.is_cpu() ? "cpu, " + threads : device_.str()) + ", fp32";
    }

private:
    nn::Graph graph_;
    std::vector<nn::NodeWeights> weights_; ///< by node, at the device
    MapShape picture_;
    int threads_;
    at::Device device_;
    std::mutex mutex_; ///< one call at a time
};

} // namespace

std::unique_ptr<MapNetwork> make_torch_maps(const nn::Graph &graph, const MapShape &picture,
                                            int threads, const EngineOptions &options)
{
    check_is_float(options.precision);
    try {
        return std::make_unique<TorchMaps>(graph, picture, threads, torch_device(options.device));
    } catch (const c10::Error &error) {
        throw Error(Error::Kind::Init, "device '" + options.device +
                                           "' does not start: " + error.what_without_backtrace());
    }
}

} // namespace fovea
