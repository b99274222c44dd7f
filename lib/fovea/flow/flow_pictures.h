// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "fovea/core/image.h"
#include "fovea/flow/flow_method.h"

namespace fovea {

/** \brief The size of a flow picture: the short side is 256 pixels, the long one even */
ImageSize flow_size(ImageSize frame);

/** \brief An image as a frame; it must outlive the view */
FrameView view_of(const RgbImage &image);

/** \brief -20 to 20 pixels as 0 to 255, what lies outside as its end, rounded down: 0 is 127 */
std::uint8_t flow_byte(float pixels);

/**
 * \brief Frames of a video, one after the other -> their optical flow as pictures
 *
 * R is x (to the right), G is y (down) of how far each pixel has moved since the frame before, in
 * pixels of the picture, by flow_byte(); B is 0. The first frame of all, and the first of another size,
 * has not moved. Size and numbers are those of the public code, which takes FlowMethod::TvL1, with
 * OpenCV's settings. Source: craston/MARS, utils1/extract_frames_flows.py, in which the flow stands at
 * the earlier of the two frames: there the same pictures come one frame sooner.
 * One instance serves one thread.
 */
class FlowPictures
{
public:
    /** \throw Error Settings for TvL1 in a build without it, see has_tvl1() */
    explicit FlowPictures(FlowMethod method = FlowMethod::Dis);
    ~FlowPictures();

    /** \return of flow_size() \throw Error Settings when the frame has no pixel */
    RgbImage next(const FrameView &frame);

    /** \brief The video jumped: the next frame is a first one */
    void restart();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace fovea
