// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/onednn_network.h"

#include <algorithm>
#include <utility>

#include <omp.h>

#include "fovea/engine/onednn/bf16x3.h"
#include "fovea/engine/onednn/plan_builder.h"
#include "fovea/engine/onednn/value_formats.h"

namespace fovea {

namespace {

/** Clips of a few lengths, and the first, usual and last steps of a stream */
constexpr std::size_t most_plans = 12;

/** OpenMP's setting is the calling thread's own: put back as it was */
class ThreadScope
{
public:
    explicit ThreadScope(int threads) : before_(omp_get_max_threads())
    {
        omp_set_num_threads(threads);
    }

    ~ThreadScope() { omp_set_num_threads(before_); }

    ThreadScope(const ThreadScope &) = delete;
    ThreadScope &operator=(const ThreadScope &) = delete;

private:
    int before_;
};

} // namespace

OnednnNetwork::OnednnNetwork(nn::Graph graph, Element element, int threads,
                             const ActivationRanges &ranges)
    : OnednnNetwork(DescribedNetwork{std::move(graph), 0, 0, {}, {}, {}}, element, threads, ranges)
{
}

OnednnNetwork::OnednnNetwork(DescribedNetwork network, Element element, int threads,
                             const ActivationRanges &ranges)
    : network_(std::move(network)), element_(element), threads_(threads)
{
    formats_ =
        is_integer(element) ? int8_formats(graph(), ranges) : float_formats(graph(), element);
}

bool OnednnNetwork::bf16x3() const
{
    return element_ == Element::Float32 && cpu_prefers_bf16x3();
}

bool OnednnNetwork::can_stream() const
{
    return std::none_of(graph().nodes().begin(), graph().nodes().end(), [](const nn::Node &node) {
        return node.op == nn::Op::TorchLayer && !node.per_frame;
    });
}

std::int64_t OnednnNetwork::temporal_stride() const
{
    std::vector<std::int64_t> strides = {1};
    for (std::size_t i = 1; i < graph().nodes().size(); ++i) {
        const nn::Node &node = graph().nodes()[i];
        strides.push_back(strides[node.inputs.front()] * node.window.stride[0]);
    }
    return strides.back();
}

std::vector<std::string> OnednnNetwork::torch_layers() const
{
    const std::lock_guard lock(mutex_);
    return torch_layers_;
}

const Plan &OnednnNetwork::plan_for(const std::vector<MapShape> &shapes, const GraphStep &step,
                                    std::int64_t streams)
{
    std::vector<std::int64_t> key = step.key();
    key.insert(key.end(), {streams, shapes.front().height, shapes.front().width});
    const auto known = std::find_if(plans_.begin(), plans_.end(),
                                    [&](const Known &plan) { return plan.key == key; });
    if (known != plans_.end()) {
        plans_.splice(plans_.begin(), plans_, known);
    } else {
        const PlanRequest request = {graph(),  shapes,   step,         streams,
                                     formats_, bf16x3(), threads_ == 1};
        plans_.push_front({std::move(key), build_plan(request, weights_)});
        for (const std::string &torch_layer : plans_.front().plan->torch_layers) {
            if (std::find(torch_layers_.begin(), torch_layers_.end(), torch_layer) ==
                torch_layers_.end())
                torch_layers_.push_back(torch_layer);
        }
        if (plans_.size() > most_plans)
            plans_.pop_back();
    }
    return *plans_.front().plan;
}

Array OnednnNetwork::run(const std::vector<MapShape> &shapes, const GraphStep &step,
                         std::int64_t streams, const Fill &fill, StreamState *state)
{
    const std::lock_guard lock(mutex_);
    const ThreadScope threads(threads_);
    const Plan &plan = plan_for(shapes, step, streams);
    Array rows({streams, plan.rows, shapes.back().channels});
    const PlanMemory memory = {arena_.reserve(plan.arena.size()), state, rows.values.data()};
    fill(plan.at(memory, plan.input), plan.input_format);
    plan.run(memory);
    return rows;
}

std::vector<Array> OnednnNetwork::maps(const std::vector<MapShape> &shapes, const GraphStep &step,
                                       std::int64_t streams, const Fill &fill)
{
    const std::lock_guard lock(mutex_);
    const ThreadScope threads(threads_);
    const Plan &plan = plan_for(shapes, step, streams);
    const PlanMemory memory = {arena_.reserve(plan.arena.size()), nullptr, nullptr};
    fill(plan.at(memory, plan.input), plan.input_format);
    plan.run(memory);
    std::vector<Array> maps;
    for (const Plan::Output &output : plan.outputs) {
        maps.emplace_back(output.shape);
        decode(maps.back().values.data(), plan.at(memory, output.place), output.format,
               static_cast<std::int64_t>(maps.back().values.size()));
    }
    return maps;
}

PlanarClips::PlanarClips(const Array &array)
    : values(array.values.data()),
      clips(array.shape[0]),
      channels(array.shape[1]),
      frames(array.shape[2]),
      height(array.shape[3]),
      width(array.shape[4])
{
}

PlanarClips PlanarClips::narrow(std::int64_t begin, std::int64_t count) const
{
    PlanarClips some = *this;
    some.values += begin * channels * frames * height * width;
    some.clips = count;
    return some;
}

void load_frames(std::byte *to, const ValueFormat &format, std::int64_t room, std::int64_t at,
                 const PlanarClips &clips, std::int64_t frame, std::int64_t count)
{
    const std::int64_t pixels = clips.height * clips.width;
    const std::int64_t clip = clips.channels * clips.frames * pixels;
    const std::int64_t bytes =
        pixels * clips.channels * static_cast<std::int64_t>(size_of(format.element));
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t n = 0; n < clips.clips; ++n) {
        for (std::int64_t i = 0; i < count; ++i)
            interleave(to + (n * room + at + i) * bytes, format,
                       clips.values + n * clip + (frame + i) * pixels, clips.channels,
                       clips.frames * pixels, pixels);
    }
}

} // namespace fovea
