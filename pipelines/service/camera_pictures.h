// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include <gst/gst.h>

#include "service/recent_pictures.h"

namespace fovea {

/** \brief A branch of a camera's pipeline that makes a picture a second of its frames, and sees when they came */
class CameraPictures
{
public:
    /** \brief Adds the branch to a pipeline, which it outlives. \return its first element, to be linked */
    GstElement *add_to(GstBin *pipeline);

    /** \brief The pipeline is down, and times begin anew */
    void cut() { pictures_.cut(); }

    const RecentPictures &recent() const { return pictures_; }

    /** \brief Since the last one; below 0: none came yet */
    double seconds_since_frame() const;

private:
    static GstPadProbeReturn pass_some(GstPad *pad, GstPadProbeInfo *info, gpointer self);

    std::atomic<gint64> last_picture_{0}; ///< us of the monotonic clock
    std::atomic<gint64> last_frame_{0};
    RecentPictures pictures_;
};

} // namespace fovea
