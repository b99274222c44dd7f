// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/frame_kernels.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "fovea/core/vectorised.h"
#include "fovea/engine/onednn/bfloat16.h"
#include "fovea/flow/frame_flow.h"

namespace fovea {

namespace {

/** Below this a second thread costs more than it gives */
constexpr std::int64_t parallel_bytes = std::int64_t(1) << 18;

/** Numbers worked on at once in float: they stay in the first cache */
constexpr std::int64_t piece = 1536;

void copy_bytes(std::byte *to, const std::byte *from, std::int64_t bytes)
{
    const std::int64_t pieces = (bytes + parallel_bytes - 1) / parallel_bytes;
#pragma omp parallel for if (pieces > 1) schedule(static)
    for (std::int64_t i = 0; i < pieces; ++i) {
        const std::int64_t begin = i * parallel_bytes;
        std::memcpy(to + begin, from + begin,
                    static_cast<std::size_t>(std::min(parallel_bytes, bytes - begin)));
    }
}

FOVEA_VECTORISED
void interleave_rgb(float *to, const float *red, const float *green, const float *blue,
                    std::int64_t pixels)
{
    for (std::int64_t i = 0; i < pixels; ++i) {
        to[3 * i] = red[i];
        to[3 * i + 1] = green[i];
        to[3 * i + 2] = blue[i];
    }
}

FOVEA_VECTORISED
void encode_as(std::uint16_t *to, const float *from, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i)
        to[i] = to_bfloat16(from[i]);
}

FOVEA_VECTORISED
void encode_as(std::int8_t *to, const float *from, std::int64_t count, float per_unit)
{
    for (std::int64_t i = 0; i < count; ++i) {
        const float steps = std::min(std::max(from[i] * per_unit, -int8_steps), int8_steps);
        to[i] = static_cast<std::int8_t>(steps + (steps < 0 ? -0.5F : 0.5F));
    }
}

FOVEA_VECTORISED
void encode_as(std::uint8_t *to, const float *from, std::int64_t count, float per_unit)
{
    for (std::int64_t i = 0; i < count; ++i) {
        const float steps = std::min(std::max(from[i] * per_unit, 0.0F), uint8_steps);
        to[i] = static_cast<std::uint8_t>(static_cast<int>(steps + 0.5F));
    }
}

FOVEA_VECTORISED
void decode_from(float *to, const std::uint16_t *from, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i)
        to[i] = from_bfloat16(from[i]);
}

FOVEA_VECTORISED
void decode_from(float *to, const std::int8_t *from, std::int64_t count, float scale)
{
    for (std::int64_t i = 0; i < count; ++i)
        to[i] = scale * static_cast<float>(from[i]);
}

FOVEA_VECTORISED
void decode_from(float *to, const std::uint8_t *from, std::int64_t count, float scale)
{
    for (std::int64_t i = 0; i < count; ++i)
        to[i] = scale * static_cast<float>(from[i]);
}

FOVEA_VECTORISED
void difference_of(float *to, const float *from, std::int64_t step, std::int64_t count, float gain)
{
    for (std::int64_t i = 0; i < count; ++i)
        to[i] = gain * (from[i + step] - from[i]);
}

FOVEA_VECTORISED
void add_to(float *sum, const float *from, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i)
        sum[i] += from[i];
}

FOVEA_VECTORISED
void add_to(float *sum, const std::uint16_t *from, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i)
        sum[i] += from_bfloat16(from[i]);
}

FOVEA_VECTORISED
void add_to(float *sum, const std::int8_t *from, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i)
        sum[i] += static_cast<float>(from[i]);
}

FOVEA_VECTORISED
void add_to(float *sum, const std::uint8_t *from, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i)
        sum[i] += static_cast<float>(from[i]);
}

FOVEA_VECTORISED
void bend(float *values, std::int64_t count, float slope, float limit)
{
    for (std::int64_t i = 0; i < count; ++i)
        values[i] = std::min(std::max(values[i], 0.0F) + slope * std::min(values[i], 0.0F), limit);
}

