// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>

#include "fovea/core/image.h"
#include "media/chain.h"

namespace fovea {

/**
 * \brief Decodes a file through a chain that ends in I420 frames, and hands them over one by one in
 * the calling thread
 * \param frame gets each; the view is valid during the call. What it throws ends the reading
 * \return frames read
 * \throw Error with the first error of the pipeline; Interrupted after Ctrl-C
 */
std::int64_t read_frames(const std::filesystem::path &file, const Chain &chain,
                         const std::function<void(const FrameView &)> &frame);

} // namespace fovea
