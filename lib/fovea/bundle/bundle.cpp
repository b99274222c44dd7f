// SPDX-License-Identifier: MIT
#include "fovea/bundle/bundle.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <sstream>
#include <sys/stat.h>
#include <utility>

#include "fovea/bundle/cache_folder.h"
#include "fovea/bundle/missing_weights.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/core/printable.h"
#include "fovea/core/text_file.h"

namespace fovea {

namespace fs = std::filesystem;

namespace {

std::string environment(const char *name)
{
    const char *value = std::getenv(name);
    return value ? value : "";
}

/** \brief Folders searched: FOVEA_MODEL_PATH (colon-separated), then those installed */
std::vector<fs::path> search_path()
{
    std::vector<fs::path> folders;
    std::istringstream list(environment("FOVEA_MODEL_PATH"));
    for (std::string folder; std::getline(list, folder, ':');) {
        if (!folder.empty())
            folders.emplace_back(folder);
    }
    folders.emplace_back(FOVEA_MODEL_DIR);
    return folders;
}

bool is_bundle(const fs::path &folder)
{
    std::error_code error;
    return fs::is_regular_file(folder / card_name, error);
}

fs::path folder_of(const std::string &name_or_path)
{
    if (name_or_path.empty())
        throw Error(Error::Kind::Settings, "model is empty; expected a name or a folder");
    // A name wins over a folder of the same name in the working directory
    const bool is_path = name_or_path.find('/') != std::string::npos;
    if (!is_path) {
        for (const fs::path &folder : search_path()) {
            if (is_bundle(folder / name_or_path))
                return folder / name_or_path;
        }
    }
    if (is_bundle(name_or_path))
        return name_or_path;
    if (is_path)
        throw Error(Error::Kind::NotFound,
                    "model '" + name_or_path +
                        "' is not there: expected a folder with a card.json");
    std::string places;
    for (const fs::path &folder : search_path())
        places += (places.empty() ? "" : ":") + folder.string();
    const std::string names = joined(Bundle::names());
    throw Error(Error::Kind::NotFound,
                "model '" + name_or_path + "' is not in " + places +
                    " (FOVEA_MODEL_PATH); there are: " + (names.empty() ? "none" : names));
}

std::vector<std::string> read_labels(const fs::path &file)
{
    std::istringstream stream(read_text(file, "labels"));
    std::vector<std::string> labels;
    for (std::string line; std::getline(stream, line);) {
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        labels.push_back(line);
        if (!is_printable(line))
            throw Error(Error::Kind::Settings,
                        "labels '" + file.string() + "': line " + std::to_string(labels.size()) +
                            " holds characters that are not to be seen; take them out");
    }
    while (!labels.empty() && labels.back().empty())
        labels.pop_back();
    return labels;
}

void check_labels(const Card &card, const fs::path &file, const std::vector<std::string> &labels)
{
    const std::string where = "labels '" + file.string() + "': ";
    if (static_cast<int>(labels.size()) != card.activity.classes)
        throw Error(Error::Kind::Settings,
                    where + "expected " + std::to_string(card.activity.classes) +
                        " lines, as the card's classes, got " + std::to_string(labels.size()));
    if (std::find(labels.begin(), labels.end(), "") != labels.end())
        throw Error(Error::Kind::Settings, where + "a line is empty; expected one class a line");
    const std::string &normal = card.activity.decision.normal;
    if (!normal.empty() && std::find(labels.begin(), labels.end(), normal) == labels.end())
        throw Error(Error::Kind::Settings,
                    where + "lacks '" + normal + "', which the card's decision calls normal");
}

/** \brief What tells that a file was changed or replaced */
struct FileState {
    std::array<std::int64_t, 7> numbers = {};
    bool lasts = false; ///< so old that a change from now on would show

