// SPDX-License-Identifier: MIT
#include "fovea/train/lists/plain_lists.h"

#include <algorithm>
#include <array>
#include <map>

#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/core/text_file.h"
#include "fovea/store/web_video.h"
#include "fovea/train/lists/csv_table.h"
#include "fovea/train/lists/list_values.h"

namespace fovea {

namespace {

constexpr std::array plain_columns = {"path",    "label", "group",       "split",
                                      "start",   "end",   "ends_after",  "weight",
                                      "overlap", "set",   "event_start", "event_end"};

constexpr std::size_t unnamed_columns = 4; // of a list without a header

Error wrong(const std::filesystem::path &list, std::size_t row, const std::string &what)
{
    return {Error::Kind::Settings,
            "'" + list.string() + "' row " + std::to_string(row + 1) + ": " + what};
}

/** \brief "Path " and "path" are one column */
std::string column_name(const std::string &field)
{
    return lowered(trimmed(field));
}

/** \brief What is told of columns with another name, which may be a known one's, misspelt; empty: there are none */
std::string unread_columns(const std::filesystem::path &list, const std::vector<std::string> &first)
{
    std::vector<std::string> unread;
    for (const std::string &field : first) {
        const std::string name = column_name(field);
        if (!name.empty() && std::count(plain_columns.begin(), plain_columns.end(), name) == 0)
            unread.push_back("'" + trimmed(field) + "'");
    }
    if (unread.empty())
        return "";
    return "'" + list.string() + "': " + (unread.size() == 1 ? "column " : "columns ") +
           joined(unread) + (unread.size() == 1 ? " is" : " are") + " not read; expected some of " +
           joined({plain_columns.begin(), plain_columns.end()});
}

/** \brief A header that does not say `path` would be taken for a clip */
void check_is_clip(const std::filesystem::path &list, const std::string &path,
                   const ListOptions &options)
{
    const auto file = listed_video(options.root, path);
    if (!options.check_files || is_web_video(path) || file.has_extension() ||
        std::filesystem::exists(file))
        return;
    throw wrong(list, 0,
                "'" + path +
                    "' is no video that is there; expected one, or a header with the columns "
                    "path,label[,group][,split]");
}

ListedTime parse_time(const std::filesystem::path &list, std::size_t row, const std::string &text)
{
    ListedTime moment;
    if (!read_time(text, &moment))
        throw wrong(list, row, "expected seconds or a share like 42%, got '" + text + "'");
    return moment;
}

/** \brief What an unquoted comma moves one column on would be taken for something else */
void check_width(const std::filesystem::path &list, std::size_t row,
                 const std::vector<std::string> &fields, std::size_t columns, bool has_header)
{
    const auto behind =
        fields.begin() + static_cast<std::ptrdiff_t>(std::min(columns, fields.size()));
    if (std::all_of(behind, fields.end(), [](const auto &field) { return trimmed(field).empty(); }))
        return;
    throw wrong(
        list, row,
        "has " + std::to_string(fields.size()) + " fields, expected " + std::to_string(columns) +
            (has_header ? " as the header"
                        : std::string(": path,label,group,split; name others in a header")) +
            "; put quotes around a field that holds a comma");
}

/** \brief A stretch goes forwards; seconds and shares are not compared */
void check_order(const std::filesystem::path &list, std::size_t row,
                 const std::pair<ListedTime, ListedTime> &stretch, const std::string &end)
{
    const auto &[start, stop] = stretch;
    if (start.is_share == stop.is_share && stop.value <= start.value)
        throw wrong(list, row,
                    "expected " + end + " behind the start at " + time_text(start) + ", got '" +
                        time_text(stop) + "'");
}

/** \brief Places of the columns of a plain CSV, with or without a header */
std::map<std::string, std::size_t> plain_places(const std::filesystem::path &list,
                                                const std::vector<std::string> &first,
                                                const ListOptions &options, bool *has_header)
{
    std::map<std::string, std::size_t> places;
    std::vector<std::string> names;
    std::transform(first.begin(), first.end(), std::back_inserter(names), column_name);
    *has_header = std::count(names.begin(), names.end(), "path") > 0;
    if (!*has_header) {
        check_is_clip(list, trimmed(first.front()), options);
        for (std::size_t i = 0; i < std::min(first.size(), unnamed_columns); ++i)
            places[plain_columns[i]] = i;
        return places;
    }
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (std::count(plain_columns.begin(), plain_columns.end(), names[i]) > 0)
            places[names[i]] = i;
    }
    if (options.with_labels && places.count("label") == 0)
        throw wrong(list, 0, "expected a column 'label' beside 'path'");
    return places;
}

} // namespace

