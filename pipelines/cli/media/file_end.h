// SPDX-License-Identifier: MIT
#pragma once

#include <gst/gst.h>

#include "fovea/core/time.h"

namespace fovea {

/**
 * \brief Whatever GStreamer 1.22 makes of the end of \a source (filesrc): who reads there over and over gets an error in
 * place of the end (its libav demuxers, NUT's for one, are told of an end as of nothing read, and try again without
 * end), and an MP4 that states too long a duration for its tracks is read with theirs, see mp4_duration_of_tracks()
 * \param for_frames its frames are wanted, not its duration: see mp4_durations_for_frames()
 * \return by how much the duration that GStreamer reads is then longer than what is shown
 */
Nanoseconds read_to_end(GstElement *source, bool for_frames);

/** \brief Ends the streams of \a decoder (decodebin) behind its demuxers, as these should have, on a thread of its own: a
 * pad may be held for good */
void end_streams(GstElement *decoder);

} // namespace fovea
