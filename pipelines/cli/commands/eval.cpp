// SPDX-License-Identifier: MIT
#include "commands/eval.h"

#include <algorithm>
#include <cstdio>

#include "commands/eval_features.h"
#include "fovea/core/printable.h"
#include "fovea/eval/video_scorer.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/lists/list_truths.h"
#include "run_printer.h"

namespace fovea {

namespace {

bool are_features(const ClipList &list)
{
    return std::all_of(list.clips.begin(), list.clips.end(),
                       [](const ListedClip &clip) { return is_feature_file(clip.path); });
}

ClipList list_of(const EvaluateOptions &options, const Bundle &model)
{
    ListOptions list_options;
    list_options.root = options.root;
    list_options.check_files = options.parts.empty(); // their videos may be elsewhere
    list_options.labels = model.labels();
    list_options.many_labels = model.activity().decision.many_labels;
    ClipList list = read_clip_list(options.list, list_options);
    const bool are_rows = are_features(list);
    for (const std::string &warning : list.warnings) {
        // the others of videos are told when extracting
        if (are_rows || warning.find("label '") != std::string::npos)
            warn(warning);
    }
    const bool splits = has_splits(list);
    std::vector<ListedClip> kept;
    for (ListedClip &clip : list.clips) {
        if (options.split.empty() || clip.split == options.split)
            kept.push_back(std::move(clip));
    }
    list.clips = std::move(kept);
    if (list.clips.empty())
        throw nothing_in_split(options, "clip", splits);
    return list;
}

/**
 * \brief What the list names of a video; none: all of it. Without length where it lies behind its end
 * \param clip its path is the feature file
 */
std::optional<TimeInterval> stretch_of(const ListedClip &clip)
{
    if (!is_stretch(clip))
        return std::nullopt;
    const double duration = duration_of(read_feature_file(clip.path));
    const double start = clip.start.seconds(duration);
    return TimeInterval{start, start < duration ? clip.end.seconds(duration) : start};
}

/** \brief How figures by the scores of all windows are named */
const char *pooled_name(Pooling pooling)
{
    switch (pooling) {
    case Pooling::Max:
        return "greatest-of-windows";
    case Pooling::Both:
        return "mean-and-greatest-of-windows";
    default:
        return "mean-of-windows";
    }
}

} // namespace

int evaluate_model(const EvaluateOptions &asked)
{
    const std::vector<WeightedModel> models = open_models(asked.analysis.model);
    const Bundle &model = models.front().bundle;
    const ClipList list = list_of(asked, model);
    const EvaluateOptions options = with_folders(asked, models);
    const bool are_rows = are_features(list);
    EvaluationFeatures features;
    if (are_rows) {
        check_features(options, models, list.clips.front().path);
        features.folders = {""}; // the list says where each lies
    } else {
        features = extract_split(options, models, EvaluationOf::Clips);
    }
    const auto &[folders, code, are_all] = features;
    if (!are_all)
        return code;

    std::vector<EvaluatedModel> evaluated;
    for (std::size_t i = 0; i < models.size(); ++i)
        evaluated.push_back({models[i].bundle, models[i].weight, folders[i]});
    VideoScorer scorer(evaluated, asked.analysis.pooling);
    const bool many_labels = scorer.rule().many_labels;
    ListOptions written_as;
    written_as.many_labels = many_labels;
    const ClipList written =
        are_rows ? list : read_clip_list(evaluated.front().features / evaluated_name, written_as);
    std::vector<EvaluatedVideo> videos;
    for (const ListedClip &clip : written.clips) {
        Prediction truth = truth_of(clip, list, many_labels);
        const bool shows_none = many_labels && clip.labels().empty();
        // what shows other classes alone was told with the list
        if (truth.truth < 0 && truth.truths.empty() && !shows_none)
            continue;
        const std::optional<TimeInterval> stretch = stretch_of(clip);
        if (stretch && stretch->end <= stretch->start)
            warn("'" + clip.path.string() + "': a stretch of '" + clip.label +
                 "' begins behind its video's end; left out");
        else
            videos.push_back(
                {std::move(truth), are_rows ? clip.path : clip.path.filename(), stretch});
    }
    const VideoEvaluation evaluation = evaluate_videos(scorer, videos);
    report_evaluation(options.out, pooled_name(scorer.rule().pooling), evaluation.by_windows,
                      model.labels());
    if (scorer.rule().normal >= 0)
        report_evaluation(options.out,
                          scorer.labels_by_alarms() ? "strongest-alarm" : "strongest-event",
                          evaluation.by_strongest, model.labels());
    if (evaluation.left_out > 0)
        std::printf("\nleft out: %d clips that could not be extracted, see above\n",
                    evaluation.left_out);
    std::printf("\nwritten: '%s'\n", printable(options.out.string()).c_str());
    return code;
}

} // namespace fovea
