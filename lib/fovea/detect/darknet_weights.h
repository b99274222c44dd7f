// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace fovea {

/**
 * \brief The numbers of a darknet weights file, behind its header, in the order of the layers
 *
 * A convolution has its biases [out]; where it is normalised scales, means and variances [out] each;
 * then its weights [out, in / groups, height, width]
 * \param parameters how many the network has, see DarknetNetwork
 * \param network the cfg, for errors
 * \throw Error NotFound, or Init when they are more or fewer, or one of them is no finite number
 */
std::vector<float> read_darknet_weights(const std::filesystem::path &file, std::int64_t parameters,
                                        const std::filesystem::path &network);

} // namespace fovea
