#include "fovea/engine/frame_kernels.h"

#include <algorithm>
#include <cstring>

#include "fovea/video/vectorised.h"

namespace fovea {

namespace {

/** Below this a second thread costs more than it gives */
constexpr std::int64_t parallel_bytes = std::int64_t(1) << 18;

/** Round to nearest, ties to even; no NaN comes this way that would need care */
inline std::uint16_t to_bfloat16(float value)
{
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

inline float from_bfloat16(std::uint16_t value)
{
    const std::uint32_t bits = static_cast<std::uint32_t>(value) << 16;
    float out = 0;
    std::memcpy(&out, &bits, sizeof out);
    return out;
}

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
void interleave_rgb(std::uint16_t *to, const float *red, const float *green, const float *blue,
                    std::int64_t pixels)
{
    for (std::int64_t i = 0; i < pixels; ++i) {
        to[3 * i] = to_bfloat16(red[i]);
        to[3 * i + 1] = to_bfloat16(green[i]);
        to[3 * i + 2] = to_bfloat16(blue[i]);
    }
}

FOVEA_VECTORISED
void difference_of(float *to, const float *from, std::int64_t step, std::int64_t count, float gain)
{
    for (std::int64_t i = 0; i < count; ++i)
        to[i] = gain * (from[i + step] - from[i]);
}

FOVEA_VECTORISED
void difference_of(std::uint16_t *to, const float *from, std::int64_t step, std::int64_t count,
                   float gain)
{
    for (std::int64_t i = 0; i < count; ++i)
        to[i] = to_bfloat16(gain * (from[i + step] - from[i]));
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

template <typename Value>
void mean_of(float *to, const Value *from, std::int64_t pixels, std::int64_t channels)
{
    std::fill(to, to + channels, 0.0F);
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel)
        add_to(to, from + pixel * channels, channels);
    for (std::int64_t c = 0; c < channels; ++c)
        to[c] /= static_cast<float>(pixels);
}

template <typename Value>
Value narrowed(float value)
{
    if constexpr (sizeof(Value) == sizeof(float))
        return value;
    else
        return to_bfloat16(value);
}

template <typename Value>
void interleave_any(Value *to, const float *from, std::int64_t channels, std::int64_t plane_stride,
                    std::int64_t pixels)
{
    if (channels == 3) {
        interleave_rgb(to, from, from + plane_stride, from + 2 * plane_stride, pixels);
        return;
    }
    for (std::int64_t i = 0; i < pixels; ++i) {
        for (std::int64_t c = 0; c < channels; ++c)
            to[i * channels + c] = narrowed<Value>(from[c * plane_stride + i]);
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
                   std::size_t bytes, std::int64_t pixels)
{
#pragma omp parallel for if (pixels * static_cast <std::int64_t>(bytes) > parallel_bytes)          \
    schedule(static)
    for (std::int64_t i = 0; i < pixels; ++i) {
        const auto pixel = static_cast<std::size_t>(i);
        std::memcpy(to + pixel * to_pixel_bytes, from + pixel * bytes, bytes);
    }
}

void interleave(std::byte *to, Element element, const float *from, std::int64_t channels,
                std::int64_t plane_stride, std::int64_t pixels)
{
    if (element == Element::Float32)
        interleave_any(reinterpret_cast<float *>(to), from, channels, plane_stride, pixels);
    else
        interleave_any(reinterpret_cast<std::uint16_t *>(to), from, channels, plane_stride, pixels);
}

void difference(std::byte *to, Element element, const float *from, std::int64_t frames,
                std::int64_t values, float gain)
{
#pragma omp parallel for if (frames * values * 4 > parallel_bytes) schedule(static)
    for (std::int64_t t = 0; t < frames; ++t) {
        if (element == Element::Float32)
            difference_of(reinterpret_cast<float *>(to) + t * values, from + t * values, values,
                          values, gain);
        else
            difference_of(reinterpret_cast<std::uint16_t *>(to) + t * values, from + t * values,
                          values, values, gain);
    }
}

void pixel_mean(float *to, const std::byte *from, Element element, std::int64_t frames,
                std::int64_t pixels, std::int64_t channels)
{
    const std::int64_t values = pixels * channels;
#pragma omp parallel for if (frames * values * 2 > parallel_bytes) schedule(static)
    for (std::int64_t t = 0; t < frames; ++t) {
        if (element == Element::Float32)
            mean_of(to + t * channels, reinterpret_cast<const float *>(from) + t * values, pixels,
                    channels);
        else
            mean_of(to + t * channels, reinterpret_cast<const std::uint16_t *>(from) + t * values,
                    pixels, channels);
    }
}

} // namespace fovea
