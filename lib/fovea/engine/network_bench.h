#pragma once

#include <cstdint>

#include "fovea/core/json.h"

namespace fovea {

struct NetworkBenchOptions {
    int rounds = 5;
    std::int64_t size = 224; ///< pixels, height and width
    int threads = 0;         ///< 0: all cores
    bool torch = true;       ///< LibTorch in the race
};

/**
 * \brief The speed that this processor reaches, GFLOP/s: {"fp32": ..., "bf16": ...}
 *
 * The better of oneDNN's dense product and, fp32 with AVX-512, of FMAs on registers. What a
 * network's speed is a share of. bf16 only where the processor has it.
 */
Json measured_peaks(int threads);

/**
 * \brief I3D with weights of chance, clips of 64 and 8 frames, by engine and precision
 *
 * By clip and contender: min_ms, median_ms, gflops on valid taps, share_of_peak and, where LibTorch
 * is in the race, times_as_fast_as_libtorch.
 */
Json bench_i3d(const NetworkBenchOptions &options);

/** \brief 8 new frames of a stream against a window of 64 frames computed anew, by precision */
Json bench_stream(const NetworkBenchOptions &options);

} // namespace fovea
