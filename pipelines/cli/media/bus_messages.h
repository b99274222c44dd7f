// SPDX-License-Identifier: MIT
#pragma once

#include <string>

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
 * \brief What is told of a file that cannot be decoded, behind its name
 *
 * GStreamer 1.22's libav decoders say that a resource failed, as of memory, where they have frames of a format that GStreamer does
 * not know; others mean what they say.
 * \param error may be null \param is_of_format a format that GStreamer does not know was in hand
 */
std::string why_undecodable(const GError *error, bool is_of_format);

} // namespace fovea
