// SPDX-License-Identifier: MIT
#include "fovea/eval/segment_evaluation.h"

#include <algorithm>

#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/core/percent.h"
#include "fovea/decide/temporal_nms.h"
#include "fovea/store/combined_rows.h"
#include "fovea/store/result_formats.h"

namespace fovea {

namespace {

constexpr double below_asked = 0.1; // Li et al., section IV-C

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
    evaluation.truths = truths.size();
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

std::string to_text(const SegmentEvaluation &evaluation, const std::vector<std::string> &labels)
{
    std::string text = "segments in " + std::to_string(evaluation.videos) + " videos, " +
                       std::to_string(evaluation.truths) + " truths, as " +
                       name_of(evaluation.protocol) + "\n";
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
