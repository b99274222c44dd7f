#include "label.h"

#include <cstdio>
#include <utility>

#include "batch.h"
#include "fovea/core/errors.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/result.h"
#include "label_line.h"
#include "labelled_video.h"
#include "model_choice.h"
#include "output_folder.h"
#include "pipeline.h"
#include "run_record.h"
#include "survey.h"

namespace fovea {

namespace {

constexpr const char *record_name = "run.json";
constexpr const char *results_name = "results.jsonl";
constexpr const char *video_name = "labelled.mp4";
constexpr const char *summary_name = "summary.mp4";
constexpr const char *summary_record_name =
    "summary.json"; // apart: its ratio does not touch the rest

/* How the passes over a file share its progress. */
constexpr double survey_share = 0.3;
constexpr double video_share = 0.4;
constexpr double summary_share = 0.2;

constexpr double tolerated_share = 0.95; // of a file's stated duration, less a second

std::filesystem::path folder_of(const std::filesystem::path &video,
                                const std::filesystem::path &out)
{
    const auto parent = out.empty() ? video.parent_path() : out;
    return parent / (video.filename().string() + ".fovea");
}

Chain labelling_chain(const AnalysisPlan &plan, const Survey &survey, const std::string &model,
                      const std::filesystem::path &video, const std::string &uri)
{
    Chain chain = plan.features(survey);
    chain.push_back({"foveaattention", {{"model", model}}});
    chain.push_back(
        {"foveapublish", {{"uri", uri}, {"source", video.string()}, {"frames", "true"}}});
    chain.push_back({"fakesink", {{"sync", "false"}}});
    return chain;
}

/* Told when much less could be decoded than the file says it holds. */
std::string clipped_note(const MediaInfo &media, const PipelineReport &report)
{
    const double stated = to_seconds(media.duration);
    const double decoded = to_seconds(report.time.end - report.time.start);
    if (decoded >= tolerated_share * stated - 1) // containers round, sound runs on
        return "";
    return "gave only " + clock_text(decoded) + " of its " + clock_text(stated) +
           "; it seems damaged or cut short";
}

/** \brief The work on one video; one instance serves all threads */
class Labeller
{
public:
    Labeller(const LabelOptions &options, const Bundle &model)
        : options_(options), model_(model), made_with_(made_with(model, options.analysis))
    {
        for (const std::string &format : options.formats)
            texts_.push_back("results." + format);
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
                 OutputFolder &folder) const;
    void write_texts(const Names &names, const std::vector<Result> &results,
                     const OutputFolder &folder) const;

