// SPDX-License-Identifier: MIT
#include "fovea/engine/torch/cuda_extractor.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <list>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <ATen/cuda/CUDAEvent.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>
#include <torch/version.h>

#include "fovea/core/errors.h"
#include "fovea/engine/clip_checks.h"
#include "fovea/engine/torch/channels_last_graph.h"
#include "fovea/nn/backbone.h"

namespace fovea {

namespace {

constexpr std::int64_t batch_pixels = std::int64_t{64} * 8 * 224 * 224; ///< T x H x W run at once
constexpr std::size_t most_shapes = 8; ///< each keeps the memory of its graph
constexpr int runs_before_capture = 3; ///< cuDNN chooses its algorithms in them
constexpr int first_with_bf16 = 8;     ///< compute capability, major

at::ScalarType type_for(const std::string &precision, int index)
{
    if (precision == "auto") {
        int major = 0;
        cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, index);
        return major >= first_with_bf16 ? at::kBFloat16 : at::kHalf;
    }
    if (precision == "fp32")
        return at::kFloat;
    if (precision == "bf16")
        return at::kBFloat16;
    if (precision == "fp16")
        return at::kHalf;
    throw Error(Error::Kind::Settings, "precision '" + precision +
                                           "' is not there on a GPU; expected auto, fp32, bf16 or "
                                           "fp16");
}

std::string name_of(at::ScalarType type)
{
    if (type == at::kFloat)
        return "fp32";
    return type == at::kBFloat16 ? "bf16" : "fp16";
}

/** One shape of clips: its buffers, and all kernels of the network as one graph, where no other device has a part in it */
class ShapeRun
{
public:
    ShapeRun(const ChannelsLastGraph &network, at::IntArrayRef shape, at::Device device)
        : network_(network),
          pinned_in_(at::empty(shape, at::TensorOptions(at::kFloat).pinned_memory(true))),
          staged_(at::empty(shape, at::TensorOptions(at::kFloat).device(device)))
    {
        staged_.zero_();
        const bool before = at::globalContext().benchmarkCuDNN();
        at::globalContext().setBenchmarkCuDNN(true); // the fastest algorithm is found once a shape
        for (int i = 0; i < runs_before_capture; ++i)
            forward();
        at::globalContext().setBenchmarkCuDNN(before);
        if (network_.stays_on_device()) {
            graph_.capture_begin();
            forward();
            graph_.capture_end();
        }
        pinned_out_ = at::empty(rows_.sizes(), at::TensorOptions(at::kFloat).pinned_memory(true));
    }

    at::IntArrayRef shape() const { return pinned_in_.sizes(); }

    void replay()
    {
        if (network_.stays_on_device())
            graph_.replay();
        else
            forward();
    }

    /** \param clips values of shape() \param rows to be written */
    void run(const float *clips, float *rows, const c10::cuda::CUDAStream &stream)
    {
        // The one copy on the host: from pageable memory the driver would make it, and wait
        std::memcpy(pinned_in_.data_ptr<float>(), clips, pinned_in_.nbytes());
        staged_.copy_(pinned_in_, /*non_blocking=*/true);
        replay();
        pinned_out_.copy_(rows_, /*non_blocking=*/true);
        stream.synchronize();
        std::memcpy(rows, pinned_out_.data_ptr<float>(), pinned_out_.nbytes());
    }

private:
    void forward() { rows_ = network_.rows(staged_); }

