// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/bundle/bundle.h"

namespace fovea {

/** \brief What to do about files of a model that are not there, in words that end an error */
std::string how_to_get(const Bundle &bundle, const std::vector<CardFile> &missing);

} // namespace fovea
