#include "commands/evaluate_segments.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <memory>

#include "commands/combination.h"
#include "commands/combined_segments.h"
#include "commands/extract.h"
#include "fovea/bundle/load.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/eval/detection_map.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/feature_file.h"
#include "fovea/train/data/clip_list.h"
#include "interrupt.h"

namespace fovea {

namespace {

constexpr const char *ambiguous_name = "Ambiguous"; // as THUMOS'14 calls them
constexpr double below_judged = 0.1;

/** \brief One video: the name of its feature file, and what is found in all its windows */
struct Video {
    std::string id;
    double duration = 0; ///< s
    std::vector<FoundInterval> found;
};

struct Truths {
    std::vector<ActionInterval> intervals;
    std::map<std::filesystem::path, Video> videos;
};

ClipList list_of(const EvaluateOptions &options, const Bundle &model)
{
    ListOptions list_options;
    list_options.labels = model.labels();
    list_options.labels.emplace_back(ambiguous_name);
    ClipList list = read_clip_list(options.list, list_options);
    for (const std::string &warning : list.warnings)
        std::fprintf(stderr, "fovea: warning: %s\n", warning.c_str());
    return list;
}

double duration_of(const FeatureFile &file)
{
    return file.fps > 0 ? static_cast<double>(file.frames) / file.fps
                        : to_seconds(file.times.back().end);
}

/** \brief The stretches of the split, in seconds */
Truths truths_of(const EvaluateOptions &options, const ClipList &list, int background)
{
    Truths truths;
    for (const ListedClip &clip : list.clips) {
        if (!options.split.empty() && clip.split != options.split)
            continue;
        const auto [video, is_new] = truths.videos.emplace(clip.path, Video{clip.id, 0, {}});
        const auto file = options.features / (video->second.id + ".pt");
        if (!std::filesystem::exists(file)) { // told when it could not be extracted
            truths.videos.erase(video);
            continue;
        }
        if (is_new)
            video->second.duration = duration_of(read_feature_file(file));
        const double duration = video->second.duration;
        const int label =
            clip.label == ambiguous_name ? ambiguous_label : list.class_of(clip.label);
        if (label != background)
            truths.intervals.push_back({video->second.id, label, clip.start.seconds(duration),
                                        clip.end.seconds(duration), 0});
    }
    if (truths.videos.empty())
        throw Error(Error::Kind::Settings, "list '" + options.list.string() +
                                               "': has no video in the split '" + options.split +
                                               "'; give --split, or --split all");
    return truths;
}

std::vector<ActionInterval> kept(const Truths &truths, double overlap)
{
    std::vector<ActionInterval> all;
    for (const auto &entry : truths.videos) {
        for (const FoundInterval &one : suppressed(entry.second.found, overlap))
            all.push_back(
                {entry.second.id, one.label, one.interval.start, one.interval.end, one.score});
    }
    return all;
}

std::string percent(double share)
{
    std::array<char, 32> text = {};
    std::snprintf(text.data(), text.size(), "%5.1f %%", 100 * share);
    return text.data();
}

std::string overlap_text(double overlap)
{
    std::array<char, 32> text = {};
    std::snprintf(text.data(), text.size(), "%.2f", overlap);
    return text.data();
}

/** \brief All figures, told and written */
void report(const EvaluateOptions &options, const Bundle &model, const Truths &truths, double usual)
{
    const bool thumos = options.protocol == "thumos14";
    const auto protocol = thumos ? DetectionProtocol::Thumos14 : DetectionProtocol::ActivityNet;
    const auto classes = static_cast<int>(model.labels().size());
    Json json = {{"protocol", options.protocol},
                 {"videos", truths.videos.size()},
                 {"truths", truths.intervals.size()},
                 {"overlaps", Json::array()}};
    std::string text = "segments in " + std::to_string(truths.videos.size()) + " videos, " +
                       std::to_string(truths.intervals.size()) + " truths, as " + options.protocol +
                       "\n";
    double sum = 0;
    const std::vector<double> overlaps = protocol_overlaps(protocol);
    for (const double overlap : overlaps) {
        const double removal = thumos ? std::max(0.0, overlap - below_judged) : usual;
        const DetectionMap map =
            detection_map(kept(truths, removal), truths.intervals, classes, overlap, protocol);
        Json by_class = Json::object();
        for (std::size_t i = 0; i < model.labels().size(); ++i) {
            if (map.has_truths[i])
                by_class[model.labels()[i]] = map.by_class[i];
        }
        json["overlaps"].push_back(
            {{"overlap", overlap}, {"mean_average_precision", map.mean}, {"classes", by_class}});
        text += "mAP@" + overlap_text(overlap) + "  " + percent(map.mean);
        for (const auto &[label, precision] : by_class.items())
            text += "  " + label + " " + percent(precision.get<double>());
        text += "\n";
        sum += map.mean;
    }
    json["mean"] = sum / static_cast<double>(overlaps.size());
    text += "mean      " + percent(sum / static_cast<double>(overlaps.size())) + "\n";

    Json results = Json::object();
    for (const ActionInterval &one : kept(truths, usual))
        results[one.video].push_back(
            {{"label", model.labels()[static_cast<std::size_t>(one.label)]},
             {"score", one.score},
             {"segment", {one.start, one.end}}});
    const Json predictions = {
        {"version", "VERSION 1.3"}, {"results", results}, {"external_data", Json::object()}};
    write_whole(options.out / "segments.txt", text);
    write_whole(options.out / "segments.json", json.dump(2) + "\n");
    write_whole(options.out / "segments-activitynet.json", predictions.dump(2) + "\n");
    std::printf("\n%s\nwritten: '%s'\n", text.c_str(), options.out.c_str());
}

} // namespace

int evaluate_segments(const EvaluateOptions &asked)
{
    EvaluateOptions options = asked;
    const std::vector<WeightedModel> models = open_models(options.analysis.model);
    const Bundle &model = models.front().bundle;
    if (options.out.empty())
        options.out = model.name() + ".eval";
    if (options.features.empty())
        options.features = options.out / "features";
    const ClipList list = list_of(options, model);

    std::error_code error;
    std::filesystem::create_directories(options.out, error);
    if (error)
        throw cannot_write(options.out, error.value());
    std::vector<std::filesystem::path> folders;
    int code = 0;
    for (const WeightedModel &one : models) {
        ExtractOptions extraction;
        extraction.analysis = options.analysis;
        extraction.out = options.features;
        if (models.size() > 1) {
            extraction.analysis.model = one.bundle.folder().string();
            extraction.out /= one.bundle.name();
        }
        extraction.jobs = options.jobs;
        extraction.list = options.list;
        extraction.split = options.split;
        extraction.stretches = true;
        code = std::max(code, extract(extraction));
        if (interrupted())
            return code;
        folders.push_back(extraction.out);
    }
    options.features = folders.front(); // told by any of them: how long videos are

    SegmentRule rule = segment_rule(model);
    Truths truths = truths_of(options, list, rule.background);
    const std::shared_ptr<ActivityHead> head = combined_head(models);
    for (auto &entry : truths.videos) {
        std::vector<FeatureFile> files;
        for (const auto &folder : folders) {
            if (const auto one = folder / (entry.second.id + ".pt"); std::filesystem::exists(one))
                files.push_back(read_feature_file(one));
        }
        if (files.size() < models.size()) // told when it could not be extracted: nothing is found
            continue;
        const FeatureFile file = side_by_side(std::move(files));
        rule.fps = file.fps;
        entry.second.found = find_windows(head, rule, file.features, file.times);
    }
    report(options, model, truths, rule.overlap);
    return code;
}

} // namespace fovea
