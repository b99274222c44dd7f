// SPDX-License-Identifier: MIT
#include "commands/extract.h"

#include <algorithm>
#include <map>
#include <optional>

#include "batch.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"
#include "fovea/store/results/provenance.h"
#include "fovea/store/staging_folder.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/store/web_video.h"
#include "fovea/train/data/feature_parts.h"
#include "fovea/train/lists/clip_list.h"
#include "fovea/train/lists/feature_list.h"
#include "fovea/train/lists/list_truths.h"
#include "fovea/train/rows_record.h"
#include "interrupt.h"
#include "media/asked_models.h"
#include "media/pipeline.h"
#include "media/survey.h"
#include "progress.h"

namespace fovea {

namespace {

/** \brief What is said of a video in its feature file */
struct Listed {
    std::string name; ///< of the file, without .pt
    std::string label;
    std::optional<ListedClip> clip{}; ///< where the second look asks what it shows
};

using ListedVideos = std::map<std::filesystem::path, Listed>;

ListedVideos videos_of(const ExtractOptions &options)
{
    ListedVideos videos;
    for (const auto &video : options.videos)
        videos[video] = {file_name_of(video).stem().string(), options.label};
    return videos;
}

/** \brief The list of labelled clips; empty where none was asked for */
struct AskedList {
    ClipList clips;  ///< all of it
    ClipList videos; ///< to be extracted
};

/** \brief The videos of the list; what is left out is told */
ClipList listed_videos(const ExtractOptions &options, const ClipList &clips)
{
    ClipList list = whole_videos(clips, options.split, options.stretches);
    std::for_each(list.warnings.begin(), list.warnings.end(), warn);
    if (list.clips.empty())
        throw Error(
            Error::Kind::Settings,
            "list '" + options.list.string() + "': no whole video is left" +
                (options.split.empty() ? std::string() : " in the split '" + options.split + "'"));
    return list;
}

/** \brief The work on one video; one instance serves all threads */
class Extractor
{
public:
    Extractor(const ExtractOptions &options, const Bundle &model, const ListedVideos &videos)
        : options_(options),
          model_(model),
          videos_(videos),
          made_with_(made_with(model, options.analysis))
    {
    }

    /** \brief The line of a video whose rows are there; empty: they are not */
    std::string made_before(const std::filesystem::path &video) const
    {
        if (options_.force ||
            (!is_made(record_file(video), wanted(video, true), video) &&
             (options_.mirrored || !is_made(record_file(video), wanted(video, false), video))))
            return "";
        return videos_.at(video).name + ".pt: extracted before";
    }

    /** \throw Error Settings where \a video has rows that another model, or other settings, made */
    void check_rows(const std::filesystem::path &video) const
    {
        const auto rows = options_.out / (videos_.at(video).name + ".pt");
        std::string keys;
        try {
            RowsRecord asked = {"", made_with_};
            if (auto record = record_of(rows)) {
                for (const char *key : {"detector", "pose", "precision"}) {
                    if (!options_.parts.empty()) // each machine chose its own
                        asked.made[key] = record->made[key];
                }
                keys = made_otherwise(*record, asked);
            } else if (std::filesystem::exists(rows) &&
                       read_feature_file(rows).bundle != model_.name()) {
                keys = "model";
            }
        } catch (const Error &) {
            return; // damaged: nothing is lost with them
        }
        if (!keys.empty())
            throw Error(Error::Kind::Settings,
                        "'" + rows.string() + "' was made with another " + keys +
                            " than is asked for; name another folder of features, or evaluate with "
                            "the model and options that it was made with");
    }

    /** \return the line that tells it */
    std::string extract(const Task &task) const
    {
        const std::string &stem = videos_.at(task.file()).name;
        Provenance record = wanted(task.file(), options_.mirrored);
        if (const auto other = other_video(record_file(task.file()), task.file()); !other.empty())
            throw Error(Error::Kind::CannotWrite,
                        "cannot write '" + (options_.out / (stem + ".pt")).string() +
                            "': the rows of '" + other.string() +
                            "' are there, a video of the same name; give '" + task.file().string() +
                            "' another --out");
        StagingFolder folder(options_.out);
        std::optional<StagingFolder> parts; // of this video alone: what a killed run left goes
        const bool is_of_web = is_web_video(task.file().string());
        if (is_of_web || options_.mirrored) // before anything of a run that is at it goes
            parts.emplace(parts_of(task.file()), StagingFolder::Use::Exclusive);
        std::filesystem::remove(
            record_file(task.file())); // what fails from here on leaves no rows of before
        const std::filesystem::path rows = folder.file(stem + ".pt");
        std::filesystem::remove(rows);
        const MediaInfo media =
            is_of_web
                ? downloaded(task.file(), parts->temporary(file_name_of(task.file()).string()),
                             download_options(task, options_.patience_s))
                : media_info(task.file());
        const double share = options_.mirrored ? 0.5 : 1;
        try {
            record.warnings = run(task, media, options_.analysis, rows, {0, share});
            if (options_.mirrored)
                add_mirrored(task, media, rows, parts->temporary("mirrored"), share);
        } catch (...) { // interrupted, it has rows as far as it came
            std::error_code none;
            std::filesystem::remove(rows, none);
            throw;
        }
        write_provenance(record_file(task.file()), record);
        return stem + ".pt: written";
    }

