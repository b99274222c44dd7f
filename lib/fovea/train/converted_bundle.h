// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/bundle/bundle.h"

namespace fovea {

constexpr const char *convert_word = "models convert"; ///< of the command

struct ConvertedBundle {
    Bundle bundle;
    std::vector<std::string> anew; ///< tensors that the picture network does not have
};

/**
 * \brief A bundle of \a model's network with weights of a network of pictures: where training begins
 *
 * It has no head. What the picture network lacks (attention, what mixes frames) begins as in any new
 * network, of seed 0.
 * \param pictures file as torchvision publishes it \param out folder of the bundle
 * \throw Error as read_weights, take_pictures, replaces_own and write_bundle
 */
ConvertedBundle convert_pictures(const std::filesystem::path &pictures, const std::string &model,
                                 const std::filesystem::path &out);

} // namespace fovea
