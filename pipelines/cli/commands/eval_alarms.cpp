// SPDX-License-Identifier: MIT
#include "commands/eval_alarms.h"

#include <algorithm>
#include <cstdio>
#include <memory>

#include "commands/eval_features.h"
#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/core/printable.h"
#include "fovea/eval/alarm_report.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/lists/list_truths.h"

namespace fovea {

namespace {

ClipList list_of(const EvaluateOptions &options, const Bundle &model)
{
    if (model.activity().decision.many_labels)
        throw Error(Error::Kind::Settings, "option --alarms: model '" + model.name() +
                                               "' gives any number of labels at once, expected one "
                                               "with a class that is no event");
    return event_list(options, model);
}

std::vector<VideoRows> videos_of(const EvaluateOptions &options, const ClipList &list)
{
    std::vector<VideoRows> videos = rows_by_video(list, options.split);
    if (videos.empty())
        throw nothing_in_split(options, "video", has_splits(list));
    return videos;
}

bool are_features(const std::vector<VideoRows> &videos)
{
    return std::all_of(videos.begin(), videos.end(),
                       [](const VideoRows &rows) { return is_feature_file(rows.front().path); });
}

/** \brief The feature file of each model: what the list names, or what was extracted into \a folders */
std::vector<std::filesystem::path> files_of(const VideoRows &rows,
                                            const std::vector<std::filesystem::path> &folders)
{
    std::vector<std::filesystem::path> files;
    for (const auto &folder : folders)
        files.push_back(folder / (rows.front().id + feature_ending));
    return folders.empty() ? std::vector{rows.front().path} : files;
}

} // namespace

int evaluate_alarms(const EvaluateOptions &asked)
{
    const std::vector<WeightedModel> models = open_models(asked.analysis.model);
    const Bundle &model = models.front().bundle;
    const AlarmRule rule = alarm_rule(model, AlarmLimits());
    const ClipList list = list_of(asked, model);
    const std::vector<VideoRows> listed = videos_of(asked, list);
    const EvaluateOptions options = with_folders(asked, models);
    EvaluationFeatures features;
    if (are_features(listed))
        check_features(options, models, listed.front().front().path);
    else
        features = extract_split(options, models, EvaluationOf::Stretches);
    if (!features.are_all)
        return features.code;

    const std::shared_ptr<ActivityHead> head = load_head(models);
    const int normal = decision_rule(model).normal;
    std::vector<WatchedVideo> videos;
    for (const VideoRows &rows : listed) {
        double duration = 0;
        auto windows = watched_windows(head, window_settings(model),
                                       files_of(rows, features.folders), &duration);
        if (!windows)
            continue; // it could not be extracted, which was told
        videos.push_back(watched_video(rows, list, normal, duration));
        videos.back().windows = std::move(*windows);
    }
    const AlarmEvaluation evaluation = evaluate_alarms(videos, model.labels(), rule);
    const std::string text = to_text(evaluation, options.alarms_per_hour);
    write_whole(options.out / "alarms.txt", text);
    write_whole(options.out / "alarms.json",
                file_text(to_json(evaluation, options.alarms_per_hour)));
    write_whole(options.out / "alarms.svg", to_svg(evaluation));
    std::printf("\n%s", printable_lines(text).c_str());
    if (videos.size() < listed.size())
        std::printf("\nleft out: %zu videos without features, see above\n",
                    listed.size() - videos.size());
    std::printf("\nwritten: '%s'\n", printable(options.out.string()).c_str());
    return features.code;
}

} // namespace fovea
