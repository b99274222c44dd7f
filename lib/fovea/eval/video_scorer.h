// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "fovea/bundle/bundle.h"
#include "fovea/decide/activity_stream.h"
#include "fovea/decide/time_interval.h"
#include "fovea/eval/metrics.h"

namespace fovea {

/** \brief A model that is evaluated, alone or with others */
struct EvaluatedModel {
    Bundle bundle;
    double weight = 1;              ///< share of the mean; those of all models sum to 1
    std::filesystem::path features; ///< folder of its feature files
};

/** \brief A video's scores by class, of several models their mean */
struct VideoOutcome {
    std::vector<float>
        pooled; ///< of all windows, see VideoScores; of an alstm the mean of its crops
    std::vector<float> scores; ///< those that the video is labelled by, see VideoScores
    int label = 0; ///< class by these, or the alarms; where they say none, the best of pooled
    std::vector<Activity> activities; ///< as foveaattention tells them; of the first model
};

/**
 * \brief Scores videos by their feature files, as foveaattention does their streams: by ActivityStream
 *
 * An attention LSTM's pooled scores are those of mean_of_crops(), as its authors test it.
 */
class VideoScorer
{
public:
    /**
     * \param pooling of the windows to the video; Card: each model's own
     * \throw Error as load_head()
     */
    explicit VideoScorer(const std::vector<EvaluatedModel> &models,
                         Pooling pooling = Pooling::Card);

    /**
     * \param file name of a feature file, in the folder of each model
     * \param stretch of the video that is scored, s; none: all of it
     * \return none where a model has no such file \throw Error as read_feature_file, ActivityStream
     */
    std::optional<VideoOutcome> score(const std::filesystem::path &file,
                                      const std::optional<TimeInterval> &stretch = {});

    /** \brief The classes of what is scored: those of the first model */
    const std::vector<std::string> &labels() const { return parts_.front().model.bundle.labels(); }

    const DecisionRule &rule() const { return rule_; }

    /** \brief Whether alarms label the videos, see ActivityStream; not where models have other rows */
    bool labels_by_alarms() const { return by_alarms_; }

private:
    struct Part {
        EvaluatedModel model;
        std::shared_ptr<ActivityHead> head;
        ActivityStream windows;
    };

    std::vector<Part> parts_;
    DecisionRule rule_; ///< of the first model
    bool by_alarms_;
    std::unique_ptr<ActivityStream> joint_; ///< of several models that label by alarms; else null
};

/** \brief A video of a list */
struct EvaluatedVideo {
    Prediction truth;           ///< without scores
    std::filesystem::path file; ///< name of its feature files
    std::optional<TimeInterval> stretch =
        {}; ///< of the video that the list names, s; none: all of it
};

struct VideoEvaluation {
    std::vector<Prediction> by_windows;   ///< by VideoOutcome::pooled
    std::vector<Prediction> by_strongest; ///< the same, predicted as the video is labelled
    int left_out = 0;                     ///< videos without a feature file
};

VideoEvaluation evaluate_videos(VideoScorer &scorer, const std::vector<EvaluatedVideo> &videos);

} // namespace fovea
