// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "features/region_clips.h"
#include "fovea/core/motion_layout.h"
#include "fovea/core/persons_seen.h"
#include "fovea/detect/person_motion.h"

namespace fovea {

/** \brief What is seen of the persons of a clip, from the tracks that foveadetect put on its frames */
PersonsSeen seen_in(const std::vector<HeldFrame> &clip);

/**
 * \brief How the persons of a clip move, from the tracks that foveadetect put on its frames
 *
 * Without foveadetect there is nobody. One instance serves one thread.
 */
class ClipPersons
{
public:
    /** \param frames of a clip \throw Error as MotionLayout::of_frames */
    explicit ClipPersons(int frames) : layout_(MotionLayout::of_frames(frames)) {}

    std::int64_t channels() const { return layout_.channels(); }

    /** \return [channels] \throw Error Settings for a clip of another length (expected, got) */
    std::vector<float> motion(const std::vector<HeldFrame> &clip);

private:
    using Picture = std::shared_ptr<const LumaImage>;

    Picture picture_of(const HeldFrame &frame) const;

    MotionLayout layout_;
    /* Of the last clip: the next shares frames with it. Buffers are not held by it. */
    std::vector<std::pair<std::weak_ptr<GstBuffer>, Picture>> pictures_;
};

} // namespace fovea
