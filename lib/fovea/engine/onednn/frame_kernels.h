// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "fovea/engine/onednn/graph_shapes.h"
#include "fovea/engine/onednn/value_format.h"
#include "fovea/nn/activation.h"

namespace fovea {

// What a plan does between convolutions and pools, on maps with channels last

/**
 * \brief Frames \a begin to \a begin + \a frames of `held` and `fresh`, one behind the other, of N
 * streams, each [N, frames of its own, \a frame_bytes]
 */
struct Splice {
    std::int64_t held = 0;
    std::int64_t fresh = 0;
    std::int64_t begin = 0;
    std::int64_t frames = 0;
    std::int64_t streams = 1;
    std::size_t frame_bytes = 0;

    void run(std::byte *to, const std::byte *held_at, const std::byte *fresh_at) const;
};

/** \brief Some channels of each pixel: \a bytes of it, from pixels of one width to those of another */
void copy_channels(std::byte *to, std::size_t to_pixel_bytes, const std::byte *from,
                   std::size_t from_pixel_bytes, std::size_t bytes, std::int64_t pixels);

/** \brief Floats to another format: rounded to the nearest, integers kept in their range */
void encode(std::byte *to, const ValueFormat &format, const float *from, std::int64_t count);

void decode(float *to, const std::byte *from, const ValueFormat &format, std::int64_t count);

/**
 * \brief One frame of planes, float, to pixels with channels last
 * \param plane_stride floats from one channel's plane to the next
 */
void interleave(std::byte *to, const ValueFormat &format, const float *from, std::int64_t channels,
                std::int64_t plane_stride, std::int64_t pixels);

/** \brief gain (x[t + 1] - x[t]) of \a frames + 1 frames of \a values numbers */
void difference(std::byte *to, const ValueFormat &format, const float *from, std::int64_t frames,
                std::int64_t values, float gain);

/** \brief find_frame_flow() between \a steps + 1 frames of \a shape */
void flow(std::byte *to, const ValueFormat &format, const std::byte *from,
          const ValueFormat &from_format, std::int64_t steps, const MapShape &shape);

/** \brief One of two maps of the same size */
struct Addend {
    const std::byte *at = nullptr;
    ValueFormat format;
};

/** \brief a + b, bent by \a activation, of \a count numbers */
void add(std::byte *to, const ValueFormat &format, const Addend &a, const Addend &b,
         std::int64_t count, const nn::Activation &activation);

/** \brief Mean over the pixels of each frame */
void pixel_mean(float *to, const std::byte *from, const ValueFormat &format, std::int64_t frames,
                std::int64_t pixels, std::int64_t channels);

} // namespace fovea
