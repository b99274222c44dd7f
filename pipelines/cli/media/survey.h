// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "fovea/core/geometry.h"
#include "fovea/core/time.h"
#include "media/analysis_plan.h"
#include "media/media_info.h"

namespace fovea {

class EarlyElements;

/** \brief What a survey found */
struct Survey {
    std::uint64_t frames = 0; ///< 0: not surveyed
    std::optional<Box> actor; ///< none: no person seen, or not looked for
    Nanoseconds time = 0;     ///< how long the frames last, as measured; 0: not known
};

/**
 * \brief Decodes the file once, to count its frames and where needed to find the acting person
 * \param early as PipelineSpec
 * \throw Error as FilePipeline::run; Settings when not one frame could be decoded
 */
Survey run_survey(const AnalysisPlan &plan, const MediaInfo &media,
                  const std::function<void(double)> &progress, EarlyElements *early = nullptr);

} // namespace fovea
