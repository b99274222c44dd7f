// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/bundle/analysis_settings.h"
#include "fovea/bundle/video_sampling.h"
#include "media/chain.h"
#include "media/media_info.h"

namespace fovea {

struct Survey;

/**
 * \brief The elements that a card and a file ask for: the one place that chooses their properties;
 * what is sampled is VideoSampling's to say
 */
class AnalysisPlan
{
public:
    AnalysisPlan(const ActivityCard &card, AnalysisSettings settings, const MediaInfo &media);

    SurveyNeed survey_need() const { return sampling_.survey_need(); }

    /** \brief Of the work on a file what its survey takes, for its progress */
    double survey_share() const { return survey_need() != SurveyNeed::None ? 0.3 : 0; }

    /** \brief Decoded video to the bus message of foveaactor; of SurveyNeed::Frames: to a sink */
    Chain survey() const;

    /** \brief Decoded video to feature rows: up to and with foveafeatures */
    Chain features(const Survey &survey) const;

    /** \brief Elements that load networks, each by itself, as far as they are the same for all but short files */
    static std::vector<Stage> network_stages(const ActivityCard &card,
                                             const AnalysisSettings &settings);

private:
    Chain upright() const;
    Stage detect_stage(double period) const;
    Stage pose_stage() const;
    Stage actor_stage() const;
    Stage features_stage(const Survey &survey) const;

    ActivityCard card_; ///< with the regions that were asked for
    AnalysisSettings settings_;
    bool is_upright_; ///< as MediaInfo
    VideoSampling sampling_;
};

/** \brief Between elements that work at the same time */
Stage bounded_queue();

/**
 * \brief Elements that turn what a decoder gives into upright frames that the others read
 * \param is_upright as MediaInfo
 */
Chain intake(bool is_upright = false);

} // namespace fovea
