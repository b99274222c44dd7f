// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace fovea {

/** \brief Pixel layouts read without a conversion of the whole frame; names as GStreamer's */
enum class PixelFormat { I420, NV12, YUY2, RGB, BGR, RGBx, BGRx, RGBA, BGRA, GRAY8 };

/** \brief How luma and chroma become RGB; ignored for RGB formats */
struct Colorimetry {
    enum class Matrix { Bt601, Bt709 };
    enum class Range { Limited, Full };

    Matrix matrix = Matrix::Bt601;
    Range range = Range::Limited;
};

/**
 * \brief How a stream's colours are read
 * \param matrix its MatrixCoefficients, ISO/IEC 23091-2: 1 BT.709, 7 SMPTE 240M, 9 BT.2020; the latter two lie
 * far nearer to BT.709 than to BT.601
 */
constexpr Colorimetry colorimetry_of(unsigned matrix, bool full_range)
{
    return {matrix == 1 || matrix == 7 || matrix == 9 ? Colorimetry::Matrix::Bt709
                                                      : Colorimetry::Matrix::Bt601,
            full_range ? Colorimetry::Range::Full : Colorimetry::Range::Limited};
}

/**
 * \brief A mapped video frame; owns nothing
 *
 * planes and strides (bytes a row) as GstVideoFrame gives them: I420 uses three planes, NV12 two,
 * the others one.
 */
struct FrameView {
    PixelFormat format = PixelFormat::RGB;
    int width = 0;  ///< pixels
    int height = 0; ///< pixels
    std::array<const std::uint8_t *, 3> planes = {};
    std::array<int, 3> strides = {};
    Colorimetry colorimetry;
};

struct ImageSize {
    int width = 0;
    int height = 0;
};

/** \brief An owned image, rows of R, G, B bytes without padding */
struct RgbImage {
    ImageSize size;
    std::vector<std::uint8_t> pixels;
};

} // namespace fovea