    explicit FileState(const fs::path &file)
    {
        struct stat status = {};
        if (stat(file.c_str(), &status) != 0)
            return;
        numbers = {static_cast<std::int64_t>(status.st_dev),
                   static_cast<std::int64_t>(status.st_ino),
                   status.st_size,
                   status.st_mtim.tv_sec,
                   status.st_mtim.tv_nsec,
                   status.st_ctim.tv_sec,
                   status.st_ctim.tv_nsec};
        constexpr std::int64_t coarsest_clock = 2; // seconds, of a file system
        lasts = std::time(nullptr) - status.st_ctim.tv_sec > coarsest_clock;
    }
};

/** \brief As sha256_of(), but what this process has read is not read again: a start asks twice, for network and head */
std::string sha256_of_unchanged(const fs::path &file)
{
    static std::mutex mutex; // guards what follows
    static std::map<std::array<std::int64_t, 7>, std::string> known;
    const FileState state(file);
    {
        const std::lock_guard lock(mutex);
        const auto found = known.find(state.numbers);
        if (state.lasts && found != known.end())
            return found->second;
    }
    std::string sha256 = sha256_of(file);
    if (state.lasts && FileState(file).numbers == state.numbers) {
        const std::lock_guard lock(mutex);
        known[state.numbers] = sha256;
    }
    return sha256;
}

/** \brief Of a card without labels, as detectors have, the card itself */
fs::path labels_file(const fs::path &folder, const Card &card)
{
    return folder / (card.labels.empty() ? card_name : card.labels);
}

/** \brief A card and its labels, read and checked, and the states of the files before */
struct CheckedCard {
    FileState card_state;
    std::string sha256; ///< empty: it changed while it was read
    Card card;
    FileState labels_state;
    std::vector<std::string> labels;

    explicit CheckedCard(const fs::path &folder)
        : card_state(folder / card_name),
          sha256(sha256_of(folder / card_name)),
          card(read_card(folder / card_name)),
          labels_state(labels_file(folder, card))
    {
        if (sha256_of(folder / card_name) != sha256)
            sha256.clear();
        if (card.labels.empty())
            return;
        const fs::path file = folder / card.labels;
        std::error_code error;
        if (!fs::exists(file, error))
            throw Error(Error::Kind::NotFound,
                        "labels '" + file.string() +
                            "', which the card names, are not there: expected " +
                            std::to_string(card.activity.classes) +
                            " lines, a class a line; install the model again");
        labels = read_labels(file);
        check_labels(card, file, labels);
    }

    bool lasts() const { return card_state.lasts && labels_state.lasts; }