ClipList read_plain_csv(const std::filesystem::path &list, const ListOptions &options)
{
    const CsvRows rows = read_csv(list);
    if (rows.empty())
        throw wrong(list, 0, "expected path,label[,group][,split], got an empty file");
    bool has_header = false;
    const auto places = plain_places(list, rows[0], options, &has_header);

    const std::size_t columns = has_header ? rows[0].size() : unnamed_columns;
    ClipList result;
    if (const std::string unread = unread_columns(list, rows[0]);
        has_header && options.with_labels && !unread.empty())
        result.warnings.push_back(unread);
    for (std::size_t i = has_header ? 1 : 0; i < rows.size(); ++i) {
        check_width(list, i, rows[i], columns, has_header);
        const auto field = [&](const char *name) {
            const auto place = places.find(name);
            return place != places.end() && place->second < rows[i].size()
                       ? trimmed(rows[i][place->second])
                       : std::string();
        };
        ListedClip clip;
        clip.path = listed_video(options.root, field("path"));
        clip.label = field("label");
        clip.group = field("group");
        clip.split = split_name(field("split"));
        if (clip.split.empty() && !field("split").empty())
            throw wrong(list, i, "expected split train, val or test, got '" + field("split") + "'");
        if (const std::string text = field("start"); !text.empty())
            clip.start = parse_time(list, i, text);
        if (const std::string text = field("end"); !text.empty())
            clip.end = parse_time(list, i, text);
        if (const std::string text = field("ends_after"); !text.empty())
            clip.ends_after = parse_time(list, i, text);
        if (const std::string text = field("weight"); !text.empty())
            clip.weight = list_number(text);
        if (clip.weight < 0)
            throw wrong(list, i, "expected a weight >= 0, got '" + field("weight") + "'");
        if (const std::string text = field("overlap"); !text.empty())
            clip.overlap = list_number(text);
        if (clip.overlap < 0 || clip.overlap > 1)
            throw wrong(list, i, "expected an overlap in [0, 1], got '" + field("overlap") + "'");
        clip.set = field("set");
        const std::string starts = field("event_start");
        const std::string ends = field("event_end");
        if (starts.empty() != ends.empty())
            throw wrong(list, i, "expected both event_start and event_end, or neither");
        if (!starts.empty())
            clip.event = {parse_time(list, i, starts), parse_time(list, i, ends)};
        check_order(list, i, {clip.start, clip.end}, "end");
        if (clip.event)
            check_order(list, i, {clip.event->start, clip.event->end}, "event_end");
        result.clips.push_back(std::move(clip));
    }
    return result;
}

ClipList read_path_lines(const std::filesystem::path &list, const ListOptions &options)
{
    ClipList result;
    for (const std::string &line : read_lines(list, "list")) {
        auto blank = line.find_last_of(" \t"); // a path may hold blanks
        if (!options.with_labels &&
            std::filesystem::exists(listed_video(options.root, trimmed(line))))
            blank = std::string::npos;
        ListedClip clip;
        clip.path = listed_video(options.root, trimmed(line.substr(0, blank)));
        if (blank != std::string::npos)
            clip.label = line.substr(blank + 1);
        result.clips.push_back(std::move(clip));
    }
    return result;
}

ClipList read_class_folders(const std::filesystem::path &folder, const ListOptions &options)
{
    std::vector<std::filesystem::path> files;
    ClipList result;
    if (!options.with_labels) {
        for (const auto &file : std::filesystem::directory_iterator(folder))
            if (file.is_regular_file() && is_video_name(file.path()))
                files.push_back(file.path());
    }
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_directory() || name[0] == '.')
            continue;
        result.labels.push_back(name);
        for (const auto &file : std::filesystem::recursive_directory_iterator(entry.path())) {
            if (file.is_regular_file() && is_video_name(file.path()))
                files.push_back(file.path());
        }
    }
    std::sort(files.begin(), files.end());
    for (const auto &file : files) {
        ListedClip clip;
        clip.path = file;
        clip.label = file.lexically_relative(folder).begin()->string();
        result.clips.push_back(std::move(clip));
    }
    return result;
}

} // namespace fovea
