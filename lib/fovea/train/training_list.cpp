// SPDX-License-Identifier: MIT
#include "fovea/train/training_list.h"

#include <map>
#include <set>
#include <string>

#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/loop/checkpoint.h"

namespace fovea {

namespace {

constexpr const char *of_bundle = "list.csv";                   // in a training's folder
constexpr const char *of_checkpoint = "list-of-checkpoint.csv"; // where it is another
constexpr const char *of_begun = "list-begun.csv";              // until the first checkpoint

std::filesystem::path whole(const ListedClip &clip)
{
    return std::filesystem::absolute(clip.path).lexically_normal();
}

/**
 * \brief That no clip which was trained on is judged as unseen now
 * \param file the list of the training that goes on
 * \param made here, of a list without splits
 */
void check_splits_stay(const ClipList &list, const std::filesystem::path &file, bool made)
{
    ListOptions options;
    options.check_files = false;
    options.with_labels = false;
    // stretches of one may be of several splits
    std::map<std::filesystem::path, std::set<std::string>> before;
    for (const ListedClip &clip : read_clip_list(file, options).clips)
        before[whole(clip)].insert(clip.split);
    for (const ListedClip &clip : list.clips) {
        const auto was = before.find(whole(clip));
        if (was != before.end() && was->second.count(clip.split) == 0)
            throw Error(Error::Kind::Settings,
                        list.place() + "'" + clip.path.string() + "' is of the split " +
                            clip.split + ", in '" + file.string() +
                            "', which the training began with, of " +
                            joined({was->second.begin(), was->second.end()}) +
                            (made ? "; the split is made by --seed, --validation and --test: give "
                                    "those that it began with, or train anew without --resume"
                                  : "; give that list, or train anew without --resume"));
    }
}

/** \brief In one step, where \a from is there. \throw Error CannotWrite */
void move_if_there(const std::filesystem::path &from, const std::filesystem::path &to)
{
    if (!std::filesystem::exists(from))
        return;
    std::error_code error;
    std::filesystem::rename(from, to, error);
    if (error)
        throw cannot_write(to, error.value());
}

/** \brief Where the list of a training goes that begins, or goes on */
std::filesystem::path list_file(const TrainingSettings &settings, const ClipList &list, bool made)
{
    const auto folder = training_folder(settings.out);
    const bool has_checkpoint = std::filesystem::exists(folder / checkpoint_name);
    if (!has_checkpoint && !std::filesystem::exists(settings.out / card_name)) {
        std::error_code none;
        for (const char *before : {of_checkpoint, of_begun})
            std::filesystem::remove(folder / before, none);
        return folder / of_bundle;
    }
    if (settings.resume && has_checkpoint) {
        auto file = folder / of_checkpoint;
        if (!std::filesystem::exists(file))
            file = folder / of_bundle;
        if (std::filesystem::exists(file))
            check_splits_stay(list, file, made);
    }
    return folder / of_begun;
}

} // namespace

std::filesystem::path write_training_list(const ClipList &list, const TrainingSettings &settings,
                                          bool made)
{
    const auto folder = training_folder(settings.out);
    std::filesystem::path file;
    if (settings.processes->is_first()) {
        file = list_file(settings, list, made);
        make_folder(folder);
        write_clip_list(file, list);
    }
    settings.processes->wait_for_all();
    if (file.empty())
        file = folder / (std::filesystem::exists(folder / of_begun) ? of_begun : of_bundle);
    if (!std::filesystem::exists(file))
        throw Error(Error::Kind::NotFound,
                    "training: '" + file.string() +
                        "', which rank 0 has written, is not there; expected --out in a folder "
                        "that all processes see");
    return file;
}

void keep_with_checkpoint(const std::filesystem::path &out)
{
    const auto folder = training_folder(out);
    move_if_there(folder / of_begun, folder / of_checkpoint);
}

void keep_with_bundle(const std::filesystem::path &out)
{
    keep_with_checkpoint(out);
    const auto folder = training_folder(out);
    move_if_there(folder / of_checkpoint, folder / of_bundle);
}

} // namespace fovea
