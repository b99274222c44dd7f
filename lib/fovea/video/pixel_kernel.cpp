// SPDX-License-Identifier: MIT
#include "fovea/video/pixel_kernel.h"

namespace fovea {

PixelKernel make_pixel_kernel(const FrameView &frame, const FrameToTensor::Options &options)
{
    PixelKernel kernel;
    kernel.frame = frame;
    kernel.weights = RgbRows::weights_of(frame.colorimetry);
    kernel.size = options.size;
    kernel.area = options.interpolation == Interpolation::Area;
    for (std::size_t channel = 0; channel < 3; ++channel) {
        kernel.scale[channel] = options.normalisation.scale[channel] / 255;
        kernel.shift[channel] = options.normalisation.shift[channel];
    }
    return kernel;
}

} // namespace fovea
