// SPDX-License-Identifier: MIT
#pragma once

#include "highlight/highlight_state.h"

namespace fovea {

/** \brief sink and src for video, audio_sink on request and with it audio_src */
void add_highlight_templates(GstElementClass *klass);

void add_video_pads(GstElement *self, HighlightState *state);

StreamPads video_pads(GstElement *self);

/** \return audio_sink, owned by the element; null when it is there already */
GstPad *add_audio_pads(GstElement *self, HighlightState *state);

void remove_audio_pads(GstElement *self, HighlightState *state);

} // namespace fovea
