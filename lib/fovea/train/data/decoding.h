// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "fovea/core/person.h"
#include "fovea/train/data/frame_cache.h"
#include "fovea/train/data/planned_frames.h"

namespace fovea {

/** \brief One video on its way to its file in the frame cache */
class Decoding
{
public:
    using Places = std::vector<std::int64_t>;

    /**
     * \param places the frames that are kept of so many; empty: all
     *
     * What is referred to must outlive this.
     * \throw as VideoReader::info
     */
    Decoding(const ActivityCard &card, const FrameCacheSettings &settings,
             const VideoReader &reader, std::filesystem::path video,
             std::function<Places(const KeptLength &)> places);

    /** \brief How many frames it has, as far as its container says */
    std::int64_t stated_frames() const { return std::llround(info_.duration * kept_.fps); }

    /** \brief What the pictures of a video of \a frames take */
    std::uint64_t bytes(std::int64_t frames) const;

    /**
     * \brief Writes the pictures that the plan takes of so many frames
     * \return how many frames there were; where another number would have others kept, there is no file
     */
    std::int64_t write(std::int64_t frames, const std::filesystem::path &file);

    /** \brief Whether what was written for \a planned frames is right for \a count */
    bool is_settled(std::int64_t count, std::int64_t planned) const
    {
        return !places_ || count == planned;
    }

private:
    bool is_flow() const { return card_.modality == Modality::Flow; }

    Places places_of(std::int64_t frames) const;

    const ActivityCard &card_;
    const FrameCacheSettings &settings_;
    const VideoReader &reader_;
    std::filesystem::path video_;
    std::function<Places(const KeptLength &)> places_;
    VideoReader::Info info_;
    KeptFrames kept_;
    std::vector<std::vector<Person>> persons_; ///< by frame, as they were found the first time
};

} // namespace fovea
