// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <gst/video/video.h>

namespace fovea {

/**
 * \brief A number that frames with the same picture share, from 32 of its rows; 0: not known, the
 * frame is in a GPU's memory or is smaller than its caps say
 */
std::uint64_t picture_hash(GstBuffer *buffer, const GstVideoInfo &info);

} // namespace fovea
