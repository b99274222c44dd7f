// SPDX-License-Identifier: MIT
#include "fovea/video/rgb_rows.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "fovea/core/vectorised.h"

namespace fovea {

namespace {

// R = gain (Y - offset) + red_v V' and so on. Luma and chroma terms are kept in 1/32 of a level:
// the finest that holds their sum in 16 bits, and so in the most vector lanes. A weight is kept in
// 1/256 of that, so that weight * (byte * 256) / 65536 is one multiplication of 16-bit lanes.
constexpr int one = 1 << RgbRows::fraction_bits;

/** Numbers of 16 bits in the widest: rows are read on to whole ones, as far as the frame goes */
constexpr std::ptrdiff_t a_vector = 32;

constexpr std::ptrdiff_t cache_line = 64;
constexpr int rows_ahead = 4; ///< as fast as 6 and 8, faster than 2 (measured)
using TwoSums = std::uint32_t __attribute__((may_alias)); ///< of a buffer of 16 bits each

inline std::int16_t high_part(std::int16_t a, std::int16_t b)
{
    return static_cast<std::int16_t>((a * b) >> 16);
}

inline std::uint16_t level(std::int16_t luma, std::int16_t chroma)
{
    const auto sum = static_cast<std::int16_t>(luma + chroma);
    return static_cast<std::uint16_t>(std::clamp(sum >> RgbRows::fraction_bits, 0, 255));
}

/** Two neighbours in a row, the first in the low byte */
inline std::uint16_t pair_at(const std::uint8_t *row, std::ptrdiff_t pair)
{
    std::uint16_t value;
    std::memcpy(&value, row + 2 * pair, sizeof value);
    return value;
}

/** What is the same for all pixels of a frame */
struct Terms {
    explicit Terms(const RgbRows::Weights &weights)
        : w(weights), black(static_cast<std::uint16_t>(weights.black << 8))
    {
    }

    RgbRows::Weights w;
    std::uint16_t black; ///< * 256, as luma comes

    /** \param y * 256 */
    std::int16_t luma(int y) const
    {
        const std::uint32_t scaled = std::max(static_cast<std::uint16_t>(y), black);
        return static_cast<std::int16_t>((scaled * w.luma) >> 16);
    }

    struct Chroma {
        std::int16_t red;
        std::int16_t green;
        std::int16_t blue;
    };

