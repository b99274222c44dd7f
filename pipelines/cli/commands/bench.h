// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "fovea/bundle/default_model.h"
#include "fovea/video/feature_mode.h"

namespace fovea {

/** \brief What `fovea bench` measures, and how long it takes over it */
struct BenchOptions {
    std::string what;                  ///< i3d, network, stream, pipeline, detect, train
    int rounds = 5;                    ///< timed runs of each work, in turns
    int size = 224;                    ///< pixels of i3d, network and stream
    int threads = 0;                   ///< 0: all cores
    bool torch = true;                 ///< i3d, network: LibTorch is compared with
    std::string device = "cpu";        ///< i3d, network, train: or a GPU
    std::string architecture = "i3d";  ///< network
    std::filesystem::path video;       ///< pipeline
    std::string model = default_model; ///< pipeline
    std::string detector = "hog";
    FeatureMode mode = FeatureMode::OneAtATime; ///< pipeline: or OneShot
    std::string precision = "auto";             ///< pipeline, detect
    int timesteps = 64;                         ///< pipeline
};

/**
 * \brief Prints what was measured as JSON on stdout, the machine with it
 * \throw Error as the parts that are measured
 */
int bench(const BenchOptions &options);

} // namespace fovea