FOVEA_VECTORISED
void scale_by(float *values, std::int64_t count, float factor)
{
    for (std::int64_t i = 0; i < count; ++i)
        values[i] *= factor;
}

template <typename Value>
void mean_of(float *to, const Value *from, std::int64_t pixels, std::int64_t channels, float scale)
{
    std::fill(to, to + channels, 0.0F);
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel)
        add_to(to, from + pixel * channels, channels);
    scale_by(to, channels, scale / static_cast<float>(pixels));
}

void interleave_floats(float *to, const float *from, std::int64_t channels,
                       std::int64_t plane_stride, std::int64_t pixels)
{
    if (channels == 3) {
        interleave_rgb(to, from, from + plane_stride, from + 2 * plane_stride, pixels);
        return;
    }
    for (std::int64_t i = 0; i < pixels; ++i) {
        for (std::int64_t c = 0; c < channels; ++c)
            to[i * channels + c] = from[c * plane_stride + i];
    }
}

} // namespace

void Splice::run(std::byte *to, const std::byte *held_at, const std::byte *fresh_at) const
{
    const auto from_held =
        static_cast<std::size_t>(std::clamp<std::int64_t>(held - begin, 0, frames)) * frame_bytes;
    const auto all = static_cast<std::size_t>(frames) * frame_bytes;
    const auto skipped = static_cast<std::size_t>(std::max<std::int64_t>(begin - held, 0));
    for (std::int64_t i = 0; i < streams; ++i) {
        const auto n = static_cast<std::size_t>(i);
        if (from_held > 0)
            copy_bytes(to + n * all,
                       held_at +
                           (n * static_cast<std::size_t>(held) + static_cast<std::size_t>(begin)) *
                               frame_bytes,
                       static_cast<std::int64_t>(from_held));
        if (all > from_held)
            copy_bytes(to + n * all + from_held,
                       fresh_at + (n * static_cast<std::size_t>(fresh) + skipped) * frame_bytes,
                       static_cast<std::int64_t>(all - from_held));
    }
}

void copy_channels(std::byte *to, std::size_t to_pixel_bytes, const std::byte *from,
                   std::size_t from_pixel_bytes, std::size_t bytes, std::int64_t pixels)
{
#pragma omp parallel for if (pixels * static_cast <std::int64_t>(bytes) > parallel_bytes)          \
    schedule(static)
    for (std::int64_t i = 0; i < pixels; ++i) {
        const auto pixel = static_cast<std::size_t>(i);
        std::memcpy(to + pixel * to_pixel_bytes, from + pixel * from_pixel_bytes, bytes);
    }
}

void encode(std::byte *to, const ValueFormat &format, const float *from, std::int64_t count)
{
    switch (format.element) {
    case Element::Float32:
        std::copy_n(from, count, reinterpret_cast<float *>(to));
        break;
    case Element::BFloat16:
        encode_as(reinterpret_cast<std::uint16_t *>(to), from, count);
        break;
    case Element::Int8:
        encode_as(reinterpret_cast<std::int8_t *>(to), from, count, 1 / format.scale);
        break;
    case Element::UInt8:
        encode_as(reinterpret_cast<std::uint8_t *>(to), from, count, 1 / format.scale);
        break;
    }
}

void decode(float *to, const std::byte *from, const ValueFormat &format, std::int64_t count)
{
    switch (format.element) {
    case Element::Float32:
        std::copy_n(reinterpret_cast<const float *>(from), count, to);
        break;
    case Element::BFloat16:
        decode_from(to, reinterpret_cast<const std::uint16_t *>(from), count);
        break;
    case Element::Int8:
        decode_from(to, reinterpret_cast<const std::int8_t *>(from), count, format.scale);
        break;
    case Element::UInt8:
        decode_from(to, reinterpret_cast<const std::uint8_t *>(from), count, format.scale);
        break;
    }
}

