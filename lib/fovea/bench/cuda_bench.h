// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/bench/network_bench.h"
#include "fovea/core/json_fwd.h"

namespace fovea {

/**
 * \brief A network with weights of chance on a GPU, clips of 64 frames and 8 (or more, if it must), in fp32 and bf16
 *
 * `peak_gflops`: what LibTorch's product of two 8192 x 8192 matrices reaches there, by precision. By clip, batch and
 * precision: min_ms of the network alone, its clips on the GPU; clips_per_second; clips_per_second_from_host, with
 * the way there and back; gflops on valid taps; share_of_peak; in bf16 cosine_to_fp32.
 * \param device as EngineOptions::device
 * \throw Error Settings where there is no GPU, or this build has no CUDA
 */
Json bench_network_on_gpu(const NetworkBenchOptions &options, const std::string &device);

} // namespace fovea