    /** \brief What a run that crashed left of a video */
    void remove_left(const std::filesystem::path &video) const
    {
        StagingFolder::remove_left(parts_of(video));
    }

private:
    std::filesystem::path record_file(const std::filesystem::path &video) const
    {
        return options_.out / (videos_.at(video).name + ".run.json");
    }

    Provenance wanted(const std::filesystem::path &video, bool mirrored) const
    {
        const Listed &listed = videos_.at(video);
        Provenance record{made_with_, {listed.name + ".pt"}, state_of(video)};
        record.made_with["label"] = listed.label;
        if (mirrored)
            record.made_with["mirrored"] = true;
        return record;
    }

    /** \brief A part of the progress of a file */
    struct Part {
        double from, to;
    };

    std::filesystem::path parts_of(const std::filesystem::path &video) const
    {
        return options_.out / ("." + videos_.at(video).name + ".parts");
    }

    void add_mirrored(const Task &task, const MediaInfo &media, const std::filesystem::path &file,
                      const std::filesystem::path &temporary, double from) const
    {
        AnalysisSettings settings = options_.analysis;
        settings.mirrored = true;
        run(task, media, settings, temporary, {from, 1});
        FeatureFile both = read_feature_file(file);
        both.mirrored = read_feature_file(temporary).features;
        write_feature_file(file, both);
    }

    /** \return what is to be told of the video, and was */
    std::vector<std::string> run(const Task &task, const MediaInfo &media,
                                 const AnalysisSettings &settings,
                                 const std::filesystem::path &output, Part part) const
    {
        const AnalysisPlan plan(model_.activity(), settings, media);
        const double surveyed = part.from + plan.survey_share() * (part.to - part.from);
        const Survey survey = run_survey(plan, media, task.pass(part.from, surveyed));

        std::error_code none_before;
        const auto written = std::filesystem::last_write_time(output, none_before);
        Chain chain = plan.features(survey);
        if (const auto &clip = videos_.at(task.file()).clip) { // told to foveafeatures
            const double duration = to_seconds(survey.time > 0 ? survey.time : media.duration);
            chain.back().properties.emplace_back(
                "focus-truth", words_of(shown_of(*clip, model_.labels(), duration)));
        }
        chain.push_back({"foveadump",
                         {{"location", output.string()},
                          {"label", videos_.at(task.file()).label},
                          {"video-id", videos_.at(task.file()).name},
                          {"model", options_.analysis.model}}});
        if (!options_.analysis.attended.empty())
            chain.back().properties.emplace_back("attended", options_.analysis.attended);
        chain.push_back({"fakesink", {{"sync", "false"}}});
        FilePipeline pipeline({media.file, chain, {}});
        const DecodingReport report = pipeline.run({task.pass(surveyed, part.to), {}});
        check_decoded(report);
        std::vector<std::string> notes = notes_of(report, media);
        for (const std::string &note : notes) {
            if (!settings.mirrored) // the second time over
                task.warn(note);
        }
        std::error_code none;
        if (const auto now = std::filesystem::last_write_time(output, none);
            none || (!none_before && now == written))
            throw Error(Error::Kind::Settings, "gave no feature row: it is too short for the plan");
        return notes;
    }

