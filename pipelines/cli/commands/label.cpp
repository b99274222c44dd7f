// SPDX-License-Identifier: MIT
#include "commands/label.h"

#include <cstdio>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "batch.h"
#include "commands/label_places.h"
#include "crash_guard.h"
#include "fovea/bundle/combination_results.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"
#include "fovea/salience/label_line.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/results/result_formats.h"
#include "fovea/store/results/result_json.h"
#include "fovea/store/results/results_folder.h"
#include "fovea/store/web_video.h"
#include "media/analysis_plan.h"
#include "media/asked_models.h"
#include "media/early_elements.h"
#include "media/element.h"
#include "media/labelled_video.h"
#include "media/labelling.h"
#include "media/media_looks.h"

namespace fovea {

namespace {

/* How the passes over a file share its progress. */
constexpr double video_share = 0.4;
constexpr double summary_share = 0.2;

/** \brief The models of a run */
struct LabelModels {
    std::vector<WeightedModel> classify;
    std::optional<ProposalModel> proposals; ///< before them; none: all windows are classified
    AnalysisSettings proposing;             ///< its own: detector and keypoints as its card says

    /** \brief Whether one model says all of it, in one pass */
    bool is_one() const { return classify.size() == 1 && !proposals; }
};

/** \brief What is asked of every video's folder */
WantedResults parts_of(const LabelOptions &options, const LabelModels &models)
{
    WantedResults parts;
    for (const auto &[model, weight] : models.classify) {
        Json one = results_made_with(model, options.analysis);
        if (options.analysis.pooling != Pooling::Card)
            one["pool"] = name_of(poolings, options.analysis.pooling);
        if (models.classify.size() > 1)
            one["weight"] = weight;
        if (parts.made_with.empty())
            parts.made_with = std::move(one);
        else
            parts.made_with["combined_with"].push_back(std::move(one));
    }
    if (options.segments)
        parts.made_with["segments"] = true;
    if (models.proposals) {
        Json &entry = parts.made_with["proposals"];
        entry = results_made_with(models.proposals->bundle, models.proposing);
        entry["threshold"] = models.proposals->threshold;
    }
    for (const ResultFormat &format : result_formats()) {
        const bool wanted =
            format.of_segments ? options.segments : options.formats.count(format.name) > 0;
        if (wanted && format.file != result_formats().front().file)
            parts.formats.push_back(format.file);
    }
    parts.video = options.video;
    parts.summary = options.summary;
    parts.summary_ratio = options.summary_ratio;
    parts.anew = options.force;
    parts.keeps_folders = !options.list_folder.empty();
    return parts;
}

/** \brief How each of the models labels a video, last the one that proposes */
std::vector<ModelLabelling> labellings_of(const LabelOptions &options, const LabelModels &models)
{
    const bool alone = models.is_one();
    const bool averaged = models.classify.size() > 1;
    std::vector<ModelLabelling> labellings;
    for (const auto &[model, weight] : models.classify) {
        ModelLabelling one = {options.analysis, options.segments && alone,
                              options.segments && !alone,
                              averaged ? static_cast<int>(model.labels().size()) : 0};
        if (averaged)
            one.analysis.model = model.folder().string();
        labellings.push_back(std::move(one));
    }
    if (models.proposals) {
        labellings.push_back({models.proposing, /*segments=*/false, /*keeps_rows=*/true, 0});
        labellings.back().analysis.model = models.proposals->bundle.folder().string();
    }
    return labellings;
}

/** \brief Whether the first file is looked into at all: not where there are results of it, or other runs may have it */
bool begins_with_first(const LabelOptions &options)
{
    const std::filesystem::path &first = options.videos.front();
    std::error_code none;
    return !options.print_pipeline && !crashed_before() && !is_web_video(first.string()) &&
           options.share.claims.empty() && is_of(options.share, first) &&
           (options.force || !std::filesystem::exists(results_of(options, first), none));
}

/** \brief The work on one video; one instance serves all threads */
class Labeller
{
public:
    /** \param looks may be null */
    Labeller(const LabelOptions &options, const LabelModels &models, MediaLooks *looks)
        : options_(options),
          models_(models),
          looks_(looks),
          labellings_(labellings_of(options, models)),
          wanted_(parts_of(options, models)),
          early_(looks != nullptr && looks->is_looking()
                     ? AnalysisPlan::network_stages(models.classify.front().bundle.activity(),
                                                    labellings_.front().analysis)
                     : std::vector<Stage>())
    {
        for (const auto &video : options.videos)
            named_alike_[ResultsFolder::path_of(video, options.out)].push_back(video);
    }