    Chroma chroma(std::uint8_t u, std::uint8_t v) const
    {
        const auto cu = static_cast<std::int16_t>((u - 128) * 256);
        const auto cv = static_cast<std::int16_t>((v - 128) * 256);
        return {static_cast<std::int16_t>(w.offset + high_part(cv, w.red_v)),
                static_cast<std::int16_t>(w.offset + high_part(cu, w.green_u) +
                                          high_part(cv, w.green_v)),
                static_cast<std::int16_t>(w.offset + high_part(cu, w.blue_u))};
    }
};

// Both loops go by pairs of pixels that share chroma, so that no lane has to move: luma comes as
// 16 bits a pair, chroma as one number.

/** \param out R and G of a pixel, then B and 0: pairs of bytes are what GCC interleaves well */
FOVEA_VECTORISED
void write_levels(const std::uint8_t *__restrict y, const std::uint8_t *__restrict u,
                  const std::uint8_t *__restrict v, std::ptrdiff_t pairs,
                  const RgbRows::Weights &weights, std::uint16_t *__restrict out)
{
    const Terms terms(weights);
    for (std::ptrdiff_t i = 0; i < pairs; ++i) {
        const Terms::Chroma c = terms.chroma(u[i], v[i]);
        const std::uint16_t both = pair_at(y, i);
        const std::int16_t first = terms.luma(both << 8);
        const std::int16_t second = terms.luma(both & 0xff00);
        out[4 * i] = static_cast<std::uint16_t>(level(first, c.red) | level(first, c.green) << 8);
        out[4 * i + 1] = level(first, c.blue);
        out[4 * i + 2] =
            static_cast<std::uint16_t>(level(second, c.red) | level(second, c.green) << 8);
        out[4 * i + 3] = level(second, c.blue);
    }
}

template <int Rows>
__attribute__((always_inline)) inline void add_pairs(
    const std::uint8_t *__restrict y, const std::uint8_t *__restrict below,
    const std::uint8_t *__restrict u, const std::uint8_t *__restrict v, std::ptrdiff_t pairs,
    const RgbRows::Weights &weights, std::uint16_t *__restrict red, std::uint16_t *__restrict red2,
    std::uint16_t *__restrict green, std::uint16_t *__restrict green2,
    std::uint16_t *__restrict blue, std::uint16_t *__restrict blue2)
{
    const Terms terms(weights);
    FOVEA_INDEPENDENT
    for (std::ptrdiff_t i = 0; i < pairs; ++i) {
        const Terms::Chroma c = terms.chroma(u[i], v[i]);
        for (int row = 0; row < Rows; ++row) {
            const std::uint16_t both = pair_at(row == 0 ? y : below, i);
            const std::int16_t first = terms.luma(both << 8);
            const std::int16_t second = terms.luma(both & 0xff00);
            red[i] += level(first, c.red);
            red2[i] += level(second, c.red);
            green[i] += level(first, c.green);
            green2[i] += level(second, c.green);
            blue[i] += level(first, c.blue);
            blue2[i] += level(second, c.blue);
        }
    }
}

/**
 * \param below the next row, of the same chroma; null: of one row
 * \param sums by pair: R of the first pixels, of the second ones, then G and B
 */
FOVEA_VECTORISED
void add_levels(const std::uint8_t *y, const std::uint8_t *below, const std::uint8_t *u,
                const std::uint8_t *v, std::ptrdiff_t pairs, const RgbRows::Weights &weights,
                std::uint16_t *sums)
{
    if (below == nullptr)
        add_pairs<1>(y, below, u, v, pairs, weights, sums, sums + pairs, sums + 2 * pairs,
                     sums + 3 * pairs, sums + 4 * pairs, sums + 5 * pairs);
    else
        add_pairs<2>(y, below, u, v, pairs, weights, sums, sums + pairs, sums + 2 * pairs,
                     sums + 3 * pairs, sums + 4 * pairs, sums + 5 * pairs);
}

/** Sums of add_levels() to pixels of R and G, B and 0 */
FOVEA_VECTORISED
void interleave(const std::uint16_t *__restrict sums, std::ptrdiff_t pairs, TwoSums *__restrict out)
{
    for (std::ptrdiff_t i = 0; i < pairs; ++i) {
        out[4 * i] = sums[i] | std::uint32_t{sums[i + 2 * pairs]} << 16;
        out[4 * i + 1] = sums[i + 4 * pairs];
        out[4 * i + 2] = sums[i + pairs] | std::uint32_t{sums[i + 3 * pairs]} << 16;
        out[4 * i + 3] = sums[i + 5 * pairs];
    }
}

FOVEA_VECTORISED
void add_bytes(const std::uint8_t *__restrict in, std::size_t count, std::uint16_t *__restrict sum)
{
    for (std::size_t i = 0; i < count; ++i)
        sum[i] = static_cast<std::uint16_t>(sum[i] + in[i]);
}

/** Every \a Step-th byte from \a in */
template <int Step>
inline void pick(const std::uint8_t *__restrict in, std::ptrdiff_t count,
                 std::uint8_t *__restrict out)
{
    for (std::ptrdiff_t i = 0; i < count; ++i)
        out[i] = in[Step * i];
}

FOVEA_VECTORISED
void pick_second(const std::uint8_t *__restrict in, std::ptrdiff_t count,
                 std::uint8_t *__restrict out)
{
    pick<2>(in, count, out);
}

FOVEA_VECTORISED
void pick_fourth(const std::uint8_t *__restrict in, std::ptrdiff_t count,
                 std::uint8_t *__restrict out)
{
    pick<4>(in, count, out);
}

/** Pixels of \a Step bytes, R and B at \a Red and \a Blue */
template <int Step, int Red, int Blue>
inline void order(const std::uint8_t *__restrict in, std::ptrdiff_t width,
                  std::uint8_t *__restrict out)
{
    for (std::ptrdiff_t x = 0; x < width; ++x) {
        out[4 * x] = in[Step * x + Red];
        out[4 * x + 1] = in[Step * x + 1];
        out[4 * x + 2] = in[Step * x + Blue];
        out[4 * x + 3] = 0;
    }
}

FOVEA_VECTORISED
void rgb_to_rgbx(const std::uint8_t *__restrict in, std::ptrdiff_t width,
                 std::uint8_t *__restrict out)
{
    order<3, 0, 2>(in, width, out);
}

FOVEA_VECTORISED
void bgr_to_rgbx(const std::uint8_t *__restrict in, std::ptrdiff_t width,
                 std::uint8_t *__restrict out)
{
    order<3, 2, 0>(in, width, out);
}

FOVEA_VECTORISED
void bgrx_to_rgbx(const std::uint8_t *__restrict in, std::ptrdiff_t width,
                  std::uint8_t *__restrict out)
{
    order<4, 2, 0>(in, width, out);
}

FOVEA_VECTORISED
void grey_to_rgbx(const std::uint8_t *__restrict in, std::ptrdiff_t width,
                  std::uint8_t *__restrict out)
{
    for (std::ptrdiff_t x = 0; x < width; ++x) {
        out[4 * x] = in[x];
        out[4 * x + 1] = in[x];
        out[4 * x + 2] = in[x];
        out[4 * x + 3] = 0;
    }
}

/** Frames come from memory, or from the other core's cache; the processor by itself is late with them */
void prefetch(const std::uint8_t *from, std::ptrdiff_t bytes)
{
    for (std::ptrdiff_t i = 0; i < bytes; i += cache_line)
        __builtin_prefetch(from + i);
}

/** Formats whose chroma two pixels of a row share */
bool has_chroma(PixelFormat format)
{
    return format == PixelFormat::I420 || format == PixelFormat::NV12 ||
           format == PixelFormat::YUY2;
}

} // namespace

RgbRows::Weights RgbRows::weights_of(const Colorimetry &colorimetry)
{
    const bool limited = colorimetry.range == Colorimetry::Range::Limited;
    const bool bt709 = colorimetry.matrix == Colorimetry::Matrix::Bt709;
    const double kr = bt709 ? 0.2126 : 0.299; // ITU-R BT.709 and BT.601
    const double kb = bt709 ? 0.0722 : 0.114;
    const double kg = 1 - kr - kb;
    const double luma = (limited ? 255.0 / 219 : 1) * one;
    const double chroma = (limited ? 255.0 / 224 : 1) * one;
    const auto fixed = [](double weight) {
        return static_cast<std::int16_t>(std::lround(weight * 256));
    };

    RgbRows::Weights weights = {};
    weights.black = limited ? 16 : 0;
    weights.luma = static_cast<std::uint16_t>(fixed(luma));
    weights.offset = static_cast<std::int16_t>(one / 2 - (limited ? std::lround(16 * luma) : 0));
    weights.red_v = fixed(2 * (1 - kr) * chroma);
    weights.green_u = fixed(-2 * (1 - kb) * kb / kg * chroma);
    weights.green_v = fixed(-2 * (1 - kr) * kr / kg * chroma);
    weights.blue_u = fixed(2 * (1 - kb) * chroma);
    return weights;
}

void RgbRows::start(const FrameView &frame, const PixelRect &rect)
{
    frame_ = frame;
    rect_ = rect;
    weights_ = weights_of(frame.colorimetry);
    if (!has_chroma(frame.format))
        return;
    const std::ptrdiff_t all = (frame.width + 1) / 2;
    first_pair_ = rect.x / 2;
    pairs_ = (rect.x + rect.width + 1) / 2 - first_pair_;
    pairs_ = std::min((pairs_ + a_vector - 1) / a_vector * a_vector, all);
    first_pair_ = std::min(first_pair_, all - pairs_);
    sums_.resize(6 * static_cast<std::size_t>(pairs_));
}

const std::uint8_t *RgbRows::read(int row, std::vector<std::uint8_t> &buffer)
{
    const std::uint8_t *in = frame_.planes[0] + std::ptrdiff_t{frame_.strides[0]} * (rect_.y + row);
    const std::ptrdiff_t x = rect_.x;
    if (has_chroma(frame_.format)) {
        buffer.resize(8 * static_cast<std::size_t>(pairs_));
        find_chroma(rect_.y + row);
        write_levels(luma(rect_.y + row, picked_luma_[0]), u_, v_, pairs_, weights_,
                     reinterpret_cast<std::uint16_t *>(buffer.data()));
        return buffer.data() + 4 * (x - 2 * first_pair_);
    }
    buffer.resize(4 * static_cast<std::size_t>(rect_.width));
    switch (frame_.format) {
    case PixelFormat::RGBx:
    case PixelFormat::RGBA:
        return in + 4 * x;
    case PixelFormat::BGRx:
    case PixelFormat::BGRA:
        bgrx_to_rgbx(in + 4 * x, rect_.width, buffer.data());
        break;
    case PixelFormat::RGB:
        rgb_to_rgbx(in + 3 * x, rect_.width, buffer.data());
        break;
    case PixelFormat::BGR:
        bgr_to_rgbx(in + 3 * x, rect_.width, buffer.data());
        break;
    case PixelFormat::GRAY8:
        grey_to_rgbx(in + x, rect_.width, buffer.data());
        break;
    case PixelFormat::YUY2:
    case PixelFormat::I420:
    case PixelFormat::NV12:
        break; // above
    }
    return buffer.data();
}

const std::uint16_t *RgbRows::sum(int first, int end, std::vector<std::uint16_t> &buffer)
{
    if (has_chroma(frame_.format)) {
        buffer.resize(8 * static_cast<std::size_t>(pairs_));
        add_yuv(rect_.y + first, rect_.y + end);
        interleave(sums_.data(), pairs_, reinterpret_cast<TwoSums *>(buffer.data()));
        return buffer.data() + 4 * (rect_.x - 2 * first_pair_);
    }
    buffer.assign(4 * static_cast<std::size_t>(rect_.width), 0);
    for (int row = first; row < end; ++row)
        add_bytes(read(row, row_), buffer.size(), buffer.data());
    return buffer.data();
}

void RgbRows::add_yuv(int first, int end)
{
    std::fill(sums_.begin(), sums_.end(), std::uint16_t{0});
    for (int row = first; row < end; ++row) {
        find_chroma(row);
        const std::uint8_t *y = luma(row, picked_luma_[0]);
        const bool shared = frame_.format != PixelFormat::YUY2 && row % 2 == 0 && row + 1 < end;
        const std::uint8_t *below = shared ? luma(++row, picked_luma_[1]) : nullptr;
        add_levels(y, below, u_, v_, pairs_, weights_, sums_.data());
    }
}

/** \return whole pairs; of a frame of odd width the last pixel is repeated */
const std::uint8_t *RgbRows::luma(int frame_row, std::vector<std::uint8_t> &buffer) const
{
    const bool packed = frame_.format == PixelFormat::YUY2;
    const std::ptrdiff_t pair_bytes = packed ? 4 : 2;
    const std::ptrdiff_t stride = frame_.strides[0];
    const std::uint8_t *row = frame_.planes[0] + stride * frame_row + pair_bytes * first_pair_;
    if (frame_row + rows_ahead < frame_.height)
        prefetch(row + stride * rows_ahead, pair_bytes * pairs_);
    if (packed) {
        buffer.resize(2 * static_cast<std::size_t>(pairs_));
        pick_second(row, 2 * pairs_, buffer.data());
        return buffer.data();
    }
    const std::ptrdiff_t there = frame_.width - 2 * first_pair_;
    if (there >= 2 * pairs_)
        return row;
    buffer.assign(row, row + there);
    buffer.push_back(buffer.back());
    return buffer.data();
}

void RgbRows::find_chroma(int frame_row)
{
    const bool shared_by_two_rows = frame_.format != PixelFormat::YUY2;
    const int chroma_row = shared_by_two_rows ? frame_row / 2 : frame_row;
    const auto line = [&](std::size_t plane) {
        return frame_.planes[plane] + std::ptrdiff_t{frame_.strides[plane]} * chroma_row;
    };
    if (frame_.format == PixelFormat::I420) {
        u_ = line(1) + first_pair_;
        v_ = line(2) + first_pair_;
        return;
    }
    picked_u_.resize(static_cast<std::size_t>(pairs_));
    picked_v_.resize(static_cast<std::size_t>(pairs_));
    u_ = picked_u_.data();
    v_ = picked_v_.data();
    if (frame_.format == PixelFormat::NV12) {
        pick_second(line(1) + 2 * first_pair_, pairs_, picked_u_.data());
        pick_second(line(1) + 2 * first_pair_ + 1, pairs_, picked_v_.data());
    } else { // YUY2: Y U Y V; rows hold whole pairs, as GStreamer's do for odd widths too
        pick_fourth(line(0) + 4 * first_pair_ + 1, pairs_, picked_u_.data());
        pick_fourth(line(0) + 4 * first_pair_ + 3, pairs_, picked_v_.data());
    }
}

} // namespace fovea
