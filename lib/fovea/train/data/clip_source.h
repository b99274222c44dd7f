// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/train/data/clip_list.h"
#include "fovea/train/data/frame_file.h"

namespace fovea {

/** \brief Where the frames of listed clips come from: decoding is not the library's matter */
class ClipSource
{
public:
    virtual ~ClipSource() = default;

    /**
     * \brief The whole video of a clip; called from several threads at once
     * \throw Error when it cannot be decoded, naming the video
     */
    virtual std::shared_ptr<const FrameFile> open(const ListedClip &clip) const = 0;
};

} // namespace fovea