    /** \brief The line of a video whose results are there; empty: some are not */
    std::string made_before(const std::filesystem::path &video) const;

    /** \return the line that tells what it is */
    std::string label(const Task &task) const;

private:
    MediaInfo opened(const Task &task, ResultsFolder *folder) const;
    void summarise(const Task &task, const MediaInfo &media, double from,
                   ResultsFolder *folder) const;
    std::vector<std::string> analyse(const Task &task, const MediaInfo &media, double share,
                                     const std::filesystem::path &results) const;
    std::vector<std::string> run(std::size_t index, const Task &task, const MediaInfo &media,
                                 double from, double to, const std::string &results) const;

    const LabelOptions &options_;
    const LabelModels &models_;
    MediaLooks *looks_;
    std::vector<ModelLabelling> labellings_; ///< of the models
    WantedResults wanted_;
    /** By where their results lay in a version that kept no folders */
    std::map<std::filesystem::path, std::vector<std::filesystem::path>> named_alike_;
    mutable EarlyElements
        early_; ///< made while the first video is looked into, for who needs them first
};

std::string Labeller::made_before(const std::filesystem::path &video) const
{
    const auto path = results_of(options_, video);
    const auto without_folders = ResultsFolder::path_of(video, options_.out);
    const bool is_moved = ResultsFolder::take_over(without_folders, path, video, wanted_,
                                                   named_alike_.at(without_folders));
    if (!ResultsFolder(path, video, wanted_).is_whole())
        return "";
    StagingFolder::remove_left(path); // of a run that was to make it anew
    return video.filename().string() + ": labelled before, " + (is_moved ? "moved to " : "see ") +
           path.string();
}

std::string Labeller::label(const Task &task) const
{
    const auto path = results_of(options_, task.file());
    ResultsFolder folder(path, task.file(), wanted_);
    const MediaInfo media = opened(task, &folder);
    const double behind_video = folder.lacks_summary() ? 1 - summary_share : 1;
    const double behind_results = folder.lacks_video() ? behind_video - video_share : behind_video;
    double done = 0;
    if (folder.lacks_results()) {
        folder.keep_results(analyse(task, media, behind_results, folder.new_results()));
        done = behind_results;
    }
    const std::vector<Result> results = folder.write_texts();
    if (folder.lacks_video()) {
        write_labelled_video(media, folder.results(), folder.new_video(),
                             task.pass(done, behind_video));
        folder.keep_video();
        done = behind_video;
    }
    if (folder.lacks_summary())
        summarise(task, media, done, &folder);
    return task.file().filename().string() + ": " + label_line(results) + "  -> " + path.string();
}

MediaInfo Labeller::opened(const Task &task, ResultsFolder *folder) const
{
    if (is_web_video(task.file().string())) {
        folder->open();
        if (!folder->lacks_results() && !folder->lacks_video() && !folder->lacks_summary())
            return {}; // texts are made of results alone
        return downloaded(task.file(), folder->copy_of_video(),
                          download_options(task, options_.patience_s));
    }
    MediaInfo media = looks_ != nullptr ? looks_->at(task.file()) : media_info(task.file());
    if (!options_.out.empty() && options_.listed.count(task.file()) > 0)
        make_shared_folder(results_of(options_, task.file()).parent_path());
    folder->open();
    return media;
}

/** \brief One model over the video, into a file of results \return as write_results() */
std::vector<std::string> Labeller::run(std::size_t index, const Task &task, const MediaInfo &media,
                                       double from, double to, const std::string &results) const
{
    const Bundle &model = index < models_.classify.size() ? models_.classify[index].bundle
                                                          : models_.proposals->bundle;
    auto notes = write_results(model.activity(), labellings_[index], media, results,
                               task.pass(from, to), &early_);
    for (const std::string &note : notes) {
        if (index == 0)
            task.warn(note);
    }
    return notes;
}

void Labeller::summarise(const Task &task, const MediaInfo &media, double from,
                         ResultsFolder *folder) const
{
    const SummaryRule rule = {options_.summary_ratio,
                              models_.classify.front().bundle.activity().decision.normal};
    if (write_summary_video(media, folder->results(), rule, folder->new_summary(),
                            task.pass(from, 1)))
        folder->keep_summary();
    else
        task.warn("has no salient moment; no summary.mp4 is written");
}

/** \param results file, to be written \return what is to be told of the video: as the first model's pass says */
std::vector<std::string> Labeller::analyse(const Task &task, const MediaInfo &media, double share,
                                           const std::filesystem::path &results) const
{
    if (models_.is_one())
        return run(0, task, media, 0, share, results.string());
    std::vector<std::string> notes;
    ModelFindings findings;
    const double each = share / static_cast<double>(labellings_.size());
    for (std::size_t i = 0; i < labellings_.size(); ++i) {
        const std::string part = results.string() + "." + std::to_string(i);
        auto told = run(i, task, media, each * static_cast<double>(i),
                        each * static_cast<double>(i + 1), part);
        if (i == 0)
            notes = std::move(told);
        findings.results.push_back(read_results(part));
        std::filesystem::remove(part);
        if (labellings_[i].keeps_rows) {
            findings.rows.push_back(read_feature_file(rows_beside(part)));
            std::filesystem::remove(rows_beside(part));
        }
    }
    write_whole(results, to_json_lines(combination_results(
                             models_.classify, models_.proposals ? &*models_.proposals : nullptr,
                             std::move(findings), options_.analysis.model, task.file().string(),
                             media.size)));
    return notes;
}

void print_pipelines(const LabelOptions &options, const LabelModels &models)
{
    for (const auto &video : options.videos) {
        if (is_web_video(video.string()))
            throw Error(Error::Kind::Settings,
                        "--print-pipeline: '" + video.string() +
                            "' is an address, which label copies to a file before it is looked at; "
                            "expected a file: fetch it first");
        const MediaInfo media = media_info(video);
        for (const auto &[model, weight] : models.classify) {
            ModelLabelling part = {options.analysis, options.segments, /*keeps_rows=*/false, 0};
            if (models.classify.size() > 1)
                part.analysis.model = model.folder().string();
            std::puts(launch_line(model.activity(), part, media).c_str());
        }
    }
}

/** \brief What is asked of \a model, and as its card says where nothing is */
AnalysisSettings settled_analysis(const LabelOptions &options, const Bundle &model)
{
    AnalysisSettings settled = options.analysis;
    settled.detector = detector_for(settled.detector, model.activity());
    settled.pose = pose_for(settled.attended, model.activity());
    settled.threads = threads_of_each(settled.threads, options.jobs);
    return settled;
}

} // namespace

int label(const LabelOptions &options)
{
    LabelOptions settled = options;
    settled.videos = without_results(options);
    if (options.status)
        return tell_status(settled.videos, options.share);
    if (settled.videos.empty())
        return 0; // a list of nothing but results
    std::optional<MediaLooks> looks;
    if (begins_with_first(settled)) {
        looks.emplace(settled.videos.front());
        load_fovea_elements();
    }
    LabelModels models = {open_models(options.analysis.model), std::nullopt, {}};
    for (const WeightedModel &model : models.classify)
        check(options_of(options.analysis), model.bundle, OptionsOf::Command);
    const Bundle &first = models.classify.front().bundle;
    if (!options.proposals.model.empty()) {
        models.proposals = open_proposals(options.proposals, first, options.analysis);
        check(options_of(options.analysis), models.proposals->bundle, OptionsOf::Command);
        models.proposing = settled_analysis(options, models.proposals->bundle);
    }
    settled.analysis = settled_analysis(options, first);

    if (options.print_pipeline) {
        print_pipelines(settled, models);
        return 0;
    }
    check_device(settled.analysis.device);
    for (const WeightedModel &model : models.classify) {
        check_precision(settled.analysis, model.bundle);
        check_size(settled.analysis, model.bundle);
    }
    if (models.proposals) {
        check_precision(models.proposing, models.proposals->bundle);
        check_size(models.proposing, models.proposals->bundle);
    }
    make_folder_of_all(settled.share, settled.out);
    const Labeller labeller(settled, models, looks ? &*looks : nullptr);
    const auto output = [&](const auto &video) {
        return std::filesystem::absolute(results_of(settled, video));
    };
    const auto made_before = [&](const auto &video) { return labeller.made_before(video); };
    const auto remove_left = [&](const auto &video) { StagingFolder::remove_left(output(video)); };
    std::string remedy = "give them another --out each";
    if (settled.list_folder.empty())
        remedy += ", or list both: --list keeps the folders below its own";
    return run_batch(
        settled.videos,
        {"labelled", settled.jobs, settled.share, output, made_before, remove_left, remedy},
        [&](const Task &task) { return labeller.label(task); });
}

} // namespace fovea
