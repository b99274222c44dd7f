// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "fovea/core/json_fwd.h"

namespace fovea {

struct NetworkBenchOptions {
    int rounds = 5;
    std::int64_t size = 224;          ///< pixels, height and width
    int threads = 0;                  ///< 0: all cores
    bool torch = true;                ///< LibTorch is compared with
    std::string architecture = "i3d"; ///< of bench_network(): one of nn::backbone_names()
};

/**
 * \brief A network with weights of chance, clips of 64 and 8 (or more, if it must) frames, by engine
 * and precision
 *
 * By clip and engine: min_ms, median_ms, gflops on valid taps, share_of_peak and, where LibTorch
 * is compared with, times_as_fast_as_libtorch. `in_libtorch`: by precision, the layers that oneDNN does
 * not run, and why.
 */
Json bench_network(const NetworkBenchOptions &options);

/** \brief 8 new frames of a stream against a window of 64 frames computed anew, by precision */
Json bench_stream(const NetworkBenchOptions &options);

} // namespace fovea