    const LabelOptions &options_;
    const Bundle &model_;
    Json made_with_;
    Names texts_; ///< results.vtt and the like: made from results.jsonl
};

Outcome Labeller::label(const Task &task) const
{
    const std::string name = task.file().filename().string();
    const auto folder_path = folder_of(task.file(), options_.out);

    Names made_before;
    Names missing;
    for (const std::string &text : texts_)
        (made(task, text) ? made_before : missing).push_back(text);
    const bool has_results = made(task, results_name);
    const bool has_video = has_results && made(task, video_name);
    const bool wants_video = options_.video && !has_video;
    const bool wants_summary = options_.summary && !(has_results && has_summary(task));
    if (has_results && missing.empty() && !wants_video && !wants_summary)
        return {/*skipped=*/true, name + ": labelled before, see " + folder_path.string()};

    const MediaInfo media = media_info(task.file());
    OutputFolder folder(folder_path);
    RunRecord record{made_with_, {results_name}};
    record.outputs.insert(record.outputs.end(), texts_.begin(), texts_.end());
    if (has_video)
        record.outputs.emplace_back(video_name);

    const double behind_video = wants_summary ? 1 - summary_share : 1;
    const double behind_results = wants_video ? behind_video - video_share : behind_video;
    if (!has_results) {
        for (const char *stale : {record_name, video_name, summary_record_name, summary_name})
            std::filesystem::remove(folder.file(stale)); // what they say is no longer so
        analyse(task, media, behind_results, folder);
        missing = texts_;
    }
    const auto results = read_results(folder.file(results_name).string());
    write_texts(missing, results, folder);
    write_run_record(folder.file(record_name), record);

    if (wants_video) {
        write_labelled_video(media, folder.file(results_name), folder.temporary(video_name),
                             task.pass(has_results ? 0 : behind_results, behind_video));
        folder.keep(video_name);
        record.outputs.emplace_back(video_name);
        write_run_record(folder.file(record_name), record);
    }
    if (wants_summary)
        summarise(task, media, has_results && !wants_video ? 0 : behind_video, folder);
    return {/*skipped=*/false, name + ": " + label_line(results) + "  -> " + folder_path.string()};
}

void Labeller::analyse(const Task &task, const MediaInfo &media, double share,
                       OutputFolder &folder) const
{
    const AnalysisPlan plan(model_.activity(), options_.analysis, media);
    const bool surveys = plan.survey_need() != SurveyNeed::None;
    const double surveyed = surveys ? survey_share * share : 0;
    const Survey survey = run_survey(plan, media, task.pass(0, surveyed));

    const std::string part = folder.temporary(results_name).string();
    FilePipeline pipeline(
        {media.file, labelling_chain(plan, survey, options_.analysis.model, media.file, part), {}});
    const PipelineReport report = pipeline.run({task.pass(surveyed, share), {}});
    if (report.frames == 0)
        throw Error(Error::Kind::Settings, "not one frame could be decoded");
    folder.keep(results_name);

    const std::string note = clipped_note(media, report);
    if (!note.empty())
        task.warn(note);
}

void Labeller::summarise(const Task &task, const MediaInfo &media, double from,
                         OutputFolder &folder) const
{
    const SummaryRule rule = {options_.summary_ratio, model_.activity().decision.normal};
    if (!write_summary_video(media, folder.file(results_name), rule, folder.temporary(summary_name),
                             task.pass(from, 1))) {
        task.warn("has no salient moment; no " + std::string(summary_name) + " is written");
        return;
    }
    folder.keep(summary_name);
    write_run_record(folder.file(summary_record_name), summary_record());
}

void Labeller::write_texts(const Names &names, const std::vector<Result> &results,
                           const OutputFolder &folder) const
{
    for (const std::string &name : names)
        write_whole(folder.file(name),
                    name == "results.csv" ? to_csv(results) : to_webvtt(results));
}

void print_pipelines(const LabelOptions &options, const Bundle &model)
{
    for (const auto &video : options.videos) {
        const MediaInfo media = media_info(video);
        const AnalysisPlan plan(model.activity(), options.analysis, media);
        const Survey survey = run_survey(plan, media, {});
        Chain chain = decoding_chain(video);
        for (Stage &stage : labelling_chain(plan, survey, options.analysis.model, video, "stdout:"))
            chain.push_back(std::move(stage));
        std::puts(("gst-launch-1.0 " + to_launch_line(chain)).c_str());
    }
}

} // namespace

int label(const LabelOptions &options)
{
    LabelOptions settled = options;
    const Bundle model = open_activity_model(options.analysis.model);
    std::string note;
    settled.analysis.detector = choose_detector(options.analysis.detector, model.activity(), &note);
    settled.analysis.threads = threads_of_each(options.analysis.threads, options.jobs);
    settled.formats.erase("jsonl"); // always written
    if (!note.empty())
        std::fprintf(stderr, "fovea: %s\n", note.c_str());

    if (options.print_pipeline) {
        print_pipelines(settled, model);
        return 0;
    }
    const Labeller labeller(settled, model);
    const auto output = [&](const auto &video) {
        return std::filesystem::absolute(folder_of(video, settled.out));
    };
    return run_batch(settled.videos, {"labelled", settled.jobs, output},
                     [&](const Task &task) { return labeller.label(task); });
}

} // namespace fovea
