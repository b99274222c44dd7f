// SPDX-License-Identifier: MIT
#include "fovea/engine/torch/torch_extractor.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include <ATen/ATen.h>
#include <torch/version.h>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/engine/clip_checks.h"
#include "fovea/engine/threads.h"
#include "fovea/engine/torch/cuda_extractor.h"
#include "fovea/engine/torch/torch_device.h"
#include "fovea/nn/backbone.h"

namespace fovea {

namespace {

// Pixels (T x H x W) run at once. CPU: four clips of 8 x 224 x 224; more are no faster (measured)
// and take memory, some 300 bytes a pixel in I3D.
constexpr std::int64_t cpu_batch_pixels = std::int64_t{4} * 8 * 224 * 224;

class TorchExtractor final : public FeatureExtractor
{
public:
    TorchExtractor(std::shared_ptr<nn::Backbone> backbone, const ClipSize &clip,
                   const EngineOptions &options)
        : backbone_(std::move(backbone)), batch_size_(checked_batch_size(options.batch_size))
    {
        check_is_float(options.precision);
        const std::int64_t pixels = clip.frames * clip.height * clip.width;
        threads_ = threads_for(options.threads,
                               backbone_->flops_per_pixel() * static_cast<double>(pixels));
        backbone_->eval();
    }

    Array rows(const Array &clips) override
    {
        const at::Tensor all = as_tensor(clips);
        const std::lock_guard lock(mutex_);
        const c10::InferenceMode no_grad;
        use_threads(threads_);
        const std::int64_t batch_size = batch_for(all);
        Array rows({all.size(0), rows_of(all.size(2)), channels()});
        at::Tensor out = at::from_blob(rows.values.data(), rows.shape);
        for (std::int64_t begin = 0; begin < all.size(0); begin += batch_size) {
            const std::int64_t count = std::min(batch_size, all.size(0) - begin);
            out.narrow(0, begin, count).copy_(backbone_->rows(all.narrow(0, begin, count)));
        }
        return rows;
    }

    std::int64_t channels() const override { return backbone_->channels(); }

    std::int64_t rows_of(std::int64_t frames) const override { return backbone_->rows_of(frames); }

    std::string runtime() const override
    {
        return "LibTorch " TORCH_VERSION ", cpu, " +
               counted(static_cast<std::size_t>(threads_), "thread") + ", fp32";
    }

private:
    std::int64_t batch_for(const at::Tensor &clips) const
    {
        if (batch_size_ > 0)
            return batch_size_;
        const std::int64_t pixels = clips.size(2) * clips.size(3) * clips.size(4);
        return std::max<std::int64_t>(1, cpu_batch_pixels / pixels);
    }

    at::Tensor as_tensor(const Array &clips) const
    {
        check_clips(*backbone_, clips);
        // Only read: nothing writes to a network's input
        return at::from_blob(const_cast<float *>(clips.values.data()), clips.shape);
    }

    std::shared_ptr<nn::Backbone> backbone_;
    std::int64_t batch_size_; ///< 0: by size of the clips
    int threads_ = 1;
    std::mutex mutex_; ///< one call at a time: memory stays that of one batch
};

} // namespace

std::unique_ptr<FeatureExtractor> make_torch_extractor(std::shared_ptr<nn::Backbone> backbone,
                                                       const ClipSize &clip,
                                                       const EngineOptions &options)
{
    try {
        const at::Device device = torch_device(options.device);
        if (device.is_cpu())
            return std::make_unique<TorchExtractor>(std::move(backbone), clip, options);
#ifdef FOVEA_CUDA
        return make_cuda_extractor(std::move(backbone), device.index(), options);
#else
        throw Error(Error::Kind::Settings,
                    "device '" + options.device +
                        "': this build is without CUDA; build with -Dlibtorch=DIR of a LibTorch "
                        "made for CUDA, or use device=cpu");
#endif
    } catch (const c10::Error &error) {
        throw Error(Error::Kind::Init, "device '" + options.device +
                                           "' does not start: " + error.what_without_backtrace());
    }
}

} // namespace fovea
