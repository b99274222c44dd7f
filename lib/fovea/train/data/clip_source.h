// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fovea/train/data/frame_file.h"
#include "fovea/train/lists/clip_list.h"

namespace fovea {

/** \brief Where the frames of listed clips come from: decoding is not the library's matter */
class ClipSource
{
public:
    virtual ~ClipSource() = default;

    /** \brief Told before open(): nothing but these clips will be asked for. Without it, all of any video may be */
    virtual void expect(const std::vector<ListedClip> &clips) { (void)clips; }

    /**
     * \brief The video of a clip, with the pictures that its plan can ask for; called from several threads at once
     * \throw Error when it cannot be decoded, naming the video
     */
    virtual std::shared_ptr<const FrameFile> open(const ListedClip &clip) const = 0;

    /** \brief Bytes on disk that open() of the clip's video will add, about; 0: it is there, or not known */
    virtual std::uint64_t bytes_to_make(const ListedClip &clip) const
    {
        (void)clip;
        return 0;
    }

    /** \brief The most that may lie on disk; 0: no bound */
    virtual std::uint64_t most_bytes() const { return 0; }

    /** \throw Error CannotWrite where the disk has no room for so many bytes more */
    virtual void check_room(std::uint64_t bytes) const { (void)bytes; }

    /** \brief Who finds the persons in them, as a card says it; empty: not known */
    virtual std::string detector() const { return ""; }
};

} // namespace fovea
