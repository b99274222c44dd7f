// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fovea/train/lists/clip_list.h"
#include "fovea/video/sampling_plan.h"

namespace fovea {

/** \brief How long a video is, of the frames that are kept of it */
struct KeptLength {
    std::int64_t frames = 0;
    double fps = 0;

    double duration() const { return static_cast<double>(frames) / fps; } ///< s
};

/** \brief The frames of a listed stretch: first, and how many */
struct FrameStretch {
    std::int64_t first;
    std::int64_t count;
};

FrameStretch stretch_of(const KeptLength &video, const ListedClip &clip);

/** \brief The plan's timesteps as indices into the video; of windows the stretch listed is one */
std::vector<std::vector<std::int64_t>> timesteps_of(const SamplingOptions &sampling,
                                                    const KeptLength &video,
                                                    const FrameStretch &stretch);

/**
 * \brief Every frame of a video that training and judging can ask for, in order
 *
 * Of plans that are the same in training and judging the frames they name; of the others in training
 * the whole stretch, out of which clips are drawn at random. Of windows, which are made later, all.
 * \param clips of the video; one without a split may be trained on
 */
std::vector<std::int64_t> planned_frames(const SamplingOptions &sampling,
                                         const std::vector<ListedClip> &clips,
                                         const KeptLength &video);

/** \brief The words of every frame */
constexpr const char *all_frames = "all";

/** \brief In words all that planned_frames() goes by, but for the length; all_frames where it is all in any case */
std::string planned_frames_words(const SamplingOptions &sampling,
                                 const std::vector<ListedClip> &clips);

} // namespace fovea
