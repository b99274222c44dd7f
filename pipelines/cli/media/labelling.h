// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fovea/bundle/analysis_settings.h"
#include "fovea/bundle/card.h"
#include "media/media_info.h"

namespace fovea {

class EarlyElements;

/** \brief How one model labels a video: by itself, or as one of several */
struct ModelLabelling {
    AnalysisSettings analysis; ///< its model is this one
    bool segments = false;     ///< also actions from start to end
    bool keeps_rows = false;   ///< beside the results, in rows_beside()
    int all_scores = 0;        ///< classes, when all their scores are told; 0: as the card says
};

/** \brief Where the feature rows of a file of results are kept */
std::string rows_beside(const std::string &results);

/**
 * \brief One model over the video, into a file of results
 * \param progress share of the work, in [0, 1]
 * \param early as PipelineSpec
 * \return what is to be told of the video: that it seems damaged, what elements warned of
 * \throw Error as FilePipeline::run; Settings when not one frame could be decoded
 */
std::vector<std::string> write_results(const ActivityCard &card, const ModelLabelling &labelling,
                                       const MediaInfo &media, const std::string &results,
                                       const std::function<void(double)> &progress,
                                       EarlyElements *early = nullptr);

/** \brief The gst-launch-1.0 line of the same, results on stdout \throw as write_results() */
std::string launch_line(const ActivityCard &card, const ModelLabelling &labelling,
                        const MediaInfo &media);

} // namespace fovea
