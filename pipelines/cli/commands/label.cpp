// SPDX-License-Identifier: MIT
#include "commands/label.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <utility>

#include "batch.h"
#include "fovea/bundle/load.h"
#include "fovea/bundle/open_model.h"
#include "fovea/bundle/rules.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/decide/combined_results.h"
#include "fovea/decide/segment_finder.h"
#include "fovea/salience/label_line.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/output_folder.h"
#include "fovea/store/result.h"
#include "fovea/store/result_formats.h"
#include "fovea/store/run_record.h"
#include "fovea/store/side_by_side.h"
#include "media/labelled_video.h"
#include "media/labelling.h"
#include "options/detector_option.h"

namespace fovea {

namespace {

constexpr const char *record_name = "run.json";
constexpr const char *video_name = "labelled.mp4";
constexpr const char *summary_name = "summary.mp4";
constexpr const char *summary_record_name =
    "summary.json"; // apart: its ratio does not touch the rest
constexpr std::array made_beside = {record_name, video_name, summary_record_name, summary_name};

/** \brief The lines that are always written */
const std::string &results_file()
{
    return result_formats().front().file;
}

/* How the passes over a file share its progress. */
constexpr double video_share = 0.4;
constexpr double summary_share = 0.2;

std::filesystem::path folder_of(const std::filesystem::path &video,
                                const std::filesystem::path &out)
{
    const auto parent = out.empty() ? video.parent_path() : out;
    return parent / (video.filename().string() + ".fovea");
}

/** \brief The work on one video; one instance serves all threads */
class Labeller
{
public:
    Labeller(const LabelOptions &options, const std::vector<WeightedModel> &models)
        : options_(options), models_(models)
    {
        const bool alone = models.size() == 1;
        for (const auto &[model, weight] : models) {
            ModelLabelling part = {options.analysis, options.segments && alone,
                                   options.segments && !alone,
                                   alone ? 0 : static_cast<int>(model.labels().size())};
            if (!alone)
                part.analysis.model = model.folder().string();
            parts_.push_back(std::move(part));
            Json one = made_with(model, options.analysis);
            if (!alone)
                one["weight"] = weight;
            if (made_with_.empty())
                made_with_ = std::move(one);
            else
                made_with_["combined_with"].push_back(std::move(one));
        }
        if (options.segments)
            made_with_["segments"] = true;
        for (const ResultFormat &format : result_formats()) {
            const bool wanted =
                format.of_segments ? options.segments : options.formats.count(format.name) > 0;
            if (wanted && format.file != results_file())
                texts_.push_back(format.file);
        }
    }

    Outcome label(const Task &task) const;

private:
    using Names = std::vector<std::string>;

    bool made(const Task &task, const std::string &name) const
    {
        const auto record = folder_of(task.file(), options_.out) / record_name;
        return !options_.force && is_made(record, {made_with_, {name}}, task.file());
    }

    RunRecord summary_record() const
    {
        Json made_with = made_with_;
        made_with["summary_ratio"] = options_.summary_ratio;
        return {made_with, {summary_name}};
    }

    bool has_summary(const Task &task) const
    {
        const auto record = folder_of(task.file(), options_.out) / summary_record_name;
        return !options_.force && is_made(record, summary_record(), task.file());
    }

    void summarise(const Task &task, const MediaInfo &media, double from,
                   OutputFolder &folder) const;
    void analyse(const Task &task, const MediaInfo &media, double share,
                 const std::filesystem::path &whole) const;
    void run(std::size_t index, const Task &task, const MediaInfo &media, double from, double to,
             const std::string &results) const;
    void write_texts(const Names &names, const std::vector<Result> &results,
                     const std::filesystem::path &video, const OutputFolder &folder) const;

