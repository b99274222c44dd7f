// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "fovea/core/geometry.h"
#include "fovea/core/image.h"
#include "fovea/core/names.h"

namespace fovea {

class Resampler;

enum class Interpolation {
    Bilinear, ///< half-pixel centres, edges repeated: OpenCV's INTER_LINEAR
    Area      ///< by axis: exact averaging (INTER_AREA) when shrinking, bilinear when enlarging
};

constexpr Named<Interpolation> interpolations[] = {{Interpolation::Bilinear, "bilinear"},
                                                   {Interpolation::Area, "area"}};

/** \brief value = rgb / 255 * scale + shift, by channel R, G, B; Ballan 2021: 2 and -1 */
struct Normalisation {
    std::array<float, 3> scale = {1, 1, 1};
    std::array<float, 3> shift = {0, 0, 0};
};

/**
 * \brief One pass from a mapped frame to cropped, resized, normalised planes
 *
 * No conversion of the whole frame: only pixels under a box are read. A box is rounded to whole
 * pixels (at least one, inside the frame). Chroma is replicated, as OpenCV's cvtColor does.
 * Keeps tables between calls: one instance serves one thread.
 */
class FrameToTensor
{
public:
    struct Options {
        ImageSize size = {224, 224}; ///< of every region, pixels
        Interpolation interpolation = Interpolation::Bilinear;
        Normalisation normalisation;
    };

    /** \throw Error Settings when the size is < 1 or > 4096 */
    explicit FrameToTensor(const Options &options);
    ~FrameToTensor();
    FrameToTensor(FrameToTensor &&) noexcept;
    FrameToTensor &operator=(FrameToTensor &&) noexcept;

    /**
     * \brief Write the region under \a box as three planes R, G, B of size height x width
     * \param out first value of the R plane; G and B follow \a plane_stride values apart, so that
     * a frame can be written into its slot of a clip [3, T, H, W]
     * \throw Error Settings when the frame has no pixel
     */
    void write(const FrameView &frame, const Box &box, float *out, std::size_t plane_stride);

private:
    ImageSize size_;
    std::unique_ptr<Resampler> resampler_;
};

/**
 * \brief The region under \a box as 8-bit RGB, resized to \a size: what detectors take
 * \throw Error Settings when \a size is < 1 or > 4096 or the frame has no pixel
 */
RgbImage to_rgb(const FrameView &frame, const Box &box, ImageSize size,
                Interpolation interpolation = Interpolation::Bilinear);

} // namespace fovea