void interleave(std::byte *to, const ValueFormat &format, const float *from, std::int64_t channels,
                std::int64_t plane_stride, std::int64_t pixels)
{
    if (format.element == Element::Float32) {
        interleave_floats(reinterpret_cast<float *>(to), from, channels, plane_stride, pixels);
        return;
    }
    std::array<float, piece> floats; // no need to clear it
    const std::int64_t step = std::max<std::int64_t>(1, piece / channels);
    for (std::int64_t i = 0; i < pixels; i += step) {
        const std::int64_t count = std::min(step, pixels - i);
        interleave_floats(floats.data(), from + i, channels, plane_stride, count);
        encode(to + static_cast<std::size_t>(i * channels) * size_of(format.element), format,
               floats.data(), count * channels);
    }
}

void difference(std::byte *to, const ValueFormat &format, const float *from, std::int64_t frames,
                std::int64_t values, float gain)
{
    const std::int64_t all = frames * values;
#pragma omp parallel for if (all * 4 > parallel_bytes) schedule(static)
    for (std::int64_t i = 0; i < all; i += piece) {
        std::array<float, piece> floats;
        const std::int64_t count = std::min(piece, all - i);
        difference_of(floats.data(), from + i, values, count, gain);
        encode(to + static_cast<std::size_t>(i) * size_of(format.element), format, floats.data(),
               count);
    }
}

void flow(std::byte *to, const ValueFormat &format, const std::byte *from,
          const ValueFormat &from_format, std::int64_t steps, const MapShape &shape)
{
    const ImageSize size = {static_cast<int>(shape.width), static_cast<int>(shape.height)};
    const auto *frames = reinterpret_cast<const float *>(from);
    std::vector<float> decoded;
    if (from_format.element != Element::Float32) {
        decoded.resize(static_cast<std::size_t>((steps + 1) * shape.pixels() * shape.channels));
        decode(decoded.data(), from, from_format, static_cast<std::int64_t>(decoded.size()));
        frames = decoded.data();
    }
    std::vector<float> moved(static_cast<std::size_t>(flow_channels * steps * shape.pixels()));
    find_frame_flow(frames, steps, size, shape.channels, moved.data());
    encode(to, format, moved.data(), static_cast<std::int64_t>(moved.size()));
}

void add(std::byte *to, const ValueFormat &format, const Addend &a, const Addend &b,
         std::int64_t count, const nn::Activation &activation)
{
    const auto at = [](std::int64_t i, const ValueFormat &f) {
        return static_cast<std::size_t>(i) * size_of(f.element);
    };
#pragma omp parallel for if (count * 4 > parallel_bytes) schedule(static)
    for (std::int64_t i = 0; i < count; i += piece) {
        std::array<float, piece> sum;
        std::array<float, piece> other;
        const std::int64_t some = std::min(piece, count - i);
        decode(sum.data(), a.at + at(i, a.format), a.format, some);
        decode(other.data(), b.at + at(i, b.format), b.format, some);
        add_to(sum.data(), other.data(), some);
        if (activation.bends())
            bend(sum.data(), some, activation.slope, activation.limit);
        encode(to + at(i, format), format, sum.data(), some);
    }
}

void pixel_mean(float *to, const std::byte *from, const ValueFormat &format, std::int64_t frames,
                std::int64_t pixels, std::int64_t channels)
{
    const std::int64_t values = pixels * channels;
#pragma omp parallel for if (frames * values * 2 > parallel_bytes) schedule(static)
    for (std::int64_t t = 0; t < frames; ++t) {
        const auto mean = [&](const auto *all) {
            mean_of(to + t * channels, all + t * values, pixels, channels, format.scale);
        };
        switch (format.element) {
        case Element::Float32:
            mean(reinterpret_cast<const float *>(from));
            break;
        case Element::BFloat16:
            mean(reinterpret_cast<const std::uint16_t *>(from));
            break;
        case Element::Int8:
            mean(reinterpret_cast<const std::int8_t *>(from));
            break;
        case Element::UInt8:
            mean(reinterpret_cast<const std::uint8_t *>(from));
            break;
        }
    }
}

} // namespace fovea
