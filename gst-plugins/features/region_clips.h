// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <gst/video/video.h>

#include "fovea/bundle/card.h"
#include "fovea/core/array.h"
#include "fovea/core/region.h"
#include "fovea/core/time.h"
#include "fovea/video/frame_to_tensor.h"
#include "meta/foveameta.h"

namespace fovea {

class GpuClips;

/**
 * \brief A frame kept until its timestep is complete
 *
 * A reference, no copy: a decoder's buffer stays out of its pool meanwhile. Elements downstream
 * that write to the frame get a copy then, by GStreamer's own rules.
 */
struct HeldFrame {
    std::shared_ptr<GstBuffer> buffer;
    std::shared_ptr<const GstVideoInfo> info;
    TimeSpan time;
    std::uint64_t picture = 0; ///< picture_hash(); 0: not known
};

using RowPointer = std::shared_ptr<FoveaRow>;

/** \brief A row without its features, which are to be filled in: [regions, channels] */
RowPointer make_row(std::uint64_t index, const TimeSpan &time, const std::vector<Region> &regions,
                    std::size_t channels);

/**
 * \brief The regions of frames, cut out and resized as a network takes them
 *
 * One instance serves one thread; large clips are cut on the threads that the network runs on.
 */
class RegionClips
{
public:
    /** \param threads as EngineOptions */
    RegionClips(const ActivityCard &card, int threads);
    ~RegionClips();
    RegionClips(RegionClips &&) noexcept;

    /** \brief Those that foveagrid put on the frame, or the card's full view */
    std::vector<Region> regions_of(const HeldFrame &frame) const;

    /** \brief The model's full view of a frame */
    Region view_of(const HeldFrame &frame) const;

    /**
     * \brief Windows that overlap have frames in common: of those that the last call cut in the same
     * way, the pixels are taken over
     * \return [count, 3, frames, height, width], good until the next call
     */
    const Array &cut(const std::vector<HeldFrame> &clip, const Region *regions, std::size_t count);

    const FrameToTensor::Options &input() const { return input_; }

private:
    /** What a part of clips_ holds */
    struct Cut {
        std::weak_ptr<GstBuffer> frame; ///< told from others by who owns it: memory is used again
        Box box;

        bool is(const HeldFrame &wanted, const Region &region) const
        {
            return box == region.box && !frame.owner_before(wanted.buffer) &&
                   !wanted.buffer.owner_before(frame);
        }
    };

    std::vector<std::size_t> take_over(const std::vector<HeldFrame> &clip, const Region *regions,
                                       std::size_t count);

    FrameToTensor::Options input_;
    RegionGridOptions view_; ///< what makes its full view
    int threads_;
    std::vector<FrameToTensor> to_tensor_; ///< by thread
    std::shared_ptr<GpuClips> gpu_;        ///< from the first frame in memory:CUDAMemory on
    Array clips_; ///< kept: fresh pages for some 50 MB a timestep cost more than the pixels
    std::vector<Cut> cuts_; ///< [count, frames] of clips_
};

} // namespace fovea
