// SPDX-License-Identifier: MIT
#include "fovea/video/frame_to_tensor.h"

#include <string>

#include "fovea/core/errors.h"
#include "fovea/core/vectorised.h"
#include "fovea/video/pixel_rect.h"
#include "fovea/video/resampler.h"

namespace fovea {

namespace {

constexpr int largest_side = 4096;

ImageSize checked(ImageSize size)
{
    if (size.width < 1 || size.width > largest_side || size.height < 1 ||
        size.height > largest_side)
        throw Error(Error::Kind::Settings,
                    "input size: expected 1x1 to " + std::to_string(largest_side) + "x" +
                        std::to_string(largest_side) + " pixels, got " +
                        std::to_string(size.width) + "x" + std::to_string(size.height));
    return size;
}

/** \param planes R, G and B of a row, rounded down: 0.5 was added */
FOVEA_VECTORISED
void write_bytes(const float *__restrict planes, std::size_t width, std::uint8_t *__restrict out)
{
    for (std::size_t x = 0; x < width; ++x) {
        out[3 * x] = static_cast<std::uint8_t>(planes[x]);
        out[3 * x + 1] = static_cast<std::uint8_t>(planes[width + x]);
        out[3 * x + 2] = static_cast<std::uint8_t>(planes[2 * width + x]);
    }
}

} // namespace

FrameToTensor::FrameToTensor(const Options &options)
    : size_(checked(options.size)),
      resampler_(std::make_unique<Resampler>(size_, options.interpolation, options.normalisation))
{
}

FrameToTensor::~FrameToTensor() = default;
FrameToTensor::FrameToTensor(FrameToTensor &&) noexcept = default;
FrameToTensor &FrameToTensor::operator=(FrameToTensor &&) noexcept = default;

void FrameToTensor::write(const FrameView &frame, const Box &box, float *out,
                          std::size_t plane_stride)
{
    resampler_->start(frame, pixels_under(box, {frame.width, frame.height}));
    for (int y = 0; y < size_.height; ++y) {
        resampler_->row(y, {out, out + plane_stride, out + 2 * plane_stride});
        out += size_.width;
    }
}

RgbImage to_rgb(const FrameView &frame, const Box &box, ImageSize size, Interpolation interpolation)
{
    Resampler resampler(checked(size), interpolation, {{255, 255, 255}, {0.5F, 0.5F, 0.5F}});
    resampler.start(frame, pixels_under(box, {frame.width, frame.height}));

    const auto width = static_cast<std::size_t>(size.width);
    RgbImage image{size,
                   std::vector<std::uint8_t>(3 * width * static_cast<std::size_t>(size.height))};
    std::vector<float> line(3 * width);
    std::uint8_t *out = image.pixels.data();
    for (int y = 0; y < size.height; ++y, out += 3 * width) {
        resampler.row(y, {line.data(), line.data() + width, line.data() + 2 * width});
        write_bytes(line.data(), width, out);
    }
    return image;
}

} // namespace fovea
