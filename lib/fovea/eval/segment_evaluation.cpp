// SPDX-License-Identifier: MIT
#include "fovea/eval/segment_evaluation.h"

#include <algorithm>
#include <map>

#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/core/percent.h"
#include "fovea/decide/temporal_nms.h"
#include "fovea/store/results/result_formats.h"
#include "fovea/store/tensors/combined_rows.h"

namespace fovea {

namespace {

constexpr double below_asked = 0.1; // Li et al., section IV-C
constexpr double shows_truth = 0.5; // overlap of a proposal, as of the windows trained on

std::vector<ActionInterval> kept(const std::vector<SearchedVideo> &videos, double overlap)
{
    std::vector<ActionInterval> all;
    for (const SearchedVideo &video : videos) {
        for (const FoundInterval &one : suppressed(video.found, overlap))
            all.push_back({video.id, one.label, one.interval.start, one.interval.end, one.score});
    }
    return all;
}

/** \brief "  7.3 %", "100.0 %" */
std::string column_text(double share)
{
    const std::string figure = percent_figure(share);
    return std::string(5 - std::min<std::size_t>(5, figure.size()), ' ') + figure + " %";
}

/** \brief "proposals from 0.7: 41 of 380 windows, 10.2 a video; recall 92.9 % (of all windows 96.4 %)" */
std::string proposals_line(const SegmentEvaluation::Proposals &proposals, std::size_t videos)
{
    const double mean = static_cast<double>(proposals.proposed) /
                        static_cast<double>(std::max<std::size_t>(1, videos));
    return "proposals from " + formatted("%g", proposals.threshold) + ": " +
           std::to_string(proposals.proposed) + " of " + std::to_string(proposals.windows) +
           " windows, " + formatted("%.1f", mean) + " a video; recall " +
           percent_figure(proposals.recall) + " % (of all windows " +
           percent_figure(proposals.largest_recall) + " %)\n";
}

const char *name_of(DetectionProtocol protocol)
{
    return protocol == DetectionProtocol::Thumos14 ? "thumos14" : "activitynet";
}

/** \brief Average precision by label, of the classes that have truths */
Json by_class(const DetectionMap &map, const std::vector<std::string> &labels)
{
    Json classes = Json::object();
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (map.has_truths[i])
            classes[labels[i]] = map.by_class[i];
    }
    return classes;
}

} // namespace

std::vector<FoundInterval> find_windows(const std::shared_ptr<ActivityHead> &head, SegmentRule rule,
                                        const std::vector<std::filesystem::path> &files)
{
    const std::optional<FeatureFile> joint = read_combined_rows(files);
    if (!joint)
        return {};
    rule.fps = joint->fps;
    return find_windows(head, rule, joint->features, joint->times, joint->jumps);
}

SegmentEvaluation evaluate_segments(const std::vector<SearchedVideo> &videos,
                                    const std::vector<ActionInterval> &truths, int classes,
                                    DetectionProtocol protocol, double overlap)
{
    SegmentEvaluation evaluation;
    evaluation.protocol = protocol;
    evaluation.videos = videos.size();
    evaluation.truths = static_cast<std::size_t>(
        std::count_if(truths.begin(), truths.end(),
                      [](const ActionInterval &truth) { return truth.label != ambiguous_label; }));
    for (const double asked : protocol_overlaps(protocol)) {
        const double removal =
            protocol == DetectionProtocol::Thumos14 ? std::max(0.0, asked - below_asked) : overlap;
        evaluation.overlaps.push_back(
            {asked, detection_map(kept(videos, removal), truths, classes, asked, protocol)});
        evaluation.mean += evaluation.overlaps.back().map.mean;
    }
    evaluation.mean /= static_cast<double>(evaluation.overlaps.size());
    return evaluation;
}

SegmentEvaluation::Proposals evaluate_proposals(const std::vector<SearchedVideo> &videos,
                                                const std::vector<ActionInterval> &truths,
                                                double threshold)
{
    SegmentEvaluation::Proposals result;
    result.threshold = threshold;
    std::map<std::string, const std::vector<FoundInterval> *> windows_of;
    for (const SearchedVideo &video : videos) {
        windows_of[video.id] = &video.found;
        result.windows += video.found.size();
        result.proposed += static_cast<std::size_t>(
            std::count_if(video.found.begin(), video.found.end(),
                          [&](const FoundInterval &window) { return window.score >= threshold; }));
    }
    std::size_t all = 0;
    for (const ActionInterval &truth : truths) {
        const auto windows = windows_of.find(truth.video);
        if (truth.label == ambiguous_label || windows == windows_of.end())
            continue;
        ++all;
        bool is_shown = false;
        bool is_proposed = false;
        for (const FoundInterval &window : *windows->second) {
            if (interval_overlap(window.interval, {truth.start, truth.end}) <= shows_truth)
                continue;
            is_shown = true;
            is_proposed |= window.score >= threshold;
        }
        result.recall += is_proposed ? 1 : 0;
        result.largest_recall += is_shown ? 1 : 0;
    }
    if (all > 0) {
        result.recall /= static_cast<double>(all);
        result.largest_recall /= static_cast<double>(all);
    }
    return result;
}

std::string to_text(const SegmentEvaluation &evaluation, const std::vector<std::string> &labels)
{
    std::string text = "segments in " + std::to_string(evaluation.videos) + " videos, " +
                       std::to_string(evaluation.truths) + " truths, as " +
                       name_of(evaluation.protocol) + "\n";
    if (evaluation.proposals)
        text += proposals_line(*evaluation.proposals, evaluation.videos);
    for (const auto &[overlap, map] : evaluation.overlaps) {
        text += "mAP@" + formatted("%.2f", overlap) + "  " + column_text(map.mean);
        const Json classes = by_class(map, labels);
        for (const auto &[label, precision] : classes.items())
            text += "  " + label + " " + column_text(precision.get<double>());
        text += "\n";
    }
    return text + "mean      " + column_text(evaluation.mean) + "\n";
}

Json to_json(const SegmentEvaluation &evaluation, const std::vector<std::string> &labels)
{
    Json json = {{"protocol", name_of(evaluation.protocol)},
                 {"videos", evaluation.videos},
                 {"truths", evaluation.truths},
                 {"overlaps", Json::array()},
                 {"mean", evaluation.mean}};
    if (const auto &proposals = evaluation.proposals)
        json["proposals"] = {{"threshold", proposals->threshold},
                             {"windows", proposals->windows},
                             {"proposed", proposals->proposed},
                             {"recall", proposals->recall},
                             {"largest_recall", proposals->largest_recall}};
    for (const auto &[overlap, map] : evaluation.overlaps)
        json["overlaps"].push_back({{"overlap", overlap},
                                    {"mean_average_precision", map.mean},
                                    {"classes", by_class(map, labels)}});
    return json;
}

Json segments_activity_net(const std::vector<SearchedVideo> &videos,
                           const std::vector<std::string> &labels, double overlap)
{
    Json results = Json::object();
    for (const ActionInterval &one : kept(videos, overlap))
        results[one.video].push_back({{"label", labels[static_cast<std::size_t>(one.label)]},
                                      {"score", one.score},
                                      {"segment", {one.start, one.end}}});
    return activity_net_predictions(std::move(results));
}

} // namespace fovea
