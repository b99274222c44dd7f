// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fovea/core/image.h"
#include "fovea/video/pixel_rect.h"

namespace fovea {

/**
 * \brief Reads a part of a frame as RGB, in sums over some of its rows
 *
 * As OpenCV's cvtColor does, chroma is replicated, luma below black is black and RGB is rounded and
 * clamped to [0, 255] before it is summed. GRAY8 is luma of full range: R = G = B.
 */
class RgbRows
{
public:
    /** \brief Fixed-point weights of Y, U and V in R, G and B; see rgb_rows.cpp */
    struct Weights {
        std::uint8_t black; ///< luma below it counts as it
        std::uint16_t luma;
        std::int16_t offset; ///< added to each sum: the black level, and the half that rounds
        std::int16_t red_v;
        std::int16_t green_u;
        std::int16_t green_v;
        std::int16_t blue_u;
    };

    /** Weights and sums are in 1/32 of a level: the finest that holds them in 16 bits */
    static constexpr int fraction_bits = 5;

    static Weights weights_of(const Colorimetry &colorimetry);

    /** \param frame must outlive the reading */
    void start(const FrameView &frame, const PixelRect &rect);

    /**
     * \brief Row \a row of the part, counted from its top: R, G, B and an unused byte a pixel
     * \return in the buffer, or the frame's own row when that is RGBx already
     */
    const std::uint8_t *read(int row, std::vector<std::uint8_t> &buffer);

    /** \brief Rows whose sum fits */
    static constexpr int most_rows = 65535 / 255;

    /**
     * \brief The sum of rows \a first to \a end - 1, as read() gives them
     * \param end above \a first, by most_rows at most
     * \return in the buffer
     */
    const std::uint16_t *sum(int first, int end, std::vector<std::uint16_t> &buffer);

private:
    const std::uint8_t *luma(int frame_row, std::vector<std::uint8_t> &buffer) const;
    void find_chroma(int frame_row);
    void add_yuv(int first, int end);

    FrameView frame_;
    PixelRect rect_;
    Weights weights_ = {};
    std::vector<std::uint8_t> row_;
    // Of formats with chroma, pairs of pixels that share it:
    std::ptrdiff_t first_pair_ = 0;
    std::ptrdiff_t pairs_ = 0;        ///< that cover the part, and more where vectors are filled up
    std::vector<std::uint16_t> sums_; ///< R, G, B of the first of each pair, then of the second
    const std::uint8_t *u_ = nullptr; ///< in the frame or below
    const std::uint8_t *v_ = nullptr;
    std::vector<std::uint8_t> picked_u_;
    std::vector<std::uint8_t> picked_v_;
    std::array<std::vector<std::uint8_t>, 2> picked_luma_;
};

} // namespace fovea
