// SPDX-License-Identifier: MIT
#include "fovea/train/lists/list_split_files.h"

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "fovea/core/errors.h"
#include "fovea/core/text_file.h"
#include "fovea/train/lists/list_values.h"

namespace fovea {

namespace {

using Paths = std::vector<std::filesystem::path>;

Error wrong_line(const std::filesystem::path &file, const std::string &expected,
                 const std::string &line)
{
    return {Error::Kind::Settings,
            "'" + file.string() + "': expected lines like '" + expected + "', got '" + line + "'"};
}

/** \brief Text files below \a folder whose names match, in order */
Paths files_named(const std::filesystem::path &folder, const std::regex &name, bool recursive)
{
    Paths files;
    const auto add = [&](const std::filesystem::directory_entry &entry) {
        if (entry.is_regular_file() && std::regex_match(entry.path().filename().string(), name))
            files.push_back(entry.path());
    };
    if (recursive) {
        constexpr int deepest = 3; // TH14_.../annotations/annotation/; below may lie all frames
        auto entry = std::filesystem::recursive_directory_iterator(folder);
        for (; entry != std::filesystem::recursive_directory_iterator(); ++entry) {
            if (entry.depth() >= deepest)
                entry.disable_recursion_pending();
            add(*entry);
        }
    } else {
        for (const auto &entry : std::filesystem::directory_iterator(folder))
            add(entry);
    }
    std::sort(files.begin(), files.end());
    return files;
}

const std::regex &ucf_name()
{
    static const std::regex name("(train|test)list(0[1-3])\\.txt");
    return name;
}

const std::regex &hmdb_name()
{
    static const std::regex name("(.+)_test_split([1-3])\\.txt");
    return name;
}

const std::regex &by_class_name()
{
    static const std::regex name("(.+)_(val|train|test)\\.txt");
    return name;
}

/** \brief The number of the split that the list's own name says, else of the first */
std::string split_number(const std::filesystem::path &list, const std::regex &name,
                         const std::string &first)
{
    std::smatch parts;
    const std::string file = list.filename().string();
    return std::regex_match(file, parts, name) ? parts[2].str() : first;
}

std::vector<std::string> words_of(const std::string &line)
{
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

/** \brief The words of the first line that has some, of the first file */
std::vector<std::string> first_words(const Paths &files)
{
    for (const auto &file : files) {
        for (const std::string &line : read_lines(file, "list")) {
            if (auto words = words_of(line); !words.empty())
                return words;
        }
    }
    return {};
}

bool is_of_hollywood2(const std::vector<std::string> &words)
{
    return words.size() == 2 && words[0].rfind("actionclip", 0) == 0;
}

/** \brief A folder with such files, or one of them */
bool is_named(const std::filesystem::path &list, const std::regex &name)
{
    return std::filesystem::is_directory(list)
               ? !files_named(list, name, /*recursive=*/false).empty()
               : std::regex_match(list.filename().string(), name);
}

/** \brief The first words of a folder with a file or several for each class */
std::vector<std::string> first_words_by_class(const std::filesystem::path &list)
{
    return std::filesystem::is_directory(list)
               ? first_words(files_named(list, by_class_name(), /*recursive=*/true))
               : std::vector<std::string>();
}

} // namespace

bool is_ucf101(const std::filesystem::path &list)
{
    return is_named(list, ucf_name());
}

bool is_hmdb51(const std::filesystem::path &list)
{
    return is_named(list, hmdb_name());
}

bool is_hollywood2(const std::filesystem::path &list)
{
    return is_of_hollywood2(first_words_by_class(list));
}

bool is_thumos14(const std::filesystem::path &list)
{
    const auto words = first_words_by_class(list);
    return words.size() == 3 && words[0].rfind("video_", 0) == 0;
}

ClipList read_ucf101(const std::filesystem::path &list, const ListOptions &options)
{
    const std::string number = split_number(list, ucf_name(), "01");
    static const std::regex group_of("v_(.+)_(g[0-9]+)_c[0-9]+");
    ClipList result;
    for (const char *split : {"train", "test"}) {
        const auto file = root_of(list, {}) / (std::string(split) + "list" + number + ".txt");
        for (const std::string &line : read_lines(file, "list")) {
            const std::vector<std::string> words = words_of(line);
            if (words.empty())
                continue;
            const std::filesystem::path named = local_path(words[0]);
            const std::string stem = named.stem().string();
            std::smatch parts;
            if (!named.has_parent_path() || !std::regex_match(stem, parts, group_of))
                throw wrong_line(file, "Archery/v_Archery_g08_c01.avi 3", line);
            ListedClip clip;
            clip.path = find_video(options.root,
                                   {(named.parent_path() / stem).string(),
                                    "UCF-101/" + (named.parent_path() / stem).string(), stem});
            clip.label = named.parent_path().filename().string();
            clip.group = parts[1].str() + "_" + parts[2].str();
            clip.split = split;
            result.clips.push_back(std::move(clip));
        }
    }
    return result;
}

ClipList read_hmdb51(const std::filesystem::path &list, const ListOptions &options)
{
    const std::string number = split_number(list, hmdb_name(), "1");
    ClipList result;
    std::map<std::string, std::set<std::string>> splits_of; ///< by group
    for (const auto &file : files_named(root_of(list, {}), hmdb_name(), /*recursive=*/false)) {
        std::smatch parts;
        const std::string name = file.filename().string();
        if (!std::regex_match(name, parts, hmdb_name()) || parts[2] != number)
            continue;
        const std::string label = parts[1];
        for (const std::string &line : read_lines(file, "list")) {
            const std::vector<std::string> words = words_of(line);
            if (words.empty())
                continue;
            if (words.size() != 2 || (words[1] != "0" && words[1] != "1" && words[1] != "2"))
                throw wrong_line(file, "April_09_brush_hair_u_nm_np1_ba_goo_0.avi 1", line);
            if (words[1] == "0")
                continue;
            const std::string stem = local_path(words[0]).stem().string();
            ListedClip clip;
            clip.path = find_video(options.root, {label + "/" + stem, stem});
            clip.label = label;
            clip.group = stem.substr(0, stem.find("_" + label + "_")) + "_" + label; // the film
            clip.split = words[1] == "1" ? "train" : "test";
            splits_of[clip.group].insert(clip.split);
            result.clips.push_back(std::move(clip));
        }
    }
    for (ListedClip &clip : result.clips) { // its own splits are to be taken as they are
        if (splits_of[clip.group].size() > 1)
            clip.group.clear();
    }
    return result;
}

ClipList read_thumos14(const std::filesystem::path &list, const ListOptions &options)
{
    ClipList result;
    for (const auto &file : files_named(list, by_class_name(), /*recursive=*/true)) {
        std::smatch parts;
        const std::string name = file.filename().string();
        std::regex_match(name, parts, by_class_name());
        for (const std::string &line : read_lines(file, "list")) {
            const std::vector<std::string> words = words_of(line);
            if (words.empty())
                continue;
            ListedClip clip;
            if (words.size() != 3 || !read_time(words[1], &clip.start) ||
                !read_time(words[2], &clip.end) || clip.start.is_share || clip.end.is_share ||
                clip.end.value < clip.start.value)
                throw wrong_line(file, "video_validation_0000266 72.8 76.4", line);
            clip.path =
                find_video(options.root, {words[0], "validation/" + words[0], "test/" + words[0],
                                          "TH14_test_set_mp4/" + words[0], "videos/" + words[0]});
            clip.id = words[0];
            clip.label = parts[1];
            clip.group = words[0];
            clip.split = parts[2] == "test" ? "test" : "train";
            result.clips.push_back(std::move(clip));
        }
    }
    return result;
}

ClipList read_hollywood2(const std::filesystem::path &list, const ListOptions &options)
{
    if (!options.many_labels)
        throw Error(Error::Kind::Settings,
                    "list '" + list.string() +
                        "': clips of Hollywood2 show several actions at "
                        "once; give --many-labels, or a model of many labels");
    std::map<std::string, ListedClip> clips; ///< by name
    for (const auto &file : files_named(list, by_class_name(), /*recursive=*/false)) {
        std::smatch parts;
        const std::string name = file.filename().string();
        std::regex_match(name, parts, by_class_name());
        if (parts[1] == "actions") // actions_train.txt names all clips: no class
            continue;
        for (const std::string &line : read_lines(file, "list")) {
            const std::vector<std::string> words = words_of(line);
            if (words.empty() || words[0].rfind("sceneclip", 0) == 0) // scenes are other clips
                continue;
            if (!is_of_hollywood2(words) || (words[1] != "1" && words[1] != "-1"))
                throw wrong_line(file, "actioncliptrain00001 -1", line);
            ListedClip &clip = clips[words[0]];
            clip.path = find_video(options.root,
                                   {words[0], "AVIClips/" + words[0], "../AVIClips/" + words[0]});
            clip.id = words[0];
            clip.split = parts[2] == "test" ? "test" : "train";
            if (words[1] == "1")
                clip.label += (clip.label.empty() ? "" : ";") + parts[1].str();
        }
    }
    ClipList result;
    for (auto &[name, clip] : clips)
        result.clips.push_back(std::move(clip));
    return result;
}

} // namespace fovea
