// SPDX-License-Identifier: MIT
#pragma once

#include <gst/gst.h>

namespace fovea {

/**
 * \brief Transport streams whose times go back go on from where they were, each stream by itself
 *
 * GStreamer 1.22's tsdemux takes a PCR that is more than 500 ms behind the one before for the begin of another stream,
 * 500 ms behind that PCR. Where there are fewer (FFmpeg before 4.4 writes them with key frames alone) the times of
 * each stretch begin within the one before, and decoders give all its frames the time where that ended.
 * \param decoder a decodebin
 */
void join_transport_seams(GstElement *decoder);

} // namespace fovea