    const ChannelsLastGraph &network_;
    at::Tensor pinned_in_;
    at::Tensor staged_;
    at::Tensor rows_;
    at::Tensor pinned_out_;
    at::cuda::CUDAGraph graph_;
};

class CudaExtractor final : public CudaNetwork
{
public:
    CudaExtractor(std::shared_ptr<nn::Backbone> backbone, int index, const EngineOptions &options)
        : backbone_(std::move(backbone)),
          device_(at::kCUDA, static_cast<at::DeviceIndex>(index)),
          type_(type_for(options.precision, index)),
          batch_size_(checked_batch_size(options.batch_size)),
          stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device_.index()))
    {
        const at::NoGradGuard no_grad;
        if (type_ == at::kFloat) {
            at::globalContext().setAllowTF32CuDNN(false);
            at::globalContext().setAllowTF32CuBLAS(false);
        }
        backbone_->eval();
        const nn::Graph graph = backbone_->graph(); // of float weights
        backbone_->to(device_, type_);              // what its LibTorch layers are left with
        network_.emplace(graph, device_, type_);
    }

    Array rows(const Array &clips) override
    {
        check_clips(*backbone_, clips);
        const std::lock_guard lock(mutex_);
        const at::NoGradGuard no_grad;
        const c10::cuda::CUDAStreamGuard on_stream(stream_); // graphs need one of their own
        const std::int64_t frames = clips.shape[2];
        const std::int64_t pixels = frames * clips.shape[3] * clips.shape[4];
        const std::int64_t batch =
            batch_size_ > 0 ? batch_size_ : std::max<std::int64_t>(1, batch_pixels / pixels);
        Array rows({clips.shape[0], rows_of(frames), channels()});
        const std::int64_t row_values = rows.shape[1] * rows.shape[2];
        for (std::int64_t begin = 0; begin < clips.shape[0]; begin += batch) {
            std::vector<std::int64_t> shape = clips.shape;
            shape[0] = std::min(batch, clips.shape[0] - begin);
            run_for(shape).run(clips.values.data() + begin * clips.shape[1] * pixels,
                               rows.values.data() + begin * row_values, stream_);
        }
        return rows;
    }

    double milliseconds(at::IntArrayRef shape, int rounds) override
    {
        const std::lock_guard lock(mutex_);
        const at::NoGradGuard no_grad;
        const c10::cuda::CUDAStreamGuard on_stream(stream_);
        ShapeRun &run = run_for(shape);
        at::cuda::CUDAEvent begin(cudaEventDefault);
        at::cuda::CUDAEvent end(cudaEventDefault);
        float least = std::numeric_limits<float>::infinity();
        for (int i = 0; i < rounds; ++i) {
            begin.record(stream_);
            run.replay();
            end.record(stream_);
            end.synchronize();
            least = std::min(least, begin.elapsed_time(end));
        }
        return least;
    }

    std::int64_t channels() const override { return backbone_->channels(); }

    std::int64_t rows_of(std::int64_t frames) const override { return backbone_->rows_of(frames); }

    std::string runtime() const override
    {
        return "LibTorch " TORCH_VERSION ", " + device_.str() + ", " + name_of(type_);
    }

private:
    ShapeRun &run_for(at::IntArrayRef shape)
    {
        const auto known = std::find_if(runs_.begin(), runs_.end(),
                                        [&](const ShapeRun &run) { return run.shape() == shape; });
        if (known != runs_.end()) {
            runs_.splice(runs_.begin(), runs_, known);
            return runs_.front();
        }
        if (runs_.size() >= most_shapes)
            runs_.pop_back();
        return runs_.emplace_front(*network_, shape, device_);
    }

    std::shared_ptr<nn::Backbone> backbone_;
    at::Device device_;
    at::ScalarType type_;
    std::int64_t batch_size_; ///< 0: by size of the clips
    std::optional<ChannelsLastGraph> network_;
    c10::cuda::CUDAStream stream_;
    std::mutex mutex_;         ///< guards what follows
    std::list<ShapeRun> runs_; ///< last used first
};

} // namespace

std::unique_ptr<CudaNetwork> make_cuda_extractor(std::shared_ptr<nn::Backbone> backbone, int index,
                                                 const EngineOptions &options)
{
    return std::make_unique<CudaExtractor>(std::move(backbone), index, options);
}

} // namespace fovea
