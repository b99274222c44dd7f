// SPDX-License-Identifier: MIT
#include "commands/eval_segments.h"

#include <cstdio>
#include <memory>
#include <optional>

#include "commands/eval_features.h"
#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/proposals.h"
#include "fovea/core/json.h"
#include "fovea/core/printable.h"
#include "fovea/eval/segment_evaluation.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/lists/list_truths.h"

namespace fovea {

namespace {

/** \brief All windows of the videos, with their scores as an action of any kind */
std::vector<SearchedVideo> proposed_windows(const ProposalModel &proposals, SegmentRule rule,
                                            const std::vector<std::string> &ids,
                                            const std::filesystem::path &features)
{
    rule.background = segment_rule(proposals.bundle).background;
    rule.many_labels = true; // the action's score, however weak it is
    rule.threshold = 0;
    rule.priors.clear();
    const std::shared_ptr<ActivityHead> head = load_head(proposals.bundle);
    std::vector<SearchedVideo> videos;
    videos.reserve(ids.size());
    for (const std::string &id : ids)
        videos.push_back({id, find_windows(head, rule, {features / (id + ".pt")})});
    return videos;
}

} // namespace

int evaluate_segments(const EvaluateOptions &asked)
{
    const std::vector<WeightedModel> models = open_models(asked.analysis.model);
    const Bundle &model = models.front().bundle;
    const ClipList list = event_list(asked, model);
    if (rows_by_video(list, asked.split).empty())
        throw nothing_in_split(asked, "video", has_splits(list));
    std::optional<ProposalModel> proposals;
    if (!asked.proposals.model.empty())
        proposals = open_proposals(asked.proposals, model, asked.analysis);
    const EvaluateOptions options = with_folders(asked, models);
    const auto [folders, code, are_all] = extract_split(options, models, EvaluationOf::Stretches,
                                                        proposals ? &proposals->bundle : nullptr);
    if (!are_all)
        return code;

    const SegmentRule rule = segment_rule(model);
    const SegmentTruths truths =
        segment_truths(list, options.split, folders.front(), rule.background);
    if (truths.ids.empty())
        throw nothing_in_split(options, "video");
    const std::shared_ptr<ActivityHead> head =
        proposals ? load_two_stages(*proposals, models) : load_head(models);
    std::vector<SearchedVideo> videos;
    videos.reserve(truths.ids.size());
    for (const std::string &id : truths.ids) {
        std::vector<std::filesystem::path> files;
        files.reserve(folders.size());
        for (const auto &folder : folders)
            files.push_back(folder / (id + ".pt"));
        videos.push_back({id, find_windows(head, rule, files)});
    }
    const bool thumos = options.protocol == "thumos14";
    SegmentEvaluation evaluation = evaluate_segments(
        videos, truths.intervals, static_cast<int>(model.labels().size()),
        thumos ? DetectionProtocol::Thumos14 : DetectionProtocol::ActivityNet, rule.overlap);
    if (proposals)
        evaluation.proposals =
            evaluate_proposals(proposed_windows(*proposals, rule, truths.ids, folders.back()),
                               truths.intervals, proposals->threshold);
    const std::string text = to_text(evaluation, model.labels());
    write_whole(options.out / "segments.txt", text);
    write_whole(options.out / "segments.json", file_text(to_json(evaluation, model.labels())));
    write_whole(options.out / "segments-activitynet.json",
                file_text(segments_activity_net(videos, model.labels(), rule.overlap)));
    std::printf("\n%s\nwritten: '%s'\n", printable_lines(text).c_str(),
                printable(options.out.string()).c_str());
    return code;
}

} // namespace fovea
