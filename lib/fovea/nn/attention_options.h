// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::nn {

/** \brief Which attention a backbone has inside, and where: a card's `attention` */
struct AttentionOptions {
    std::string name;                ///< one of attention_names(); empty: none
    std::vector<std::string> stages; ///< of the backbone; empty: the module's own choice
    std::string variant;             ///< of the module; empty: its default
    std::int64_t stride = 1;         ///< sta: of its transposed convolution
    bool refine = true;              ///< w3: its masks also refine the last map (AFR)
};

} // namespace fovea::nn
