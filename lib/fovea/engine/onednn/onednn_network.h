// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "fovea/core/array.h"
#include "fovea/engine/activation_ranges.h"
#include "fovea/engine/described_network.h"
#include "fovea/engine/onednn/arena.h"
#include "fovea/engine/onednn/graph_clock.h"
#include "fovea/engine/onednn/plan.h"
#include "fovea/engine/onednn/precision.h"
#include "fovea/engine/onednn/weight_store.h"
#include "fovea/nn/graph.h"

namespace fovea {

/**
 * \brief A network compiled for oneDNN: its graph, weights, plans by shape, and one arena
 *
 * Of a backbone it is shared by an extractor and its streams. Calls are serialised inside.
 */
class OnednnNetwork
{
public:
    /**
     * \param element Int8: unsigned behind a ReLU
     * \param threads of each call
     * \param ranges Int8: what the integers hold
     * \throw Error Settings as int8_formats()
     */
    OnednnNetwork(DescribedNetwork network, Element element, int threads,
                  const ActivationRanges &ranges = {});

    /** \brief A network that is nothing but a graph without LibTorch layers */
    OnednnNetwork(nn::Graph graph, Element element, int threads,
                  const ActivationRanges &ranges = {});

    /** \brief Writes the new frames, [N, frames, H, W, C], where and as it is told */
    using Fill = std::function<void(std::byte *, const ValueFormat &)>;

    /** \param state null for a clip at once \return [N, rows, C] */
    Array run(const std::vector<MapShape> &shapes, const GraphStep &step, std::int64_t streams,
              const Fill &fill, StreamState *state);

    /** \brief The maps of the graph's outputs, of clips of one frame \return each [N, H, W, C] */
    std::vector<Array> maps(const std::vector<MapShape> &shapes, const GraphStep &step,
                            std::int64_t streams, const Fill &fill);

    const nn::Graph &graph() const { return network_.graph; }

    /** \brief What it was made of; of a graph alone nothing else is there */
    const DescribedNetwork &described() const { return network_; }

    Element element() const { return element_; }

    /** \brief Whether floats are multiplied as three products in bf16: see bf16x3.h */
    bool bf16x3() const;

    int threads() const { return threads_; }

    /** \brief True when no layer needs all frames at once */
    bool can_stream() const;

    /** \brief Frames of one row */
    std::int64_t temporal_stride() const;

    /** \brief Layers of the plans made so far that LibTorch runs, and why */
    std::vector<std::string> torch_layers() const;

private:
    struct Known {
        std::vector<std::int64_t> key;
        std::unique_ptr<Plan> plan;
    };

    const Plan &plan_for(const std::vector<MapShape> &shapes, const GraphStep &step,
                         std::int64_t streams);

    const DescribedNetwork network_;
    Element element_;
    std::vector<ValueFormat> formats_; ///< by node
    int threads_;
    mutable std::mutex mutex_; ///< guards what follows
    WeightStore weights_;
    std::list<Known> plans_; ///< last used first
    AlignedBytes arena_;
    std::vector<std::string> torch_layers_;
};

/** \brief Clips as they come, one plane a channel; refers to them */
struct PlanarClips {
    const float *values = nullptr;
    std::int64_t clips = 0;
    std::int64_t channels = 0;
    std::int64_t frames = 0;
    std::int64_t height = 0;
    std::int64_t width = 0;

    /** \param array float [N, C, T, H, W], which must outlive this */
    explicit PlanarClips(const Array &array);

    /** \brief Clips \a begin to \a begin + \a count */
    PlanarClips narrow(std::int64_t begin, std::int64_t count) const;
};

/**
 * \brief Frames of clips to the input of a plan
 * \param frame the first one taken, of \a count
 * \param at the first one written, of the \a room frames that each clip has at \a to
 */
void load_frames(std::byte *to, const ValueFormat &format, std::int64_t room, std::int64_t at,
                 const PlanarClips &clips, std::int64_t frame, std::int64_t count);

} // namespace fovea
