// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include <gst/video/video.h>

#include "fovea/core/geometry.h"
#include "fovea/core/person.h"

namespace fovea {

inline constexpr const char *person_type = "person"; ///< as ROIs and detections name it

/** \brief The nearest whole pixels, at least one, inside the frame */
GstVideoRectangle whole_pixels(const Box &box, const GstVideoInfo &info);

/**
 * \brief Mirror persons into GstVideoRegionOfInterestMeta, for elements that do not know FoveaMeta
 *
 * roi_type "person", id the track id, pixels of the frame, and the parameters of DL Streamer: a
 * structure `detection` {x_min x_max y_min y_max confidence: double, label_id: int, label: string}.
 * Replaces ROI metas of that type.
 */
void mirror_persons(GstBuffer *buffer, const GstVideoInfo &info,
                    const std::vector<Person> &persons);

/** \brief The same for the actor: roi_type "actor", `detection` without confidence */
void mirror_actor(GstBuffer *buffer, const GstVideoInfo &info, const std::optional<Box> &actor);

} // namespace fovea
