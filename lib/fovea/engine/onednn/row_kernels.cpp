// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/row_kernels.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

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
template <int Pixels, int Vectors>
FOVEA_ROW_INLINE void multiply_tile(const RowTaps &from, const float *weights, const RowEnd &end,
                                    int x, int channel, int channels, float *out)
{
    constexpr std::ptrdiff_t width = lanes;
    Lanes sums[Pixels][Vectors]; // NOLINT: registers
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
        const Lanes bias = load<Lanes>(end.bias + channel + v * width);
#pragma GCC unroll 16
        for (int p = 0; p < Pixels; ++p)
            sums[p][v] = bias;
    }
    const float *weight = weights + channel;
    for (int row = 0; row < from.count; ++row) {
        const float *in = from.rows[row] + std::ptrdiff_t{x} * from.step;
        const std::ptrdiff_t step = from.step;
        for (int tap = 0; tap < from.taps; ++tap, weight += channels, ++in) {
            Lanes weight_of[Vectors]; // NOLINT
#pragma GCC unroll 8
            for (int v = 0; v < Vectors; ++v)
                weight_of[v] = load<Lanes>(weight + v * width);
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
template <int Pixels, int Vectors>
FOVEA_ROW_INLINE void multiply_channels(const RowTaps &from, const float *weights,
                                        const RowEnd &end, int pixels, int channel, int channels,
                                        float *out)
{
    for (int x = 0; x < pixels; x += Pixels)
        multiply_tile<Pixels, Vectors>(from, weights, end, std::min(x, pixels - Pixels), channel,
                                       channels, out);
}

/** Numbers of a tap and of the next, by channel one beside the other */
FOVEA_ROW_INLINE Lanes beside(HalfLanes one, HalfLanes next)
{
    return __builtin_shufflevector(one, next, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** The sum of both taps */
FOVEA_ROW_INLINE HalfLanes joined(const Lanes (&sums)[1]) // NOLINT
{
    const Lanes &a = sums[0];
    return __builtin_shufflevector(a, a, 0, 2, 4, 6, 8, 10, 12, 14) +
           __builtin_shufflevector(a, a, 1, 3, 5, 7, 9, 11, 13, 15);
}

FOVEA_ROW_INLINE Lanes joined(const Lanes (&sums)[2]) // NOLINT
{
    const auto &[a, b] = sums;
    return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28,
                                   30) +
           __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

/** What one row of taps adds: eight channels and two taps fill a vector, so an input is loaded together
 * with the one beside it */
template <int Pixels, int Groups>
FOVEA_ROW_INLINE void add_pairs_of_taps(const float *in, int taps, std::ptrdiff_t step,
                                        const float *weight, std::ptrdiff_t channels,
                                        Lanes (&sums)[Pixels][Groups]) // NOLINT
{
    using Pairs = std::int64_t __attribute__((vector_size(sizeof(Lanes))));
    constexpr std::ptrdiff_t half = lanes / 2;
    for (; taps > 1; taps -= 2, weight += 2 * channels, in += 2) {
        Lanes weight_of[Groups]; // NOLINT
#pragma GCC unroll 2
        for (int g = 0; g < Groups; ++g)
            weight_of[g] = beside(load<HalfLanes>(weight + g * half),
                                  load<HalfLanes>(weight + channels + g * half));
#pragma GCC unroll 16
        for (int p = 0; p < Pixels; ++p) {
            std::int64_t pair = 0;
            std::memcpy(&pair, in + p * step, sizeof pair);
            const auto values = reinterpret_cast<Lanes>(Pairs{} + pair);
#pragma GCC unroll 2
            for (int g = 0; g < Groups; ++g)
                sums[p][g] += weight_of[g] * values;
        }
    }
#pragma GCC unroll 2
    for (int g = 0; taps > 0 && g < Groups; ++g) {
        const Lanes last = beside(load<HalfLanes>(weight + g * half), HalfLanes{});
#pragma GCC unroll 16
        for (int p = 0; p < Pixels; ++p)
            sums[p][g] += last * in[p * step];
    }
}

/**
 * As multiply_tile(), where channels are few and loading inputs takes the time
 * \param end by value: else it is read again after each number that is written
 */
template <typename V, int Pixels>
FOVEA_ROW_INLINE void multiply_pairs(const RowTaps &from, const float *weights, const RowEnd end,
                                     int x, int channel, int channels, float *out)
{
    constexpr int groups = std::is_same_v<V, HalfLanes> ? 1 : 2;
    const V bias = load<V>(end.bias + channel);
    const std::ptrdiff_t step = from.step;
    Lanes sums[Pixels][groups] = {}; // NOLINT: registers
    for (int row = 0; row < from.count; ++row)
        add_pairs_of_taps(from.rows[row] + x * step, from.taps, step,
                          weights + std::ptrdiff_t{row} * from.taps * channels + channel, channels,
                          sums);
#pragma GCC unroll 16
    for (int p = 0; p < Pixels; ++p)
        end_and_store(bias + joined(sums[p]), end, std::ptrdiff_t{x + p} * channels + channel, out);
}

template <typename V>
FOVEA_ROW_INLINE void multiply_few(const RowTaps &from, const float *weights, const RowEnd &end,
                                   int pixels, int channel, int channels, float *out)
{
    constexpr int tile = 8;
    for (int x = 0; x < pixels; x += tile)
        multiply_pairs<V, tile>(from, weights, end, std::min(x, pixels - tile), channel, channels,
                                out);
}

FOVEA_ROW_KERNEL void multiply_8(const RowTaps &from, const float *weights, const RowEnd &end,
                                 int pixels, float *out)
{
    multiply_few<HalfLanes>(from, weights, end, pixels, 0, lanes / 2, out);
}

FOVEA_ROW_KERNEL void multiply_16(const RowTaps &from, const float *weights, const RowEnd &end,
                                  int pixels, int channel, int channels, float *out)
{
    multiply_few<Lanes>(from, weights, end, pixels, channel, channels, out);
}

FOVEA_ROW_KERNEL void multiply_32(const RowTaps &from, const float *weights, const RowEnd &end,
                                  int pixels, int channel, int channels, float *out)
{
    multiply_channels<12, 2>(from, weights, end, pixels, channel, channels, out);
}

FOVEA_ROW_KERNEL void multiply_48(const RowTaps &from, const float *weights, const RowEnd &end,
                                  int pixels, int channel, int channels, float *out)
{
    multiply_channels<8, 3>(from, weights, end, pixels, channel, channels, out);
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
