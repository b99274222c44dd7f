// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>

#include "base/live.h"
#include "base/property_table.h"
#include "highlight/audio_stream.h"
#include "highlight/kept_pieces.h"
#include "highlight/salient_times.h"
#include "highlight/video_stream.h"

namespace fovea {

/** \brief What a foveahighlight holds besides its pads */
struct HighlightState {
    Settings<HighlightOptions> settings;
    WorkCounts counts; ///< of frames
    KeptPieces pieces;
    std::atomic<guint> ended_pieces = 0;
    std::atomic<Nanoseconds> length = 0; ///< of the whole output; 0: not known
    std::atomic<bool> waits = false;     ///< frames wait for options.delay
    std::unique_ptr<VideoStream> video;  ///< between READY and PAUSED made and gone
    std::unique_ptr<AudioStream> audio;  ///< as long as the element has pads for sound
};

} // namespace fovea
