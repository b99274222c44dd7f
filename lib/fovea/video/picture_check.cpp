// SPDX-License-Identifier: MIT
#include "fovea/video/picture_check.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace fovea {

namespace {

constexpr int looked_at_width =
    320; ///< pixels of a row and of a column that are read, at most twice that
constexpr float black_level = 30;       ///< limited range's black is 16; the rest is noise
constexpr float flat_spread = 12;       ///< between the brightest cell and the darkest
constexpr float flat_detail = 1;        ///< less than a wall's, with a camera's noise
constexpr float lost_detail = 0.25F;    ///< of the usual detail
constexpr float another_view = 0.25F;   ///< likeness
constexpr float steady_view = 0.6F;     ///< usual likeness of a camera that does not move
constexpr std::size_t known_looks = 20; ///< 10 s
constexpr std::size_t slow_looks = 60;  ///< a view is the mean of about the last half minute
constexpr float damaged_step = 0.1F;    ///< of each frame
constexpr float mostly = 0.5F;
constexpr Nanoseconds hold = 2 * nanoseconds_per_second;
constexpr Nanoseconds turned_for_good = 60 * nanoseconds_per_second;

/** \brief Where the brightness of a pixel stands in a row: green stands for it in RGB */
struct LumaBytes {
    int step = 1;
    int offset = 0;
};

LumaBytes luma_bytes(PixelFormat format)
{
    switch (format) {
    case PixelFormat::I420:
    case PixelFormat::NV12:
    case PixelFormat::GRAY8:
        break;
    case PixelFormat::YUY2:
        return {2, 0};
    case PixelFormat::RGB:
    case PixelFormat::BGR:
        return {3, 1};
    case PixelFormat::RGBx:
    case PixelFormat::BGRx:
    case PixelFormat::RGBA:
    case PixelFormat::BGRA:
        return {4, 1};
    }
    return {};
}

} // namespace

PictureCheck::Look PictureCheck::look_at(const FrameView &frame)
{
    const LumaBytes luma = luma_bytes(frame.format);
    const int stride = std::max(1, frame.width / looked_at_width);
    Look look;
    std::array<int, columns *rows> counts = {};
    double detail = 0;
    std::int64_t pairs = 0;
    for (int y = 0; y < frame.height; y += stride) {
        const std::uint8_t *row =
            frame.planes[0] + static_cast<std::ptrdiff_t>(y) * frame.strides[0] + luma.offset;
        const std::size_t cell_row =
            static_cast<std::size_t>(y) * rows / static_cast<std::size_t>(frame.height);
        int before = row[0];
        for (int x = 0; x < frame.width; x += stride) {
            const int value = row[static_cast<std::ptrdiff_t>(x) * luma.step];
            const std::size_t cell = cell_row * columns + static_cast<std::size_t>(x) * columns /
                                                              static_cast<std::size_t>(frame.width);
            look.cells[cell] += static_cast<float>(value);
            ++counts[cell];
            detail += std::abs(value - before);
            ++pairs;
            before = value;
        }
    }
    for (std::size_t i = 0; i < counts.size();
         ++i) // a picture of fewer pixels than cells leaves some empty
        look.cells[i] = counts[i] > 0 ? look.cells[i] / static_cast<float>(counts[i])
                                      : look.cells[i == 0 ? 0 : i - 1];
    look.detail =
        static_cast<float>(detail / static_cast<double>(std::max<std::int64_t>(pairs, 1)));
    return look;
}

/* Correlation of the steps between neighbouring cells: light that changes everywhere changes none */
float PictureCheck::likeness(const Cells &a, const Cells &b)
{
    double product = 0;
    double of_a = 0;
    double of_b = 0;
    const auto add = [&](std::size_t from, std::size_t to) {
        const double step_a = a[to] - a[from];
        const double step_b = b[to] - b[from];
        product += step_a * step_b;
        of_a += step_a * step_a;
        of_b += step_b * step_b;
    };
    for (std::size_t y = 0; y < rows; ++y)
        for (std::size_t x = 0; x < columns; ++x) {
            const std::size_t cell = y * columns + x;
            if (x + 1 < columns)
                add(cell, cell + 1);
            if (y + 1 < rows)
                add(cell, cell + columns);
        }
    return of_a > 0 && of_b > 0 ? static_cast<float>(product / std::sqrt(of_a * of_b)) : 0;
}

PictureState PictureCheck::judged(const Look &look, float alike) const
{
    const auto [darkest, brightest] = std::minmax_element(look.cells.begin(), look.cells.end());
    if (*brightest <= black_level)
        return PictureState::Black;
    const bool is_known = looks_ >= known_looks;
    const bool is_another = is_known && alike < another_view;
    if (*brightest - *darkest <= flat_spread && look.detail <= flat_detail)
        return PictureState::Covered;
    if (is_another && look.detail < lost_detail * usual_.detail)
        return PictureState::Covered;
    if (is_another && usual_likeness_ >= steady_view)
        return PictureState::Turned;
    return PictureState::Good;
}

void PictureCheck::learn(const Look &look, float alike)
{
    looks_ = std::min(looks_ + 1, slow_looks);
    const float share = 1 / static_cast<float>(looks_);
    for (std::size_t i = 0; i < look.cells.size(); ++i)
        usual_.cells[i] += share * (look.cells[i] - usual_.cells[i]);
    usual_.detail += share * (look.detail - usual_.detail);
    usual_likeness_ += share * ((looks_ == 1 ? 1 : alike) - usual_likeness_);
}

void PictureCheck::forget()
{
    usual_ = {};
    usual_likeness_ = 0;
    looks_ = 0;
}

void PictureCheck::count(bool damaged)
{
    damaged_ += damaged_step * ((damaged ? 1.0F : 0.0F) - damaged_);
}

bool PictureCheck::is_due(Nanoseconds time) const
{
    return looked_ < 0 || time - looked_ >= interval;
}

void PictureCheck::look(const FrameView &frame, Nanoseconds time)
{
    if (frame.width != size_.width || frame.height != size_.height) {
        size_ = {frame.width, frame.height};
        forget();
    }
    looked_ = time;
    const Look look = look_at(frame);
    const float alike = likeness(look.cells, usual_.cells);
    seen_ = judged(look, alike);
    if (now() == PictureState::Good)
        learn(look, alike);
    tell(time);
    if (told_ == PictureState::Turned && time - waiting_since_ >= turned_for_good) {
        forget(); // that is the view from now on
        learn(look, alike);
        seen_ = told_ = waiting_ = PictureState::Good;
    }
}

PictureState PictureCheck::now() const
{
    return damaged_ > mostly ? PictureState::Garbage : seen_;
}

void PictureCheck::tell(Nanoseconds time)
{
    const PictureState state = now();
    if (state != waiting_) {
        waiting_ = state;
        waiting_since_ = time;
    }
    if (time - waiting_since_ >= hold)
        told_ = waiting_;
}

void PictureCheck::reconnect()
{
    looked_ = -1;
    damaged_ = 0;
    seen_ = waiting_ = told_;
}

} // namespace fovea
