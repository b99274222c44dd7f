// SPDX-License-Identifier: MIT
#include "fovea/train/data/clip_pictures.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace fovea {

at::Tensor pictures_of(FrameToTensor::Options input, const FrameFile &video,
                       const std::vector<std::int64_t> &frames, const Box &box)
{
    return pictures_of(input, video, frames, std::vector<Box>(frames.size(), box));
}

at::Tensor pictures_of(FrameToTensor::Options input, const FrameFile &video,
                       const std::vector<std::int64_t> &frames, const std::vector<Box> &boxes)
{
    input.normalisation = {};
    const auto length = static_cast<std::int64_t>(frames.size());
    const std::int64_t pixels = std::int64_t{input.size.width} * input.size.height;
    at::Tensor clip = at::empty({3, length, input.size.height, input.size.width});
    FrameToTensor converter(input);
    for (std::int64_t i = 0; i < length; ++i)
        converter.write(video.frame(frames[static_cast<std::size_t>(i)]),
                        boxes[static_cast<std::size_t>(i)], clip.data_ptr<float>() + i * pixels,
                        static_cast<std::size_t>(length * pixels));
    return clip;
}

at::Tensor normalised(at::Tensor clip, const Normalisation &wanted)
{
    for (std::int64_t channel = 0; channel < 3; ++channel) {
        const auto i = static_cast<std::size_t>(channel);
        clip[channel].mul_(wanted.scale[i]).add_(wanted.shift[i]);
    }
    return clip;
}

std::vector<std::int64_t> frames_in(const FrameFile &other, const FrameFile &video,
                                    std::vector<std::int64_t> frames)
{
    for (std::int64_t &frame : frames)
        frame = std::min<std::int64_t>(
            std::llround(static_cast<double>(frame) * other.fps() / video.fps()),
            other.frames() - 1);
    return frames;
}

} // namespace fovea
