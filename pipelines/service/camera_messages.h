// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gst/gst.h>

#include "fovea/core/array.h"
#include "fovea/core/frame_counts.h"
#include "fovea/core/result.h"
#include "service/camera_events.h"

namespace fovea {

/* What elements tell on the bus, read; what is not in a message is empty or 0 */
std::uint64_t number_in(const GstStructure *message, const char *name);
std::string word_in(const GstStructure *message, const char *name);

/** \brief foveaalarm's */
AlarmEvent alarm_of(const GstStructure *message);

/** \brief foveaattention's rows of a window, [R, T', C]; none: they are not told */
std::optional<Array> rows_of_window(const GstStructure *message);

/** \brief foveaattention's counts of a window's frames */
FrameCounts frames_of_window(const GstStructure *message);

/** \brief foveaattention's scores of a window, best first, and where it looked (all regions of kind Full) */
std::vector<ScoredLabel> scores_of_window(const GstStructure *message);
std::vector<WeightedRegion> regions_of_window(const GstStructure *message);

/** \brief The highest score, but of the class \a normal */
float highest_of_events(const std::vector<ScoredLabel> &scores, int normal);

/** \brief A foveacamera's stats */
bool is_up(const GstStructure *stats);

/** \brief Of its frames, as a `fovea-camera` of one that is up says */
ImageSize resolution_in(const GstStructure *message);

/** \brief What a `fovea-camera` says */
CameraNews news_of(const GstStructure *message);

} // namespace fovea
