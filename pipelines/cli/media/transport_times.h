// SPDX-License-Identifier: MIT
#pragma once

#include <gst/gst.h>

namespace fovea {

/**
 * \brief Frames of transport and program streams get the times that the stream states, from that of its first frame on
 *
 * GStreamer's tsdemux takes a PCR that is more than 500 ms off what was to come for the begin of another stream, half a
 * second behind the last: behind each stretch that is lost its times are early, and where there are fewer PCR (FFmpeg
 * before 4.4 writes them with key frames alone) those of each stretch begin within the one before. Where stated times
 * go back, or ahead by more than 10 s (what FFmpeg takes for a gap, its -dts_delta_threshold), they go on from where they
 * were: another recording begins. Each stream by itself. Where tsdemux gives no frame a time, as with sound that begins
 * 2 s before the pictures, they are those of the headers. mpegpsdemux, which does so with an SCR of a second off, is
 * told to leave them as they are stated.
 * \param pipeline what tsdemux posts of times does not reach its bus \param decoder a decodebin in it
 */
void keep_transport_times(GstElement *pipeline, GstElement *decoder);

} // namespace fovea
