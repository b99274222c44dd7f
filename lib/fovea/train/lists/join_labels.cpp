// SPDX-License-Identifier: MIT
#include "fovea/train/lists/join_labels.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "fovea/core/errors.h"
#include "fovea/core/text_file.h"
#include "fovea/train/lists/list_values.h"

namespace fovea {

namespace {

/** \brief "a", or "a 1.5 4": the label and, where it has one, its stretch */
LabelledStretch stretch_of(const ListedClip &clip, const std::string &text)
{
    LabelledStretch stretch = {text, clip.start, clip.end};
    if (stretch.start.is_share == stretch.end.is_share)
        stretch.end.value = std::max(stretch.start.value, stretch.end.value); // of no frame
    const auto last = text.find_last_of(' ');
    const auto before = last == std::string::npos || last == 0 ? std::string::npos
                                                               : text.find_last_of(' ', last - 1);
    ListedTime start;
    ListedTime end;
    if (before == std::string::npos || !read_time(text.substr(last + 1), &end) ||
        !read_time(text.substr(before + 1, last - before - 1), &start))
        return stretch;
    if (start.is_share == end.is_share && end.value < start.value)
        throw Error(Error::Kind::Settings,
                    "'" + clip.path.string() + "': expected '" + text + "' to end after it starts");
    return {trimmed(text.substr(0, before)), start, end};
}

std::string words_of(const std::vector<LabelledStretch> &actions)
{
    std::string words;
    for (const LabelledStretch &action : actions) {
        words += (words.empty() ? "" : ";") + action.label;
        if (!is_whole(action.start, action.end))
            words += " " + time_text(action.start) + " " + time_text(action.end);
    }
    return words;
}

} // namespace

void join_labels(ClipList *list)
{
    std::vector<ListedClip> joined;
    std::map<std::filesystem::path, std::size_t> place_of;
    for (const ListedClip &row : list->clips) {
        const auto [place, is_new] = place_of.emplace(row.path, joined.size());
        if (is_new) {
            ListedClip whole;
            whole.path = row.path;
            whole.group = row.group;
            whole.split = row.split;
            whole.weight = row.weight;
            joined.push_back(std::move(whole));
        }
        std::istringstream words(row.label);
        for (std::string text; std::getline(words, text, ';');) {
            if (!trimmed(text).empty())
                joined[place->second].actions.push_back(stretch_of(row, trimmed(text)));
        }
    }
    for (ListedClip &clip : joined)
        clip.label = words_of(clip.actions);
    list->clips = std::move(joined);
}

} // namespace fovea
