// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "media/chain.h"

namespace fovea {

/** \brief The part of a gst-launch-1.0 line that decodes \a file: its source, and decodebin */
Chain decoding_chain(const std::filesystem::path &file);

} // namespace fovea
