// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "media/plan.h"

namespace fovea {

/**
 * \brief Decodes the file once, to count its frames and where needed to find the acting person
 * \throw Error as FilePipeline::run; Settings when not one frame could be decoded
 */
Survey run_survey(const AnalysisPlan &plan, const MediaInfo &media,
                  const std::function<void(double)> &progress);

} // namespace fovea
