// SPDX-License-Identifier: MIT
#include "service/page/report.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <glib.h>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/events/event_store.h"
#include "fovea/store/results/provenance.h"
#include "fovea/store/results/result_formats.h"
#include "fovea/store/results/result_json.h"
#include "fovea/store/staging_folder.h"
#include "fovea/store/work/shard.h"
#include "page.h"
#include "service/evidence/alarm_course.h"
#include "service/page/alarm_table.h"
#include "service/page/page_json.h"

namespace fovea {

namespace {

constexpr double before_alarm = 2; ///< s, from which a video is shown
constexpr std::size_t most_alarms = 100'000;
constexpr std::size_t most_strongest = 10;

/* As a page in \a out reaches it; what a URI may not hold is escaped */
std::string link_to(const std::filesystem::path &file, const std::filesystem::path &out)
{
    const auto beside = std::filesystem::absolute(file).lexically_normal().lexically_relative(
        std::filesystem::absolute(out).lexically_normal());
    g_autofree gchar *escaped = g_uri_escape_string(beside.c_str(), "/", /*allow_utf8=*/FALSE);
    return escaped;
}

Json shown_alarm(const StoredAlarm &alarm, const std::string &clip, const std::string &still,
                 Json course)
{
    Json shown = alarm_json(alarm, /*files=*/{});
    shown["clip"] = clip;
    shown["still"] = still;
    shown["course"] = std::move(course);
    return shown;
}

AlarmCourse course_of(const AlarmEvent &alarm, const std::vector<Result> &results)
{
    AlarmCourse course(alarm.label.label);
    for (const Result &result : results) {
        const Activity &window = result.activity;
        if (result.has_activity && window.scope == Activity::Scope::Window &&
            window.time.start >= alarm.time.start && window.time.start <= alarm.time.end)
            course.add(window.time, window.top_k, window.regions);
    }
    return course;
}

/* As a watch kept it beside the clip; null: it did not, or what is there is something else */
Json course_in(const std::filesystem::path &line)
{
    try {
        const Json all = line.empty() ? Json() : read_json(line);
        const Json course = all.is_object() ? all.value("course", Json()) : Json();
        const bool is_course = course.is_object() && course.value("windows", Json()).is_array() &&
                               course.value("regions", Json()).is_array();
        return is_course ? course : Json();
    } catch (const Error &) {
        return Json();
    }
}

/* Actions are shown as alarms are */
std::vector<AlarmEvent> events_of(const std::vector<Result> &results)
{
    std::vector<AlarmEvent> alarms;
    std::vector<AlarmEvent> actions;
    for (const Result &result : results) {
        if (result.alarm && result.alarm->kind == AlarmEvent::Kind::End)
            alarms.push_back(*result.alarm);
        if (!result.has_activity || result.activity.scope != Activity::Scope::Segment)
            continue;
        AlarmEvent action;
        action.label = result.activity.label;
        action.time = result.activity.time;
        actions.push_back(action);
    }
    return alarms.empty() ? actions : alarms;
}

/* Of whole results alone; a run may be at work, by which folders come and go */
void add_results_below(const std::filesystem::path &folder,
                       std::vector<std::filesystem::path> *found)
{
    std::error_code error;
    std::filesystem::directory_iterator entry(folder, error);
    for (; !error && entry != end(entry); entry.increment(error)) {
        std::error_code gone;
        if (entry->symlink_status(gone).type() == std::filesystem::file_type::directory &&
            !StagingFolder::is_part(entry->path()))
            add_results_below(entry->path(), found);
        else if (entry->path().filename() == result_formats().front().file)
            found->push_back(entry->path());
    }
}

std::vector<std::filesystem::path> results_below(const std::filesystem::path &folder)
{
    std::vector<std::filesystem::path> found;
    add_results_below(folder, &found);
    std::sort(found.begin(), found.end());
    return found;
}

/* The video that its record or its results name, by a path of where the run was, or the one beside them: archives are moved */
std::filesystem::path video_of(const std::filesystem::path &results, const std::string &source)
{
    const auto folder = results.parent_path();
    const auto beside = folder.parent_path() / folder.stem();
    std::error_code error;
    for (const auto &video :
         {recorded_video(folder / "run.json"), std::filesystem::path(source), beside}) {
        if (std::filesystem::is_regular_file(video, error))
            return video;
    }
    return {};
}

/* Which of the models of one name, by the hashes of its files; empty: no record says it */
std::string version_of(const std::filesystem::path &results)
{
    const Json made_with = recorded_settings(results.parent_path() / "run.json");
    const Json model = made_with.is_object() ? made_with.value("model", Json()) : Json();
    const Json files = model.is_object() ? model.value("files", Json()) : Json();
    return files.is_null() ? "" : fnv1a_text(files.dump());
}

/* By name and, where one has several, version: what the warning of several models tells */
std::map<std::string, std::size_t> told_apart(
    const std::map<std::string, std::map<std::string, std::size_t>> &models)
{
    constexpr std::size_t digits = 8;
    std::map<std::string, std::size_t> told;
    for (const auto &[name, versions] : models) {
        for (const auto &[version, videos] : versions) {
            const std::string known =
                version.empty() ? "of no known version" : "version " + version.substr(0, digits);
            told[versions.size() == 1 ? name : name + " (" + known + ")"] += videos;
        }
    }
    return told;
}

class Report
{
public:
    explicit Report(std::filesystem::path out) : out_(std::move(out)) {}

