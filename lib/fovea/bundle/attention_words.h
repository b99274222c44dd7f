// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/core/json_fwd.h"
#include "fovea/nn/attention_options.h"

namespace fovea {

/**
 * \brief Attention inside a network in words: none, or the name of a module and what is otherwise than
 * usual, as in "sta", "sta,variant=ta", "w3,stages=layer3+layer4,refine=false", "sta,stride=2"
 * \throw Error Settings for a name, a variant or a key that is not known (listing those known)
 */
nn::AttentionOptions attention_in_words(const std::string &words);

/** \brief What a card says of it */
Json attention_entry(const nn::AttentionOptions &attention);

} // namespace fovea
