// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

/** What a model's card may name, for those who read cards: LibTorch's headers are not needed */
namespace fovea::nn {

std::vector<std::string> backbone_names();

std::vector<std::string> head_names();

/** \brief True when its logits are always logarithms of shares of one: one class of all, not many */
bool head_gives_shares(const std::string &name);

/**
 * \brief Random windows of a video by whose mean a head is tested, and as many mirrored ones; 0:
 * windows side by side. Source: Torabi and Sigal 2017, section 4, for LSTMs
 */
int test_crops(const std::string &name);

std::vector<std::string> attention_names();

/** \brief Variants of a module, its default first; \throw Error Settings for an unknown name */
std::vector<std::string> attention_variants(const std::string &name);

/** \brief Whether a network with it takes clips of one size alone. \throw Error Settings for another name */
bool attention_is_tied(const std::string &name);

} // namespace fovea::nn