    void add_video(const std::filesystem::path &folder, const std::filesystem::path &file)
    {
        std::vector<Result> results;
        try {
            results = read_results(file.string(), ResultLines::Told);
        } catch (const Error &error) { // the others are told all the same
            unread_.emplace_back(error.what());
            return;
        }
        if (results.empty())
            return;
        ++models_[results.front().model][version_of(file)];
        const auto name = file.parent_path().stem().lexically_normal().string();
        const auto relative = file.parent_path().parent_path().lexically_relative(folder);
        const std::string shown = relative == "." ? name : (relative / name).string();
        cameras_.push_back({{"name", shown}});
        const auto video = video_of(file, results.front().source);
        for (const Result &result : results)
            longest_ = std::max(longest_, result.timestamp);
        for (const AlarmEvent &event : events_of(results)) {
            StoredAlarm alarm;
            alarm.id = ++ids_;
            alarm.camera = shown;
            alarm.label = event.label.label;
            alarm.score = event.label.confidence;
            alarm.begin_utc = event.time.start;
            alarm.end_utc = event.time.end;
            alarm.box = event.box;
            alarm.persons = event.persons;
            longest_ = std::max(longest_, event.time.end);
            rows_.push_back({event.label, shown, event.time, results.front().model,
                             video.empty() ? video : std::filesystem::absolute(video)});
            const double from = std::max(0.0, to_seconds(event.time.start) - before_alarm);
            alarms_.push_back(shown_alarm(
                alarm, video.empty() ? "" : link_to(video, out_) + "#t=" + std::to_string(from), "",
                course_of(event, results).json()));
        }
    }

    void add_events(const std::filesystem::path &file)
    {
        EventReader reader(file);
        for (const CameraChange &camera : reader.cameras())
            cameras_.push_back({{"name", camera.camera}});
        AlarmQuery query;
        query.limit = most_alarms;
        KeptFiles kept;
        for (const StoredAlarm &alarm : reader.alarms(query)) {
            const auto [clip, still, line] = files_of(alarm, &kept);
            rows_.push_back({{alarm.label, 0, alarm.score},
                             alarm.camera,
                             {alarm.begin_utc, alarm.end_utc},
                             alarm.model,
                             clip});
            alarms_.push_back(shown_alarm(alarm, clip.empty() ? "" : link_to(clip, out_),
                                          still.empty() ? "" : link_to(still, out_),
                                          course_in(line)));
        }
        left_out_ = reader.count(query) - static_cast<std::int64_t>(alarms_.size());
        by_video_ = false;
    }

    ReportFigures write()
    {
        sort_by_confidence(&rows_);
        Json data = {{"byVideo", by_video_},
                     {"longest", longest_ / nanoseconds_per_millisecond},
                     {"cameras", cameras_},
                     {"alarms", alarms_}};
        make_folder(out_);
        std::string index(page::index_html);
        constexpr std::string_view script = "<script src=\"page.js\">";
        index.insert(index.find(script), "<script src=\"data.js\"></script>\n");
        write_whole(out_ / "page.css", std::string(page::page_css));
        write_whole(out_ / "page.js", std::string(page::page_js));
        write_whole(out_ / "data.js", "window.foveaReport = " +
                                          data.dump(/*indent=*/-1, ' ', /*ensure_ascii=*/true,
                                                    Json::error_handler_t::replace) +
                                          ";\n");
        write_whole(out_ / "alarms.csv", to_csv(rows_, by_video_));
        write_whole(out_ / "index.html", index);
        return {cameras_.size(),
                by_video_,
                alarms_.size(),
                left_out_,
                unread_,
                told_apart(models_),
                first_in_words(rows_, by_video_, most_strongest)};
    }

private:
    std::filesystem::path out_;
    bool by_video_ = true;
    std::int64_t ids_ = 0;
    std::int64_t left_out_ = 0;
    Nanoseconds longest_ = 0;
    Json cameras_ = Json::array();
    Json alarms_ = Json::array();
    std::vector<AlarmRow> rows_;
    std::vector<std::string> unread_;
    std::map<std::string, std::map<std::string, std::size_t>> models_; ///< videos by version
};

} // namespace

std::string to_text(const ReportFigures &figures)
{
    const std::string older =
        figures.left_out > 0 ? ", without the oldest " + std::to_string(figures.left_out) : "";
    const std::string unread = figures.unread.empty()
                                   ? ""
                                   : ", without " + counted(figures.unread.size(), "video") +
                                         " whose results cannot be read";
    return counted(figures.alarms, "alarm") + " of " +
           counted(figures.sources, figures.by_video ? "video" : "camera") + older + unread;
}

ReportFigures write_report(const std::filesystem::path &source, const std::filesystem::path &out)
{
    Report report(out);
    std::error_code error;
    if (std::filesystem::status(source, error).type() == std::filesystem::file_type::not_found)
        throw Error(Error::Kind::NotFound,
                    "'" + source.string() +
                        "' does not exist; expected a folder that fovea label or fovea watch "
                        "wrote to, or an events.db");
    if (!std::filesystem::is_directory(source, error)) {
        report.add_events(source);
        return report.write();
    }
    const auto results = results_below(source);
    const auto events = source / "events.db";
    if (results.empty() && std::filesystem::is_regular_file(events, error)) {
        report.add_events(events);
        return report.write();
    }
    if (results.empty())
        throw Error(Error::Kind::NotFound,
                    "'" + source.string() + "' holds no " + result_formats().front().file +
                        " and no events.db; expected a folder that fovea label or fovea watch "
                        "wrote to");
    for (const auto &file : results)
        report.add_video(source, file);
    return report.write();
}

} // namespace fovea
