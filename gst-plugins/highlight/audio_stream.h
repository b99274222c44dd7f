// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include <gst/audio/audio.h>

#include "highlight/kept_pieces.h"
#include "highlight/stream_pads.h"

namespace fovea {

/**
 * \brief The sound of foveahighlight: what was kept of the video is kept of it, to the sample
 *
 * It waits until the video has been decided so far.
 */
class AudioStream
{
public:
    AudioStream(StreamPads pads, KeptPieces *pieces) : pads_(pads), pieces_(pieces)
    {
        pads_.restart();
    }

    /** \throw Error Settings when the caps are no raw sound */
    void set_caps(GstCaps *caps);

    void take_segment(GstEvent *event) { pads_.take_segment(event); }

    /** \param buffer (transfer full) */
    GstFlowReturn take(GstBuffer *buffer);

    /** \brief Nobody waits any more: a flush begins, or the element stops */
    void stop();

    /** \brief After a flush */
    void restart();

private:
    GstFlowReturn push_piece(GstBuffer *buffer, const TimeSpan &time, const KeptPiece &piece);

    StreamPads pads_;
    KeptPieces *pieces_; ///< of the element, which outlives this
    GstAudioInfo info_ = {};
    std::atomic<bool> stopped_ = false;
};

} // namespace fovea
