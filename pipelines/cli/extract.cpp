#include "extract.h"

#include <cstdio>

#include "batch.h"
#include "fovea/core/errors.h"
#include "model_choice.h"
#include "output_folder.h"
#include "pipeline.h"
#include "run_record.h"
#include "survey.h"

namespace fovea {

namespace {

constexpr double survey_share = 0.3; // of the progress of a file

std::string stem_of(const std::filesystem::path &video)
{
    return video.stem().string();
}

/** \brief The work on one video; one instance serves all threads */
class Extractor
{
public:
    Extractor(const ExtractOptions &options, const Bundle &model)
        : options_(options), model_(model), made_with_(made_with(model, options.analysis))
    {
        made_with_["label"] = options.label;
    }

    Outcome extract(const Task &task) const
    {
        const std::string stem = stem_of(task.file());
        const auto record = options_.out / (stem + ".run.json");
        const RunRecord wanted{made_with_, {stem + ".pt"}};
        if (!options_.force && is_made(record, wanted, task.file()))
            return {/*skipped=*/true, stem + ".pt: extracted before"};

        const MediaInfo media = media_info(task.file());
        const OutputFolder folder(options_.out);
        std::filesystem::remove(record);
        run(task, media, folder.file(stem + ".pt"));
        write_run_record(record, wanted);
        return {/*skipped=*/false, stem + ".pt: written"};
    }

private:
    void run(const Task &task, const MediaInfo &media, const std::filesystem::path &output) const
    {
        const AnalysisPlan plan(model_.activity(), options_.analysis, media);
        const double surveyed = plan.survey_need() != SurveyNeed::None ? survey_share : 0;
        const Survey survey = run_survey(plan, media, task.pass(0, surveyed));

        std::error_code none_before;
        const auto written = std::filesystem::last_write_time(output, none_before);
        Chain chain = plan.features(survey);
        chain.push_back({"foveadump",
                         {{"location", output.string()},
                          {"label", options_.label},
                          {"video-id", stem_of(task.file())},
                          {"model", options_.analysis.model}}});
        chain.push_back({"fakesink", {{"sync", "false"}}});
        FilePipeline pipeline({media.file, chain, {}});
        const PipelineReport report = pipeline.run({task.pass(surveyed, 1), {}});
        if (report.frames == 0)
            throw Error(Error::Kind::Settings, "not one frame could be decoded");
        std::error_code none;
        if (const auto now = std::filesystem::last_write_time(output, none);
            none || (!none_before && now == written))
            throw Error(Error::Kind::Settings, "gave no feature row: it is too short for the plan");
    }

    const ExtractOptions &options_;
    const Bundle &model_;
    Json made_with_;
};

} // namespace

int extract(const ExtractOptions &options)
{
    ExtractOptions settled = options;
    const Bundle model = open_activity_model(options.analysis.model);
    std::string note;
    settled.analysis.detector = choose_detector(options.analysis.detector, model.activity(), &note);
    settled.analysis.threads = threads_of_each(options.analysis.threads, options.jobs);
    if (!note.empty())
        std::fprintf(stderr, "fovea: %s\n", note.c_str());

    const Extractor extractor(settled, model);
    const auto output = [&](const auto &video) {
        return std::filesystem::absolute(settled.out / (stem_of(video) + ".pt"));
    };
    return run_batch(settled.videos, {"extracted", settled.jobs, output},
                     [&](const Task &task) { return extractor.extract(task); });
}

} // namespace fovea
