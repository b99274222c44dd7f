// SPDX-License-Identifier: MIT
#pragma once

#include <gst/gst.h>

namespace fovea {

/**
 * \brief Who reads at the end of the file of \a source (filesrc) over and over gets an error in place of the end:
 * GStreamer 1.22's libav demuxers, NUT's for one, are told of an end as of nothing read, and try again without end
 */
void end_reading_at_end(GstElement *source);

/** \brief Ends the streams of \a decoder (decodebin) behind its demuxers, as these should have, on a thread of its own: a
 * pad may be held for good */
void end_streams(GstElement *decoder);

} // namespace fovea
