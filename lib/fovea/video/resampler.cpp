// SPDX-License-Identifier: MIT
#include "fovea/video/resampler.h"

#include <algorithm>
#include <cstring>

#include "fovea/core/vectorised.h"

namespace fovea {

namespace {

FOVEA_VECTORISED
void mix(const std::uint8_t *__restrict first, const std::uint8_t *__restrict last,
         std::size_t count, float first_weight, float last_weight, float *__restrict out)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] =
            first_weight * static_cast<float>(first[i]) + last_weight * static_cast<float>(last[i]);
}

FOVEA_VECTORISED
void mix(const std::uint8_t *__restrict first, const std::uint8_t *__restrict last,
         const std::uint16_t *__restrict middle, std::size_t count, float first_weight,
         float last_weight, float middle_weight, float *__restrict out)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = first_weight * static_cast<float>(first[i]) +
                 last_weight * static_cast<float>(last[i]) +
                 middle_weight * static_cast<float>(middle[i]);
}

FOVEA_VECTORISED
void weigh(const std::uint16_t *__restrict sum, std::size_t count, float weight,
           float *__restrict out)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = weight * static_cast<float>(sum[i]);
}

FOVEA_VECTORISED
void add_weighted(const std::uint16_t *__restrict sum, std::size_t count, float weight,
                  float *__restrict out)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] += weight * static_cast<float>(sum[i]);
}

/** R, G, B and an unused float, in one vector register */
using Pixel = float __attribute__((vector_size(16)));

inline Pixel load(const float *from)
{
    Pixel pixel;
    std::memcpy(&pixel, from, sizeof pixel);
    return pixel;
}

inline void store(Pixel pixel, float *to)
{
    std::memcpy(to, &pixel, sizeof pixel);
}

inline Pixel pixel_at(const float *row, int x)
{
    return load(row + std::ptrdiff_t{4} * x);
}

/** Pixels pixel(0), pixel(1), ... into three planes; four at a time are transposed in registers */
template <typename PixelOf>
inline void write_planes(std::size_t count, const Normalisation &normalisation,
                         const std::array<float *, 3> &out, PixelOf pixel)
{
    const auto [red_scale, green_scale, blue_scale] = normalisation.scale;
    const auto [red_shift, green_shift, blue_shift] = normalisation.shift;
    float *red = out[0];
    float *green = out[1];
    float *blue = out[2];
    std::size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const Pixel a = pixel(i);
        const Pixel b = pixel(i + 1);
        const Pixel c = pixel(i + 2);
        const Pixel d = pixel(i + 3);
        const Pixel red_green_ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
        const Pixel red_green_cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
        const Pixel blue_ab = __builtin_shufflevector(a, b, 2, 6, 2, 6);
        const Pixel blue_cd = __builtin_shufflevector(c, d, 2, 6, 2, 6);
        const Pixel reds = __builtin_shufflevector(red_green_ab, red_green_cd, 0, 1, 4, 5);
        const Pixel greens = __builtin_shufflevector(red_green_ab, red_green_cd, 2, 3, 6, 7);
        const Pixel blues = __builtin_shufflevector(blue_ab, blue_cd, 0, 1, 4, 5);
        store(reds * red_scale + red_shift, red + i);
        store(greens * green_scale + green_shift, green + i);
        store(blues * blue_scale + blue_shift, blue + i);
    }
    for (; i < count; ++i) {
        const Pixel rest = pixel(i);
        red[i] = rest[0] * red_scale + red_shift;
        green[i] = rest[1] * green_scale + green_shift;
        blue[i] = rest[2] * blue_scale + blue_shift;
    }
}

/** Two neighbours a target pixel; the one after the last is read too, with weight 0 */
FOVEA_VECTORISED
void mix_neighbours(const float *in, const AxisTable &table, const Normalisation &normalisation,
                    const std::array<float *, 3> &out)
{
    const int *first = table.first.data();
    const float *weight = table.last_weight.data();
    write_planes(table.first.size(), normalisation, out, [=](std::size_t i) {
        const Pixel left = pixel_at(in, first[i]);
        const Pixel right = pixel_at(in, first[i] + 1);
        return left + (right - left) * weight[i];
    });
}

FOVEA_VECTORISED
void mix_spans(const float *in, const AxisTable &table, const Normalisation &normalisation,
               const std::array<float *, 3> &out)
{
    const int *first = table.first.data();
    const int *last = table.last.data();
    const float *first_weight = table.first_weight.data();
    const float *last_weight = table.last_weight.data();
    const float middle_weight = table.middle_weight;
    write_planes(table.first.size(), normalisation, out, [=](std::size_t i) {
        Pixel middle = {};
        for (int x = first[i] + 1; x < last[i]; ++x)
            middle += pixel_at(in, x);
        return pixel_at(in, first[i]) * first_weight[i] + middle * middle_weight +
               pixel_at(in, last[i]) * last_weight[i];
    });
}

} // namespace

Resampler::Resampler(ImageSize size, Interpolation interpolation,
                     const Normalisation &normalisation)
    : size_(size), interpolation_(interpolation), normalisation_(normalisation)
{
    for (float &scale : normalisation_.scale)
        scale /= 255;
}

void Resampler::start(const FrameView &frame, const PixelRect &rect)
{
    rows_.start(frame, rect);
    for (SourceRow &row : cache_)
        row.index = -1;

    if (vertical_.source != rect.height)
        vertical_ = make_axis_table(rect.height, size_.height, interpolation_);
    if (horizontal_.source == rect.width)
        return;
    horizontal_ = make_axis_table(rect.width, size_.width, interpolation_);
    mixed_.assign(4 * static_cast<std::size_t>(rect.width) + 4, 0);
}

void Resampler::row(int y, const std::array<float *, 3> &out)
{
    mix_rows(y);
    if (horizontal_.has_middle)
        mix_spans(mixed_.data(), horizontal_, normalisation_, out);
    else
        mix_neighbours(mixed_.data(), horizontal_, normalisation_, out);
}

const std::uint8_t *Resampler::fill(SourceRow &row, int index)
{
    if (row.index != index) {
        row.index = index;
        row.pixels = rows_.read(index, row.buffer);
    }
    return row.pixels;
}

void Resampler::mix_rows(int y)
{
    const auto at = static_cast<std::size_t>(y);
    const int first = vertical_.first[at];
    const int last = vertical_.last[at];
    const float first_weight = vertical_.first_weight[at];
    const float last_weight = vertical_.last_weight[at];
    const float middle_weight = vertical_.middle_weight;
    const std::size_t count = mixed_.size() - 4;
    const bool has_middle = last - first > 1;
    const bool all_alike =
        has_middle && first_weight == middle_weight && last_weight == middle_weight;

    int row = all_alike ? first : first + 1;
    const int end = all_alike ? last + 1 : last;
    const auto next = [&] {
        const int begin = row;
        row = std::min(end, row + RgbRows::most_rows);
        return rows_.sum(begin, row, sum_);
    };
    if (all_alike) {
        weigh(next(), count, middle_weight, mixed_.data());
    } else {
        const std::size_t slot = cache_[1].index == first ? 1 : 0;
        const std::uint8_t *first_row = fill(cache_[slot], first);
        const std::uint8_t *last_row = last == first ? first_row : fill(cache_[1 - slot], last);
        if (has_middle)
            mix(first_row, last_row, next(), count, first_weight, last_weight, middle_weight,
                mixed_.data());
        else
            mix(first_row, last_row, count, first_weight, last_weight, mixed_.data());
    }
    while (row < end)
        add_weighted(next(), count, middle_weight, mixed_.data());
}

} // namespace fovea
