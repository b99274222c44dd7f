// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
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

/** \brief What some element found on a frame */
struct FoundRegion {
    std::string type;     ///< such as "person"; empty: none
    Box box;              ///< inside the frame
    float confidence = 1; ///< in [0, 1]; 1 where none is told
};

/**
 * \brief One of \a pixels, cut at the edges of the frame; none where nothing of it is inside
 * \param type 0: none \param confidence what is out of [0, 1] tells none
 */
std::optional<FoundRegion> found_region(GQuark type, const Box &pixels, double confidence,
                                        const GstVideoInfo &info);

/** \brief The GstVideoRegionOfInterestMeta of a frame, their scores from DL Streamer's parameter `detection` */
std::vector<FoundRegion> regions_of_interest(GstBuffer *buffer, const GstVideoInfo &info);

/** \brief The same for the actor: roi_type "actor", `detection` without confidence */
void mirror_actor(GstBuffer *buffer, const GstVideoInfo &info, const std::optional<Box> &actor);

} // namespace fovea
