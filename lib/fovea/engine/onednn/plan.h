// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "fovea/engine/onednn/arena.h"
#include "fovea/engine/onednn/frame_kernels.h"

namespace fovea {

/**
 * \brief What a stream remembers between two steps: by value of the graph, the frames kept
 *
 * Two sets, which change places after each step: one is read while the other is written.
 */
struct StreamState {
    std::vector<AlignedBytes> held;
    std::vector<AlignedBytes> kept;
};

/** \brief Memory of one run */
struct PlanMemory {
    std::byte *arena = nullptr;
    StreamState *state = nullptr; ///< null: a clip at once
    float *rows = nullptr;        ///< [N, rows, C]; of a graph without outputs
};

/**
 * \brief A step of a network, compiled: primitives in order and where their buffers lie
 *
 * Made by build_plan(). One run at a time: its primitives hold the addresses of the run.
 */
class Plan
{
public:
    using Work = std::function<void(const PlanMemory &)>;

    /** \brief A buffer: a slot of the arena plan and bytes into it */
    struct Place {
        std::size_t slot = 0;
        std::size_t bytes = 0;
    };

    /** \brief A map that is asked for, one frame of each stream */
    struct Output {
        Place place;
        ValueFormat format;
        std::vector<std::int64_t> shape; ///< N, H, W, C
    };

    std::byte *at(const PlanMemory &memory, const Place &place) const
    {
        return memory.arena + arena.offset(place.slot) + place.bytes;
    }

    void run(const PlanMemory &memory) const;

    std::vector<Work> works;
    ArenaPlan arena;
    Place input; ///< where the new frames go before run(): [N, frames, H, W, C]
    ValueFormat input_format;
    std::int64_t rows = 0;                 ///< made for each stream; 0: of a graph with outputs
    std::vector<Output> outputs;           ///< as the graph names them; good until the next run
    std::vector<std::size_t> kept_bytes;   ///< by value; what the state must hold
    std::vector<std::string> torch_layers; ///< "layer: why it runs in LibTorch"
};

} // namespace fovea
