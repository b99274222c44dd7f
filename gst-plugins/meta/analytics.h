// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <vector>

#include <gst/video/video.h>

#include "fovea/core/person.h"
#include "fovea/core/time.h"
#include "meta/foveameta.h"
#include "meta/roi.h"

namespace fovea {

/**
 * \brief Mirrors persons into GstAnalyticsRelationMeta, which GStreamer's own elements read
 *
 * Where the plugin is built with GStreamer 1.24 or later; else nothing is done. Knows when each
 * track was seen.
 */
class AnalyticsMirror
{
public:
    /**
     * \brief An object detection "person" for each, in whole pixels, and for who has a track id a
     * tracking that it relates to
     *
     * What is there is replaced if it is persons, tracks and classifications alone; what else other
     * elements found stays, persons beside it.
     * \param time stream time of the frame
     */
    void mirror(GstBuffer *buffer, const GstVideoInfo &info, const std::vector<Person> &persons,
                Nanoseconds time);

private:
    struct Sightings {
        Nanoseconds first = 0, last = 0; ///< stream times of the frames the detector saw
    };

    void see(const std::vector<Person> &persons, Nanoseconds time);

    std::map<int, Sightings> tracks_; ///< by id; those seen lately
};

/** \brief The object detections of a frame's GstAnalyticsRelationMeta; none where AnalyticsMirror does nothing */
std::vector<FoundRegion> analytics_detections(GstBuffer *buffer, const GstVideoInfo &info);

/** \brief Mirrors an activity: a classification whose first class is its label, then the other scores, best first */
void mirror_activity(GstBuffer *buffer, const FoveaActivity &activity);

} // namespace fovea
