// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <gst/gst.h>

namespace fovea {

/**
 * \brief Where one stream ends and another begins
 *
 * A stream ends with EOS, with SEGMENT_DONE where an application plays a part in a loop, or, as concat
 * and playlists have it, with nothing but a STREAM_START of another id.
 */
class StreamEnds
{
public:
    enum class End {
        None,
        Drain,        ///< what is pending is to be finished
        DrainAndNext, ///< as well, and another stream begins
        Next          ///< another stream begins, the one before was drained
    };

    /** \brief What the stream's next event ends: told once */
    End take(GstEvent *event);

    void see_frame();

    bool has_frames() const { return has_frames_; }

    /** \brief After a flush */
    void forget_frames();

private:
    End next(GstEvent *start);

    std::string id_; ///< of the stream; empty: none has begun
    bool has_frames_ = false;
    bool drained_ = false; ///< since the last frame
};

} // namespace fovea
