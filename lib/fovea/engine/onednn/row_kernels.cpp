// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/row_kernels.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace fovea {

namespace {

#if defined(__x86_64__) && defined(__GNUC__)
#define FOVEA_ROW_KERNEL __attribute__((target("arch=x86-64-v4")))
#else
#define FOVEA_ROW_KERNEL
#endif
#define FOVEA_ROW_INLINE FOVEA_ROW_KERNEL inline __attribute__((always_inline))

constexpr int lanes = 16;

using Lanes = float __attribute__((vector_size(lanes * sizeof(float))));
using HalfLanes = float __attribute__((vector_size(lanes / 2 * sizeof(float))));

template <typename V>
FOVEA_ROW_INLINE V load(const float *from)
{
    V v;
    std::memcpy(&v, from, sizeof v);
    return v;
}

template <typename V>
FOVEA_ROW_INLINE void end_and_store(V v, const RowEnd &end, std::ptrdiff_t at, float *out)
{
    if (end.addend != nullptr)
        v += load<V>(end.addend + at);
    const V low = v * end.activation.slope;
    v = v > low ? v : low;
    const V limit = V{} + end.activation.limit;
    v = v < limit ? v : limit;
    std::memcpy(out + at, &v, sizeof v);
}

/** Pixels \a x to x + Pixels, channels from \a channel on: all sums are in registers */
template <typename V, int Pixels, int Vectors>
FOVEA_ROW_INLINE void multiply_tile(const RowTaps &from, const float *weights, const RowEnd &end,
                                    int x, int channel, int channels, float *out)
{
    constexpr std::ptrdiff_t width = sizeof(V) / sizeof(float);
    V sums[Pixels][Vectors]; // NOLINT: registers
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
        const V bias = load<V>(end.bias + channel + v * width);
#pragma GCC unroll 16
        for (int p = 0; p < Pixels; ++p)
            sums[p][v] = bias;
    }
    const float *weight = weights + channel;
    for (int row = 0; row < from.count; ++row) {
        const float *in = from.rows[row] + std::ptrdiff_t{x} * from.step;
        const std::ptrdiff_t step = from.step;
        for (int tap = 0; tap < from.taps; ++tap, weight += channels, ++in) {
            V weight_of[Vectors]; // NOLINT
#pragma GCC unroll 8
            for (int v = 0; v < Vectors; ++v)
                weight_of[v] = load<V>(weight + v * width);
#pragma GCC unroll 16
            for (int p = 0; p < Pixels; ++p) {
                const float value = in[p * step];
#pragma GCC unroll 8
                for (int v = 0; v < Vectors; ++v)
                    sums[p][v] += weight_of[v] * value;
            }
        }
    }
#pragma GCC unroll 16
    for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v)
            end_and_store(sums[p][v], end, std::ptrdiff_t{x + p} * channels + channel + v * width,
                          out);
}

/** The last tile goes back over pixels that are done rather than past the end */
template <typename V, int Pixels, int Vectors>
FOVEA_ROW_INLINE void multiply_channels(const RowTaps &from, const float *weights,
                                        const RowEnd &end, int pixels, int channel, int channels,
                                        float *out)
{
    for (int x = 0; x < pixels; x += Pixels)
        multiply_tile<V, Pixels, Vectors>(from, weights, end, std::min(x, pixels - Pixels), channel,
                                          channels, out);
}

FOVEA_ROW_KERNEL void multiply_8(const RowTaps &from, const float *weights, const RowEnd &end,
                                 int pixels, float *out)
{
    multiply_channels<HalfLanes, 16, 1>(from, weights, end, pixels, 0, lanes / 2, out);
}

FOVEA_ROW_KERNEL void multiply_16(const RowTaps &from, const float *weights, const RowEnd &end,
                                  int pixels, int channel, int channels, float *out)
{
    multiply_channels<Lanes, 16, 1>(from, weights, end, pixels, channel, channels, out);
}

FOVEA_ROW_KERNEL void multiply_32(const RowTaps &from, const float *weights, const RowEnd &end,
                                  int pixels, int channel, int channels, float *out)
{
    multiply_channels<Lanes, 12, 2>(from, weights, end, pixels, channel, channels, out);
}

FOVEA_ROW_KERNEL void multiply_48(const RowTaps &from, const float *weights, const RowEnd &end,
                                  int pixels, int channel, int channels, float *out)
{
    multiply_channels<Lanes, 8, 3>(from, weights, end, pixels, channel, channels, out);
}

/** Sixteen channels, the weights of which are kept in registers */
FOVEA_ROW_KERNEL void filter_16(const RowTaps &from, const float *weights, const RowEnd &end,
                                int pixels, int channel, int channels, float *out)
{
    Lanes weight_of[9]; // NOLINT
#pragma GCC unroll 9
    for (int k = 0; k < 9; ++k)
        weight_of[k] = load<Lanes>(weights + std::ptrdiff_t{k} * channels + channel);
    const Lanes bias = load<Lanes>(end.bias + channel);
    const float *above = from.rows[0] + channel;
    const float *here = from.rows[1] + channel;
    const float *below = from.rows[2] + channel;
    for (int x = 0; x < pixels; ++x) {
        Lanes sum = bias;
        Lanes other = {};
        Lanes third = {};
#pragma GCC unroll 3
        for (int k = 0; k < 3; ++k) {
            sum += weight_of[k] * load<Lanes>(above + std::ptrdiff_t{k} * channels);
            other += weight_of[3 + k] * load<Lanes>(here + std::ptrdiff_t{k} * channels);
            third += weight_of[6 + k] * load<Lanes>(below + std::ptrdiff_t{k} * channels);
        }
        end_and_store(sum + (other + third), end, std::ptrdiff_t{x} * channels + channel, out);
        above += from.step;
        here += from.step;
        below += from.step;
    }
}

} // namespace

bool has_row_kernels()
{
#if defined(__x86_64__) && defined(__GNUC__)
    static const bool has =
        __builtin_cpu_supports("avx512f") && // all of x86-64-v4
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd");
    return has;
#else
    return false;
#endif
}

bool fits_multiply_row(int channels)
{
    return channels == lanes / 2 || channels % lanes == 0;
}

bool fits_filter_row(int channels)
{
    return channels % lanes == 0;
}

void multiply_row(const RowTaps &from, const float *weights, const RowEnd &end, int pixels,
                  int channels, float *out)
{
    if (channels == lanes / 2) {
        multiply_8(from, weights, end, pixels, out);
        return;
    }
    int channel = 0;
    for (; channels - channel >= 3 * lanes && channels - channel != 4 * lanes; channel += 3 * lanes)
        multiply_48(from, weights, end, pixels, channel, channels, out);
    for (; channels - channel >= 2 * lanes; channel += 2 * lanes)
        multiply_32(from, weights, end, pixels, channel, channels, out);
    if (channel < channels)
        multiply_16(from, weights, end, pixels, channel, channels, out);
}

void filter_row(const RowTaps &from, const float *weights, const RowEnd &end, int pixels,
                int channels, float *out)
{
    for (int channel = 0; channel < channels; channel += lanes)
        filter_16(from, weights, end, pixels, channel, channels, out);
}

} // namespace fovea
