// SPDX-License-Identifier: MIT
#include "fovea/store/results/results_folder.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "fovea/core/errors.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/results/result_formats.h"
#include "fovea/store/results/result_json.h"
#include "fovea/store/web_video.h"

namespace fovea {

namespace {

constexpr const char *record_name = "run.json";
constexpr const char *video_name = "labelled.mp4";
constexpr const char *summary_name = "summary.mp4";
constexpr const char *summary_record_name =
    "summary.json"; // apart: its ratio does not touch the rest
constexpr std::array made_beside = {record_name, video_name, summary_record_name, summary_name};

/** \brief The lines that are always written */
const std::string &results_name()
{
    return result_formats().front().file;
}

/** \brief Whether earlier results are whole lines of one run; others are made anew */
bool are_of_one_run(const std::filesystem::path &results)
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

} // namespace

std::filesystem::path ResultsFolder::path_of(const std::filesystem::path &video,
                                             const std::filesystem::path &out)
{
    const bool has_no_beside = !out.empty() || is_web_video(video.string());
    const auto parent = has_no_beside ? out : video.parent_path();
    return parent / (file_name_of(video).string() + ".fovea");
}

bool ResultsFolder::is_one(const std::filesystem::path &path)
{
    std::error_code error;
    return (path / "").parent_path().extension() == ".fovea" && // without a slash behind it
           std::filesystem::exists(path / record_name, error);
}

bool ResultsFolder::take_over(const std::filesystem::path &earlier,
                              const std::filesystem::path &path, const std::filesystem::path &video,
                              const WantedResults &wanted,
                              const std::vector<std::filesystem::path> &candidates)
{
    std::error_code error;
    const auto fits_other = [&](const std::filesystem::path &other) {
        return other != video && is_recorded_of(earlier / record_name, other);
    };
    if (earlier == path || std::filesystem::exists(path, error) ||
        !is_recorded_of(earlier / record_name, video) ||
        std::any_of(candidates.begin(), candidates.end(), fits_other) ||
        ResultsFolder(earlier, video, wanted).lacks_results())
        return false;
    try {
        const StagingFolder taken(earlier, StagingFolder::Use::Exclusive);
        make_folder(path.parent_path());
        taken.move_to(path);
        return true;
    } catch (const Error &) {
        return false;
    }
}

ResultsFolder::ResultsFolder(std::filesystem::path path, std::filesystem::path video,
                             WantedResults wanted)
    : path_(std::move(path)),
      video_(std::move(video)),
      video_state_(state_of(video_)),
      wanted_(std::move(wanted))
{
    for (const std::string &format : wanted_.formats) {
        if (!has(format))
            texts_.push_back(format);
    }
    lacks_texts_ = !texts_.empty();
    lacks_results_ = !has(results_name()) || !are_of_one_run(results());
    if (!lacks_results_)
        warnings_ = recorded_warnings(path_ / record_name);
    has_video_ = !lacks_results_ && has(video_name);
    lacks_video_ = wanted_.video && !has_video_;
    const bool has_summary =
        !wanted_.anew && is_made(path_ / summary_record_name, summary_record(), video_);
    lacks_summary_ = wanted_.summary && (lacks_results_ || !has_summary);
}

bool ResultsFolder::has(const std::string &name) const
{
    return !wanted_.anew && is_made(path_ / record_name, {wanted_.made_with, {name}, {}}, video_);
}

Provenance ResultsFolder::summary_record() const
{
    Json made_with = wanted_.made_with;
    made_with["summary_ratio"] = wanted_.summary_ratio;
    return {made_with, {summary_name}, video_state_};
}

void ResultsFolder::open()
{
    if (const auto other = other_video(path_ / record_name, video_); !other.empty())
        throw Error(Error::Kind::CannotWrite,
                    "cannot write '" + path_.string() + "': the results of '" + other.string() +
                        "' are there, a video of the same name; give '" + video_.string() +
                        "' another --out" +
                        (wanted_.keeps_folders
                             ? ""
                             : ", or list both: --list keeps the folders below its own"));
    try {
        folder_ = std::make_unique<StagingFolder>(path_, StagingFolder::Use::Exclusive);
    } catch (const FolderInUse &error) {
        throw FolderInUse(error.kind(),
                          std::string(error.what()) + "; --claims shares videos among runs");
    }
}

std::filesystem::path ResultsFolder::results() const
{
    return path_ / results_name();
}

std::filesystem::path ResultsFolder::new_results()
{
    return folder_->temporary(results_name());
}

std::filesystem::path ResultsFolder::copy_of_video()
{
    return folder_->temporary(file_name_of(video_).string());
}

std::filesystem::path ResultsFolder::new_video()
{
    return folder_->temporary(video_name);
}

std::filesystem::path ResultsFolder::new_summary()
{
    return folder_->temporary(summary_name);
}

/* What new files will replace stays until those are whole. */
void ResultsFolder::keep_results(std::vector<std::string> warnings)
{
    warnings_ = std::move(warnings);
    kept_ = read_results(new_results().string());
    std::set<std::string> stale(made_beside.begin(), made_beside.end());
    for (const ResultFormat &format : result_formats())
        stale.insert(format.file);
    stale.erase(results_name());
    for (const std::string &format : wanted_.formats)
        stale.erase(format);
    if (lacks_video_)
        stale.erase(video_name);
    if (lacks_summary_)
        stale.erase(summary_name);
    for (const std::string &name : stale)
        std::filesystem::remove(path_ / name);
    folder_->keep(results_name());
    texts_ = wanted_.formats;
}

std::vector<Result> ResultsFolder::write_texts()
{
    std::vector<Result> all = kept_ ? std::move(*kept_) : read_results(results().string());
    kept_.reset();
    for (const ResultFormat &format : result_formats()) {
        if (std::find(texts_.begin(), texts_.end(), format.file) != texts_.end())
            write_whole(path_ / format.file,
                        format.write(all, file_name_of(video_).stem().string()));
    }
    write_record();
    return all;
}

void ResultsFolder::write_record()
{
    Provenance record{wanted_.made_with, {results_name()}, video_state_, warnings_};
    record.outputs.insert(record.outputs.end(), wanted_.formats.begin(), wanted_.formats.end());
    if (has_video_)
        record.outputs.emplace_back(video_name);
    write_provenance(path_ / record_name, record);
}

void ResultsFolder::keep_video()
{
    folder_->keep(video_name);
    has_video_ = true;
    write_record();
}

void ResultsFolder::keep_summary()
{
    folder_->keep(summary_name);
    write_provenance(path_ / summary_record_name, summary_record());
}

} // namespace fovea
