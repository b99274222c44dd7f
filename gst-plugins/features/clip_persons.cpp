// SPDX-License-Identifier: MIT
#include "features/clip_persons.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/mapped_frame.h"
#include "fovea/core/errors.h"
#include "fovea/detect/seen_persons.h"
#include "fovea/video/frame_to_tensor.h"
#include "meta/convert.h"

namespace fovea {

namespace {

constexpr int most_lines = 240; // of the pictures that motion energy is of, as in its study

ImageSize size_of(const HeldFrame &frame)
{
    return {GST_VIDEO_INFO_WIDTH(frame.info.get()), GST_VIDEO_INFO_HEIGHT(frame.info.get())};
}

float aspect_of(const HeldFrame &frame)
{
    const ImageSize size = size_of(frame);
    return static_cast<float>(size.width) / static_cast<float>(size.height);
}

std::vector<Person> persons_of(const HeldFrame &frame)
{
    const FoveaMeta *meta = fovea_meta_get(frame.buffer.get());
    return meta != nullptr ? persons_from(*meta) : std::vector<Person>();
}

ImageSize picture_size(ImageSize frame)
{
    const int lines = std::min(frame.height, most_lines);
    const double columns = static_cast<double>(frame.width) * lines / frame.height;
    return {std::clamp(static_cast<int>(std::lround(columns)), 1, frame.width), lines};
}

} // namespace

PersonsSeen seen_in(const std::vector<HeldFrame> &clip)
{
    std::vector<MotionFrame> frames;
    for (const HeldFrame &frame : clip)
        frames.push_back({frame.time.start, persons_of(frame), nullptr});
    return seen_persons(frames, aspect_of(clip.back()));
}

ClipPersons::Picture ClipPersons::picture_of(const HeldFrame &frame) const
{
    for (const auto &[buffer, picture] : pictures_) {
        if (buffer.lock() == frame.buffer)
            return picture;
    }
    const MappedFrame mapped(frame.buffer.get(), *frame.info);
    return std::make_shared<LumaImage>(luma_of(
        to_rgb(mapped.view(), whole_frame, picture_size(size_of(frame)), Interpolation::Area)));
}

std::vector<float> ClipPersons::motion(const std::vector<HeldFrame> &clip)
{
    if (static_cast<int>(clip.size()) != layout_.steps + 1)
        throw Error(Error::Kind::Settings,
                    "property attended: persons are looked at in clips of " +
                        std::to_string(layout_.steps + 1) + " frames, as the card says, got " +
                        std::to_string(clip.size()) +
                        "; leave frames-per-timestep at 0 and use mode=one-at-a-time");
    std::vector<MotionFrame> frames;
    std::vector<std::pair<std::weak_ptr<GstBuffer>, Picture>> pictures;
    for (const HeldFrame &frame : clip) {
        frames.push_back({frame.time.start, persons_of(frame), picture_of(frame)});
        pictures.emplace_back(frame.buffer, frames.back().luma);
    }
    pictures_ = std::move(pictures);
    return person_motion(frames, aspect_of(clip.back()));
}

} // namespace fovea