    const ExtractOptions &options_;
    const Bundle &model_;
    const ListedVideos &videos_;
    Json made_with_;
};

/** \brief What the rows are made with: alike for all shares of a list, and when they are merged */
Json part_settings(const ExtractOptions &options, const Bundle &model)
{
    Json settings = made_with(model, options.analysis);
    settings["split"] = options.split;
    settings["rows"] = options.stretches ? "of whole videos" : "of clips";
    settings["many_labels"] = options.many_labels;
    settings["mirrored"] = options.mirrored;
    return settings;
}

/** \brief What all shares together hold, in place of extracting it \return exit code, as of extract() */
int merge(const ExtractOptions &options, const Bundle &model, const ClipList &list)
{
    const MergedParts merged = merge_parts(options.parts, list.clips, options.share.root,
                                           part_settings(options, model), options.out);
    const auto tell = [](const std::vector<std::filesystem::path> &videos, const char *what) {
        if (!videos.empty())
            warn("left out: " + std::to_string(videos.size()) + " videos that " + what +
                 "; the first: '" + videos.front().string() + "'");
    };
    tell(merged.failed, "could not be extracted, as their part was told");
    tell(merged.unknown, "no part has: they did not open there, or the list has grown since");
    return merged.failed.empty() ? 0 : 1;
}

/** \brief The record of a share that is done */
void write_record_of_share(const ExtractOptions &options, const Bundle &model, const ClipList &list)
{
    FeaturePart part;
    part.shard = options.share.shard;
    part.made_with = part_settings(options, model);
    for (const ListedClip &clip : list.clips) {
        if (is_of(options.share, clip.path))
            part.videos[name_below(options.share.root, clip.path)] = clip.id;
    }
    write_part(options.out, part);
}

/** \brief The model, held against what is asked of it */
Bundle checked_model(const ExtractOptions &options)
{
    Bundle model = open_activity_model(options.analysis.model);
    check_flow_of(model);
    if (const auto attended = model.attended(options.analysis.attended))
        check_weights(*attended);
    AnalysisOptions asked = options_of(options.analysis);
    asked.has_truth = !options.list.empty() && options.many_labels;
    check(asked, model, OptionsOf::Command);
    if (options.parts.empty()) {
        check_device(options.analysis.device);
        check_precision(options.analysis, model);
        check_size(options.analysis, model);
    }
    return model;
}

/** \brief That the list of videos is not overwritten by that of their feature files */
void check_list_is_kept(const ExtractOptions &options)
{
    std::error_code none;
    if (!options.list.empty() &&
        std::filesystem::equivalent(options.list, options.out / options.list_name, none))
        throw Error(Error::Kind::Settings,
                    "--list '" + options.list.string() +
                        "': is where the list of the feature files is written; name another --out");
}

/** \brief Reads the list; its videos stand among those of \a settled and \a videos then */
AskedList read_list(ExtractOptions *settled, ListedVideos *videos)
{
    ListOptions list_options;
    list_options.many_labels = settled->many_labels;
    list_options.root = settled->root;
    list_options.check_files = settled->parts.empty(); // their videos may be elsewhere
    settled->share.root = root_of(settled->list, settled->root);
    AskedList list;
    list.clips = read_clip_list(settled->list, list_options);
    settled->stretches |= std::all_of(list.clips.clips.begin(), list.clips.clips.end(), is_stretch);
    list.videos = listed_videos(*settled, list.clips);
    for (const ListedClip &clip : list.videos.clips) {
        (*videos)[clip.path] = {clip.id, clip.label};
        if (settled->analysis.look.entropy == Entropy::Truth)
            (*videos)[clip.path].clip = clip;
        settled->videos.push_back(clip.path);
    }
    return list;
}

/** \brief The list of the feature files, beside them */
void write_list(const ExtractOptions &options, const AskedList &list, Made made)
{
    const auto file = options.out / options.list_name;
    const OtherRows others =
        options.keeps_other_splits
            ? rows_of_other_splits(file, list.videos, options.many_labels, made)
            : OtherRows();
    std::for_each(others.warnings.begin(), others.warnings.end(), warn);
    write_feature_list(file, list.videos, options.stretches ? list.clips : ClipList(), others.rows,
                       made);
}

} // namespace

int extract(const ExtractOptions &options)
{
    ExtractOptions settled = options;
    const Bundle model = checked_model(options);
    settled.analysis.detector = detector_for(options.analysis.detector, model.activity());
    settled.analysis.pose = pose_for(options.analysis.attended, model.activity());
    settled.analysis.threads = threads_of_each(options.analysis.threads, options.jobs);

    ListedVideos videos = videos_of(settled);
    const AskedList list = settled.list.empty() ? AskedList() : read_list(&settled, &videos);
    check_list_is_kept(settled);
    const Extractor extractor(settled, model, videos);
    if (settled.refuses_other_rows)
        std::for_each(settled.videos.begin(), settled.videos.end(),
                      [&](const auto &video) { extractor.check_rows(video); });
    make_folder_of_all(settled.share, settled.out);
    std::optional<StagingFolder> folder; // gone in the end where nothing was made
    if (!settled.list.empty() && settled.parts.empty()) {
        folder.emplace(settled.out);
        // a run that is stopped leaves the splits of what it has made
        write_list(settled, list, Made::Later);
    }
    const bool is_share = settled.share.shard.is_part() && !settled.list.empty();
    if (is_share) {
        std::error_code none;
        std::filesystem::remove(part_file(settled.out, settled.share.shard), none);
    }
    const auto output = [&](const auto &video) {
        return std::filesystem::absolute(settled.out / (videos.at(video).name + ".pt"));
    };
    const int code =
        settled.parts.empty()
            ? run_batch(settled.videos,
                        {"extracted", settled.jobs, settled.share, output,
                         [&](const auto &video) { return extractor.made_before(video); },
                         [&](const auto &video) { extractor.remove_left(video); }},
                        [&](const Task &task) { return extractor.extract(task); })
            : merge(settled, model, list.videos);
    if (is_share && !interrupted())
        write_record_of_share(settled, model, list.videos);
    if (!settled.list.empty())
        write_list(settled, list, Made::Now);
    return code;
}

} // namespace fovea
