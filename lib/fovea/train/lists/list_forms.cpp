// SPDX-License-Identifier: MIT
#include "fovea/train/lists/list_forms.h"

#include <algorithm>
#include <initializer_list>

#include "fovea/core/text_file.h"
#include "fovea/train/lists/csv_table.h"
#include "fovea/train/lists/list_breakfast.h"
#include "fovea/train/lists/list_datasets.h"
#include "fovea/train/lists/list_split_files.h"
#include "fovea/train/lists/list_values.h"
#include "fovea/train/lists/plain_lists.h"

namespace fovea {

namespace {

using Path = std::filesystem::path;

bool is_folder(const Path &list)
{
    return std::filesystem::is_directory(list);
}

bool is_csv(const Path &list)
{
    const std::string ending = lowered(list.extension().string());
    if (is_folder(list) || (ending != ".csv" && ending != ".tsv"))
        return false;
    return ending == ".csv" || csv_columns(list).size() > 1; // else lines of `path label`
}

bool has_columns(const Path &list, std::initializer_list<const char *> names)
{
    if (!is_csv(list))
        return false;
    const std::vector<std::string> columns = csv_columns(list);
    return std::all_of(names.begin(), names.end(), [&](const char *name) {
        return std::count(columns.begin(), columns.end(), name) > 0;
    });
}

bool has_folders(const Path &list, std::initializer_list<const char *> names)
{
    return std::all_of(names.begin(), names.end(),
                       [&](const char *name) { return is_folder(list / name); });
}

bool is_breakfast_truth(const Path &list)
{
    return is_folder(list) && (list.filename() == "groundTruth" ||
                               list.parent_path().filename() == "groundTruth"); // "groundTruth/"
}

} // namespace

const std::vector<ListForm> &list_forms()
{
    static const std::vector<ListForm> forms = {
        {"the split files of UCF-101", is_ucf101, read_ucf101},
        {"those of HMDB-51", is_hmdb51, read_hmdb51},
        {"the folder of Hollywood2's", is_hollywood2, read_hollywood2},
        {"that of THUMOS'14's annotation", is_thumos14, read_thumos14},
        {"the folder of Breakfast's groundTruth and splits",
         [](const Path &list) {
             return has_folders(list, {"groundTruth", "splits"});
         },
         read_breakfast},
        {"its groundTruth alone", is_breakfast_truth, read_breakfast_truth},
        {"the CSV of Charades or the folder of both",
         [](const Path &list) {
             return std::filesystem::exists(list / "Charades_v1_train.csv") ||
                    has_columns(list, {"id", "actions"});
         },
         read_charades},
        {"Something-Something's CSV or JSON or the folder of both",
         [](const Path &list) {
             return is_something(list) || (is_folder(list) && !something_files(list).empty());
         },
         read_something},
        {"the JSON of ActivityNet",
         [](const Path &list) { return !is_folder(list) && list.extension() == ".json"; },
         read_activity_net},
        {"the CSV of Kinetics", [](const Path &list) { return has_columns(list, {"youtube_id"}); },
         read_kinetics},
        {"a CSV path,label[,group,split,...]", is_csv, read_plain_csv},
        {"a folder of a folder for each class", is_folder, read_class_folders},
        {"lines of 'path label'", [](const Path &) { return true; }, read_path_lines}};
    return forms;
}

std::string list_forms_in_words()
{
    std::string words;
    const std::vector<ListForm> &forms = list_forms();
    for (std::size_t i = 0; i < forms.size(); ++i)
        words += (i == 0 ? "" : i + 1 == forms.size() ? " or " : ", ") + std::string(forms[i].name);
    return words;
}

} // namespace fovea
