// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fovea/core/array.h"
#include "fovea/core/image.h"

namespace fovea {

namespace nn {
class Graph;
}

/**
 * \brief A network of single pictures ready to run: pictures in, the maps of its graph's outputs out
 *
 * One instance serves many threads: calls take turns.
 */
class MapNetwork
{
public:
    virtual ~MapNetwork() = default;

    /** \brief Writes the \a i-th picture where the network reads it: floats [H, W, C] */
    using Fill = std::function<void(std::int64_t i, float *pixels)>;

    /** \return by output float [N, H, W, C], in the graph's order */
    virtual std::vector<Array> maps(std::int64_t pictures, const Fill &fill) = 0;

    /** \brief What runs it: "oneDNN 2.6.3, cpu, 1 thread, fp32" */
    virtual std::string runtime() const = 0;

    /** \brief Another that runs at the same time, by the same weights; null where this one uses all cores, or the GPU */
    virtual std::unique_ptr<MapNetwork> twin() const { return nullptr; }
};

/**
 * \brief How a network of single pictures is run
 *
 * Detectors take the engine opencv, too; its threads are those of OpenCV in the whole process, which 0 leaves as they are.
 */
struct PictureEngine {
    std::string device = "auto";    ///< auto, cpu, or cuda where what runs it was built with it
    std::string engine = "auto";    ///< auto: oneDNN or, on a GPU, LibTorch; onednn, torch
    std::string precision = "fp32"; ///< fp32, bf16, or auto: bf16 where it is fast
    int threads = 0;                ///< 0: one for a small network, else all cores
};

/**
 * \brief Runs a graph of single frames as \a engine says
 * \param graph with at least one output, without time and LibTorch layers
 * \param picture size of the pictures \param channels of theirs
 * \throw Error Settings for an option that is not there, or a layer that cannot take such pictures
 */
std::unique_ptr<MapNetwork> make_map_network(nn::Graph graph, ImageSize picture,
                                             std::int64_t channels, const PictureEngine &engine);

} // namespace fovea