    bool is_of(const fs::path &folder) const
    {
        return FileState(folder / card_name).numbers == card_state.numbers &&
               FileState(labels_file(folder, card)).numbers == labels_state.numbers;
    }
};

/** \brief As sha256_of_unchanged(): each element of a pipeline asks for the card of its model */
std::shared_ptr<const CheckedCard> checked_unchanged(const fs::path &folder)
{
    static std::mutex mutex; // guards what follows
    static std::map<fs::path, std::shared_ptr<const CheckedCard>> known;
    {
        const std::lock_guard lock(mutex);
        const auto found = known.find(folder);
        if (found != known.end() && found->second->is_of(folder))
            return found->second;
    }
    auto card = std::make_shared<const CheckedCard>(folder);
    if (card->lasts() && card->is_of(folder)) {
        const std::lock_guard lock(mutex);
        known[folder] = card;
    }
    return card;
}

} // namespace

Bundle::Bundle(fs::path folder) : folder_(std::move(folder))
{
    const std::shared_ptr<const CheckedCard> checked = checked_unchanged(folder_);
    card_sha256_ = checked->sha256;
    card_ = checked->card;
    labels_ = checked->labels;
}

Bundle Bundle::open(const std::string &name_or_path)
{
    return Bundle(folder_of(name_or_path));
}

Bundle Bundle::open_part(const fs::path &folder, const std::string &name)
{
    const fs::path beside =
        fs::absolute(folder / "").lexically_normal().parent_path().parent_path();
    for (const fs::path &place : {folder / name, beside / name}) {
        if (is_bundle(place))
            return Bundle(place);
    }
    return open(name);
}

std::optional<Bundle> Bundle::attended(const std::string &name) const
{
    const AttendedModel wanted = attended_by(name);
    if (wanted.name.empty() || wanted.is_persons())
        return std::nullopt;
    const std::string where =
        (name.empty() ? "model '" + card_.name + "' attends to '" : "attended '") + wanted.name +
        "', which ";
    Bundle bundle = open_part(wanted.name);
    const bool several = bundle.kind() == Kind::Combination;
    if (several || !bundle.activity().attended.name.empty())
        throw Error(
            Error::Kind::Settings,
            where + (several ? what_it_does(bundle.kind()) : "attends to another model itself") +
                "; expected one network, that recognises activities or finds persons; choose "
                "another (fovea models list)");
    const std::string &got = bundle.weights().sha256;
    if (!wanted.sha256.empty() && got != wanted.sha256)
        throw Error(Error::Kind::Settings,
                    where + "has weights of SHA-256 '" + got + "', expected " + wanted.sha256 +
                        ": those it was trained with; put them there, or train the head again");
    return bundle;
}

const CardFile &Bundle::weights() const
{
    const std::filesystem::path &named =
        card_.detector.weights.empty() ? card_.detector.network : card_.detector.weights;
    const auto found = std::find_if(card_.files.begin(), card_.files.end(),
                                    [&](const CardFile &file) { return named == file.name; });
    return found == card_.files.end() ? card_.files.front() : *found;
}

std::vector<std::string> Bundle::names()
{
    std::set<std::string> names;
    for (const fs::path &folder : search_path()) {
        std::error_code error;
        for (const auto &entry : fs::directory_iterator(folder, error)) {
            if (is_bundle(entry.path()))
                names.insert(entry.path().filename().string());
        }
    }
    return {names.begin(), names.end()};
}

fs::path Bundle::cache() const
{
    return cache_folder() / "models" / card_.name;
}

fs::path Bundle::find(const CardFile &file) const
{
    for (const fs::path &folder : {folder_, cache()}) {
        std::error_code error;
        if (fs::is_regular_file(folder / file.name, error))
            return folder / file.name;
    }
    return {};
}

fs::path Bundle::file(const CardFile &file) const
{
    fs::path found = find(file);
    if (found.empty())
        throw Error(Error::Kind::NotFound, "model '" + card_.name + "': '" + file.name +
                                               "' is neither in '" + folder_.string() +
                                               "' nor in '" + cache().string() + "'; " +
                                               how_to_get(*this, {file}));
    if (file.sha256.empty())
        return found;
    const std::string got = sha256_of_unchanged(found);
    if (got != file.sha256)
        throw Error(Error::Kind::Settings,
                    "'" + found.string() + "' has SHA-256 " + got + ", expected " + file.sha256 +
                        (file.url.empty() ? "; install or copy the model again, or train "
                                            "it anew where it was made here"
                                          : "; remove the file and fetch it again"));
    return found;
}

bool Bundle::complete() const
{
    const auto part_is_complete = [&](const std::string &name) {
        try {
            const Bundle part = open_part(name);
            return part.kind() != Kind::Combination && part.complete();
        } catch (const Error &error) {
            if (error.kind() == Error::Kind::NotFound)
                return false;
            throw;
        }
    };
    const AttendedModel &attended = card_.activity.attended;
    return std::none_of(card_.files.begin(), card_.files.end(),
                        [&](const CardFile &file) { return find(file).empty(); }) &&
           std::all_of(card_.models.begin(), card_.models.end(),
                       [&](const CombinedModel &model) { return part_is_complete(model.name); }) &&
           (attended.name.empty() || attended.is_persons() || part_is_complete(attended.name));
}

const char *what_it_does(Bundle::Kind kind)
{
    switch (kind) {
    case Bundle::Kind::Activity:
        return "recognises activities";
    case Bundle::Kind::Detector:
        return "finds persons";
    case Bundle::Kind::Pose:
        return "finds keypoints";
    case Bundle::Kind::Combination:
        break;
    }
    return "combines models";
}

} // namespace fovea
