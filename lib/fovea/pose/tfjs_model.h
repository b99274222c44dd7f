// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace fovea {

/** \brief A step of a TensorFlow.js graph model, of those that networks of pictures are made of */
struct TfjsNode {
    std::string name;
    std::string op;                  ///< TensorFlow's name of it
    std::vector<std::string> inputs; ///< names of nodes; constants among them
    std::int64_t stride = 1;         ///< of a convolution, in both directions
    bool same = false;               ///< its padding: SAME, else VALID
    std::vector<std::string> fused;  ///< what follows it: BiasAdd, Relu, Relu6
    bool half_pixel_centers = false; ///< of a ResizeBilinear
    bool align_corners = false;      ///< likewise
};

/** \brief A constant of floats */
struct TfjsTensor {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

/** \brief A graph model as tensorflowjs_converter writes it: nodes in order, weights by name */
struct TfjsModel {
    std::vector<TfjsNode> nodes;
    std::map<std::string, TfjsTensor> weights; ///< those that are floats
};

/**
 * \brief Reads a graph model: its JSON, and beside it the shards of weights that it names
 *
 * Weights are float32, or float16 in place of it; those of whole numbers are passed over.
 * \throw Error NotFound for a missing file, Settings or Init, naming the file, for what has another form
 * Source: tfjs-core/src/io/io_utils.ts of TensorFlow.js
 */
TfjsModel read_tfjs_model(const std::filesystem::path &json);

} // namespace fovea
