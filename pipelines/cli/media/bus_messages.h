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

} // namespace fovea
