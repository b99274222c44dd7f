// SPDX-License-Identifier: MIT
#pragma once

#include "media/pipeline.h"

namespace fovea {

/**
 * \brief What one message of a pipeline's bus says: warnings go into the report, those of elements to
 * the watcher
 * \return true at the end of the stream
 * \throw Error Settings with the text of an error
 */
bool handle_message(GstMessage *message, const PipelineWatcher &watcher, DecodingReport *report);

/**
 * \brief Whether an error says that a decoder's frames are of a format that GStreamer does not know: GStreamer 1.22's libav
 * decoders say that they have no memory
 * \param error may be null
 */
bool lacks_pixel_format(const GError *error);

} // namespace fovea
