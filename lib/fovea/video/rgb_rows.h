// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fovea/core/image.h"
#include "fovea/video/pixel_rect.h"

namespace fovea {

/**
 * \brief Reads a part of a frame row by row, as RGB
 *
 * As OpenCV's cvtColor does, chroma is replicated, luma below black is black and RGB is clamped to
 * [0, 255]. GRAY8 is luma of full range: R = G = B.
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
     * \param buffer 4 * width bytes to convert into
     * \return the buffer, or the frame's own row when that is RGBx already
     */
    const std::uint8_t *read(int row, std::uint8_t *buffer);

private:
    /** What one chroma row adds to the luma of each of its pixels; see rgb_rows.cpp */
    struct ChromaTerms {
        std::vector<std::int16_t> red;
        std::vector<std::int16_t> green;
        std::vector<std::int16_t> blue;
    };

    void add_colour(const std::uint8_t *luma, int frame_row, std::uint8_t *out);
    void update_chroma(int frame_row);

    FrameView frame_;
    PixelRect rect_;
    Weights weights_ = {};
    int chroma_row_ = -1; ///< the frame's chroma row that terms_ belong to
    ChromaTerms terms_;   ///< from the pair that holds the first pixel on
    std::vector<std::uint8_t> luma_;
    std::vector<std::uint8_t> u_;
    std::vector<std::uint8_t> v_;
};

} // namespace fovea