    const LabelOptions &options_;
    const std::vector<WeightedModel> &models_;
    std::vector<ModelLabelling> parts_; ///< of the models
    Json made_with_;
    Names texts_; ///< results.vtt and the like: made from results.jsonl
};

/** \brief Whether earlier results are whole lines of one run; others are made anew */
bool is_whole(const std::filesystem::path &results)
{
    try {
        std::set<std::string> runs;
        int ends = 0; // a run says once what the whole video is
        for (const Result &line : read_results(results.string())) {
            runs.insert(line.run);
            ends += line.has_activity && line.activity.scope == Activity::Scope::Video ? 1 : 0;
        }
        return runs.size() <= 1 && ends <= 1;
    } catch (const Error &) {
        return false;
    }
}

/**
 * \brief New results take the place of earlier ones once they prove to be whole
 *
 * What was made of the earlier ones is no longer so: it goes, but for \a to_come, which new files
 * replace when those are whole.
 */
void replace_results(const std::vector<std::string> &to_come, OutputFolder *folder)
{
    read_results(folder->temporary(results_file()).string());
    std::vector<std::string> stale(made_beside.begin(), made_beside.end());
    for (const ResultFormat &format : result_formats())
        stale.push_back(format.file);
    for (const std::string &name : stale) {
        const bool stays = name == results_file() ||
                           std::find(to_come.begin(), to_come.end(), name) != to_come.end();
        if (!stays)
            std::filesystem::remove(folder->file(name));
    }
    folder->keep(results_file());
}

Outcome Labeller::label(const Task &task) const
{
    const std::string name = task.file().filename().string();
    const auto folder_path = folder_of(task.file(), options_.out);

    Names made_before;
    Names missing;
    for (const std::string &text : texts_)
        (made(task, text) ? made_before : missing).push_back(text);
    const bool has_results = made(task, results_file()) && is_whole(folder_path / results_file());
    const bool has_video = has_results && made(task, video_name);
    const bool wants_video = options_.video && !has_video;
    const bool wants_summary = options_.summary && !(has_results && has_summary(task));
    if (has_results && missing.empty() && !wants_video && !wants_summary)
        return {/*skipped=*/true, name + ": labelled before, see " + folder_path.string()};

    const MediaInfo media = media_info(task.file());
    OutputFolder folder(folder_path, OutputFolder::Use::Exclusive);
    RunRecord record{made_with_, {results_file()}};
    record.outputs.insert(record.outputs.end(), texts_.begin(), texts_.end());
    if (has_video)
        record.outputs.emplace_back(video_name);

    const double behind_video = wants_summary ? 1 - summary_share : 1;
    const double behind_results = wants_video ? behind_video - video_share : behind_video;
    if (!has_results) {
        analyse(task, media, behind_results, folder.temporary(results_file()));
        missing = texts_;
        Names to_come = texts_;
        if (wants_video)
            to_come.emplace_back(video_name);
        if (wants_summary)
            to_come.emplace_back(summary_name);
        replace_results(to_come, &folder);
    }
    const auto results = read_results(folder.file(results_file()).string());
    write_texts(missing, results, task.file(), folder);
    write_run_record(folder.file(record_name), record);

    if (wants_video) {
        write_labelled_video(media, folder.file(results_file()), folder.temporary(video_name),
                             task.pass(has_results ? 0 : behind_results, behind_video));
        folder.keep(video_name);
        record.outputs.emplace_back(video_name);
        write_run_record(folder.file(record_name), record);
    }
    if (wants_summary)
        summarise(task, media, has_results && !wants_video ? 0 : behind_video, folder);
    return {/*skipped=*/false, name + ": " + label_line(results) + "  -> " + folder_path.string()};
}

/** \brief One model over the video, into a file of results */
void Labeller::run(std::size_t index, const Task &task, const MediaInfo &media, double from,
                   double to, const std::string &results) const
{
    const auto notes = write_results(models_[index].bundle.activity(), parts_[index], media,
                                     results, task.pass(from, to));
    for (const std::string &note : notes) {
        if (index == 0)
            task.warn(note);
    }
}

void Labeller::summarise(const Task &task, const MediaInfo &media, double from,
                         OutputFolder &folder) const
{
    const SummaryRule rule = {options_.summary_ratio,
                              models_.front().bundle.activity().decision.normal};
    if (!write_summary_video(media, folder.file(results_file()), rule,
                             folder.temporary(summary_name), task.pass(from, 1))) {
        task.warn("has no salient moment; no " + std::string(summary_name) + " is written");
        return;
    }
    folder.keep(summary_name);
    write_run_record(folder.file(summary_record_name), summary_record());
}

/** \brief Actions that all models find together in the rows of all of them */
std::vector<Result> joint_segments(const std::vector<WeightedModel> &models,
                                   const FeatureFile &rows)
{
    const Bundle &first = models.front().bundle;
    SegmentRule rule = segment_rule(first);
    rule.fps = rows.fps;
    std::vector<Result> results;
    for (const Segment &segment :
         find_segments(load_head(models), rule, rows.features, rows.times)) {
        Result result;
        result.timestamp = segment.time.end;
        result.has_activity = true;
        result.activity = activity_of(segment, first.labels());
        results.push_back(std::move(result));
    }
    return results;
}

/** \param whole file of the results, to be written */
void Labeller::analyse(const Task &task, const MediaInfo &media, double share,
                       const std::filesystem::path &whole) const
{
    if (models_.size() == 1) {
        run(0, task, media, 0, share, whole.string());
        return;
    }
    std::vector<WeightedResults> of_models;
    std::vector<FeatureFile> rows;
    const double each = share / static_cast<double>(models_.size());
    for (std::size_t i = 0; i < models_.size(); ++i) {
        const std::string part = whole.string() + "." + std::to_string(i);
        run(i, task, media, each * static_cast<double>(i), each * static_cast<double>(i + 1), part);
        of_models.push_back({read_results(part), static_cast<float>(models_[i].weight)});
        std::filesystem::remove(part);
        if (parts_[i].keeps_rows) {
            rows.push_back(read_feature_file(rows_beside(part)));
            std::filesystem::remove(rows_beside(part));
        }
    }
    const Bundle &first = models_.front().bundle;
    const std::string &name = options_.analysis.model;
    auto results =
        combined_results(of_models, first.labels(), decision_rule(first),
                         static_cast<std::size_t>(first.activity().decision.top_k), name);
    if (!rows.empty()) {
        for (Result &segment : joint_segments(models_, side_by_side(std::move(rows)))) {
            segment.resolution = media.size;
            segment.source = task.file().string();
            segment.model = name;
            results.push_back(std::move(segment));
        }
    }
    write_whole(whole, to_json_lines(results));
}

void Labeller::write_texts(const Names &names, const std::vector<Result> &results,
                           const std::filesystem::path &video, const OutputFolder &folder) const
{
    for (const ResultFormat &format : result_formats()) {
        if (std::find(names.begin(), names.end(), format.file) != names.end())
            write_whole(folder.file(format.file), format.write(results, video.stem().string()));
    }
}

void print_pipelines(const LabelOptions &options, const std::vector<WeightedModel> &models)
{
    for (const auto &video : options.videos) {
        const MediaInfo media = media_info(video);
        for (const auto &[model, weight] : models) {
            ModelLabelling part = {options.analysis, options.segments, /*keeps_rows=*/false, 0};
            if (models.size() > 1)
                part.analysis.model = model.folder().string();
            std::puts(launch_line(model.activity(), part, media).c_str());
        }
    }
}

} // namespace

int label(const LabelOptions &options)
{
    LabelOptions settled = options;
    const std::vector<WeightedModel> models = open_models(options.analysis.model);
    for (const WeightedModel &model : models)
        check(options_of(options.analysis), model.bundle, OptionsOf::Command);
    settled.analysis.detector =
        detector_for(options.analysis.detector, models.front().bundle.activity());
    settled.analysis.threads = threads_of_each(options.analysis.threads, options.jobs);

    if (options.print_pipeline) {
        print_pipelines(settled, models);
        return 0;
    }
    const Labeller labeller(settled, models);
    const auto output = [&](const auto &video) {
        return std::filesystem::absolute(folder_of(video, settled.out));
    };
    return run_batch(settled.videos, {"labelled", settled.jobs, output},
                     [&](const Task &task) { return labeller.label(task); });
}

} // namespace fovea
