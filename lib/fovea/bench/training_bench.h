// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/core/json.h"

namespace fovea {

/**
 * \brief What training costs here: the compact network a step, and a head on features from disk
 *
 * Both through the trainer itself, on made-up numbers. The features, 11 regions x 64 timesteps x
 * 1024 each, are read anew in every epoch; how far memory grows over them is told too.
 * \param rounds timed runs of each, of which the fastest counts
 * \param threads of LibTorch; 0: all cores
 * \param device as EngineOptions::device; on a GPU the compact network's step in bf16 too
 */
Json bench_train(int rounds, int threads, const std::string &device = "cpu");

} // namespace fovea
