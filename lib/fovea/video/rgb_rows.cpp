// SPDX-License-Identifier: MIT
#include "fovea/video/rgb_rows.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "fovea/video/vectorised.h"

namespace fovea {

namespace {

// R = gain (Y - offset) + red_v V' and so on. Luma and chroma terms are kept in 1/32 of a level:
// the finest that holds their sum in 16 bits, and so in the most vector lanes. A weight is kept in
// 1/256 of that, so that weight * (byte * 256) / 65536 is one multiplication of 16-bit lanes.
constexpr int one = 1 << RgbRows::fraction_bits;

inline std::int16_t high_part(std::int16_t a, std::int16_t b)
{
    return static_cast<std::int16_t>((a * b) >> 16);
}

FOVEA_VECTORISED
void chroma_to_terms(const std::uint8_t *__restrict u, const std::uint8_t *__restrict v,
                     std::ptrdiff_t pairs, const RgbRows::Weights &weights,
                     std::int16_t *__restrict red, std::int16_t *__restrict green,
                     std::int16_t *__restrict blue)
{
    const RgbRows::Weights w = weights;
    for (std::ptrdiff_t i = 0; i < pairs; ++i) {
        const auto cu = static_cast<std::int16_t>((u[i] - 128) * 256);
        const auto cv = static_cast<std::int16_t>((v[i] - 128) * 256);
        const auto r = static_cast<std::int16_t>(w.offset + high_part(cv, w.red_v));
        const auto g = static_cast<std::int16_t>(w.offset + high_part(cu, w.green_u) +
                                                 high_part(cv, w.green_v));
        const auto b = static_cast<std::int16_t>(w.offset + high_part(cu, w.blue_u));
        red[2 * i] = r;
        red[2 * i + 1] = r;
        green[2 * i] = g;
        green[2 * i + 1] = g;
        blue[2 * i] = b;
        blue[2 * i + 1] = b;
    }
}

inline std::uint16_t level(std::int16_t luma, std::int16_t term)
{
    const auto sum = static_cast<std::int16_t>(luma + term);
    return static_cast<std::uint16_t>(std::clamp(sum >> RgbRows::fraction_bits, 0, 255));
}

/** \param out R and G of a pixel, then B and 0: pairs of bytes are what GCC interleaves well */
FOVEA_VECTORISED
void luma_to_rgb(const std::uint8_t *__restrict y, const std::int16_t *__restrict red,
                 const std::int16_t *__restrict green, const std::int16_t *__restrict blue,
                 std::ptrdiff_t width, std::uint16_t weight, std::uint8_t black,
                 std::uint16_t *__restrict out)
{
    for (std::ptrdiff_t x = 0; x < width; ++x) {
        const auto scaled = static_cast<std::uint16_t>(std::max(y[x], black) << 8);
        const auto luma = static_cast<std::int16_t>((std::uint32_t{scaled} * weight) >> 16);
        const std::uint16_t r = level(luma, red[x]);
        const std::uint16_t g = level(luma, green[x]);
        out[2 * x] = static_cast<std::uint16_t>(r | g << 8);
        out[2 * x + 1] = level(luma, blue[x]);
    }
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
    chroma_row_ = -1;

    const auto pairs = static_cast<std::size_t>((rect.x + rect.width + 1) / 2 - rect.x / 2);
    luma_.resize(static_cast<std::size_t>(rect.width));
    u_.resize(pairs);
    v_.resize(pairs);
    for (std::vector<std::int16_t> *terms : {&terms_.red, &terms_.green, &terms_.blue})
        terms->resize(2 * pairs);
}

const std::uint8_t *RgbRows::read(int row, std::uint8_t *buffer)
{
    const std::uint8_t *in = frame_.planes[0] + std::ptrdiff_t{frame_.strides[0]} * (rect_.y + row);
    const std::ptrdiff_t x = rect_.x;
    switch (frame_.format) {
    case PixelFormat::RGBx:
    case PixelFormat::RGBA:
        return in + 4 * x;
    case PixelFormat::BGRx:
    case PixelFormat::BGRA:
        bgrx_to_rgbx(in + 4 * x, rect_.width, buffer);
        break;
    case PixelFormat::RGB:
        rgb_to_rgbx(in + 3 * x, rect_.width, buffer);
        break;
    case PixelFormat::BGR:
        bgr_to_rgbx(in + 3 * x, rect_.width, buffer);
        break;
    case PixelFormat::GRAY8:
        grey_to_rgbx(in + x, rect_.width, buffer);
        break;
    case PixelFormat::YUY2:
        pick_second(in + 2 * x, rect_.width, luma_.data());
        add_colour(luma_.data(), rect_.y + row, buffer);
        break;
    case PixelFormat::I420:
    case PixelFormat::NV12:
        add_colour(in + x, rect_.y + row, buffer);
        break;
    }
    return buffer;
}

void RgbRows::add_colour(const std::uint8_t *luma, int frame_row, std::uint8_t *out)
{
    update_chroma(frame_row);
    const int lead = rect_.x % 2; // the terms begin with a whole pair
    luma_to_rgb(luma, terms_.red.data() + lead, terms_.green.data() + lead,
                terms_.blue.data() + lead, rect_.width, weights_.luma, weights_.black,
                reinterpret_cast<std::uint16_t *>(out));
}

void RgbRows::update_chroma(int frame_row)
{
    const bool shared_by_two_rows = frame_.format != PixelFormat::YUY2;
    const int chroma_row = shared_by_two_rows ? frame_row / 2 : frame_row;
    if (chroma_row == chroma_row_)
        return;
    chroma_row_ = chroma_row;

    const auto pairs = static_cast<std::ptrdiff_t>(u_.size());
    const std::ptrdiff_t first = rect_.x / 2;
    const auto line = [&](std::size_t plane) {
        return frame_.planes[plane] + std::ptrdiff_t{frame_.strides[plane]} * chroma_row;
    };
    const std::uint8_t *u = u_.data();
    const std::uint8_t *v = v_.data();
    if (frame_.format == PixelFormat::I420) {
        u = line(1) + first;
        v = line(2) + first;
    } else if (frame_.format == PixelFormat::NV12) {
        pick_second(line(1) + 2 * first, pairs, u_.data());
        pick_second(line(1) + 2 * first + 1, pairs, v_.data());
    } else { // YUY2: Y U Y V; rows hold whole pairs, as GStreamer's do for odd widths too
        pick_fourth(line(0) + 4 * first + 1, pairs, u_.data());
        pick_fourth(line(0) + 4 * first + 3, pairs, v_.data());
    }
    chroma_to_terms(u, v, pairs, weights_, terms_.red.data(), terms_.green.data(),
                    terms_.blue.data());
}

} // namespace fovea
