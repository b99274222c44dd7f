// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fovea/bundle/bundle.h"
#include "fovea/train/data/clip_source.h"
#include "fovea/train/lists/clip_list.h"
#include "fovea/train/lists/list_split.h"
#include "fovea/train/loop/precision.h"
#include "fovea/train/loop/processes.h"
#include "fovea/train/loop/recipe.h"
#include "fovea/train/loop/trainer.h"
#include "fovea/train/run_watcher.h"

namespace fovea {

/** \brief What the training of a network and that of a head have in common */
struct TrainingSettings {
    std::string model;         ///< bundle to begin with
    std::filesystem::path out; ///< folder of the bundle that is made
    std::filesystem::path asked_out =
        {};             ///< whose bundle of other classes is not replaced; empty: none is kept
    std::string recipe; ///< by name; empty: the usual one
    std::string normal; ///< class that is no event; empty: as the model says
    RecipeChanges changes;
    SplitOptions split;
    bool resume = false;
    int threads = 1;             ///< of LibTorch; the same number gives the same weights
    std::string device = "auto"; ///< as EngineOptions::device
    TrainPrecision precision = TrainPrecision::Fp32; ///< as training_device() allows
    std::shared_ptr<const Processes> processes =
        std::make_shared<Processes>(); ///< that train together; all see \a out
};

/** \brief What a run left behind */
struct TrainingOutcome {
    Bundle bundle;        ///< of the best epoch so far
    bool stopped = false; ///< by the watcher, before the end
};

/** \brief Frames of listed clips as a model needs them: who can decode gives them */
using OpenFrames = std::function<std::unique_ptr<ClipSource>(const ActivityCard &)>;

/**
 * \brief Before training: LibTorch's threads, and memory that is kept for the next step
 *
 * glibc gives large blocks back at once: the kernel then clears the same pages again in every step.
 * \param threads 0: all cores
 */
void prepare_process(int threads);

/**
 * \brief The device asked for: asked first, before anything is decoded
 * \throw Error Settings when it is not there, or does not have the precision
 */
at::Device training_device(const TrainingSettings &settings);

/**
 * \brief Meets the other processes, each with the GPU of its local rank unless another is asked for
 * \throw Error as Processes and training_device()
 */
void join_processes(TrainingSettings *settings, const ProcessPlace &place,
                    std::chrono::seconds patience, const std::function<bool()> &stops = {});

/**
 * \brief A list with a split of every clip, its warnings told; of a training see prepare_list()
 * \throw Error as read_clip_list, make_split and check_groups
 */
ClipList read_split_list(const std::filesystem::path &list, const ListOptions &options,
                         const SplitOptions &split, RunWatcher &watcher);

/** \brief OUT/training: what is kept of the training beside the bundle */
std::filesystem::path training_folder(const std::filesystem::path &out);

/**
 * \brief Opens every video once; those that cannot be decoded are told and left out, in all processes
 * \throw Interrupted; Error as Processes; CannotWrite where no frames can be kept, told before the first where the disk
 * has no room for all
 */
void open_all(ClipList *list, ClipSource &frames, const Processes &processes, RunWatcher &watcher);

/**
 * \brief What is refused of a list and of `asked_out` before any work; that a bundle there is replaced is told, and
 * whether a training that was ended there goes on
 * \throw Error Settings with one class alone, or where a bundle for other classes, or from elsewhere, would be replaced by a training that
 * does not go on
 */
void check_begins(const ClipList &list, const TrainingSettings &settings, RunWatcher &watcher);

/** \brief Those of a list, once */
void tell_warnings(ClipList *list, RunWatcher &watcher);

/**
 * \brief The list with a split of every clip, before it is known which can be decoded
 * \throw Error as make_split, check_groups and check_classes; Settings without a clip for validation
 */
ClipList check_split(ClipList list, const TrainingSettings &settings);

/**
 * \brief Whether the checkpoint that `resume` goes on from was made so, asked before videos are decoded
 * \throw Error as check_checkpoint()
 */
void check_goes_on(const TrainingSettings &settings, const Recipe &recipe, const Json &trained_on);

/**
 * \brief Splits the list where it has no split, writes it as write_training_list(), tells warnings
 *
 * \param split what split_training() said, where it was called before
 * \throw Error as make_split, check_classes and write_training_list(); Settings without a clip for validation
 */
void prepare_list(ClipList *list, const TrainingSettings &settings, RunWatcher &watcher,
                  std::optional<bool> split = {});

/**
 * \brief Says that a bundle is made, in whose folder no calibration of other weights stays, which is said too
 * \param is_first of several processes, which are heard of by the first alone: it removes the calibration
 */
void tell_made(const Bundle &made, RunWatcher &watcher, bool is_first);

/** \brief Says of a bundle without a class that is no event what that means */
void tell_events(const Bundle &made, RunWatcher &watcher);

/** \brief make_split() as a training has it \return whether it made one */
bool split_training(ClipList *list, const TrainingSettings &settings);

/**
 * \brief Trains, checkpoints kept in OUT/training
 * \param options recipe, trained_on, teacher and goal; `ahead`, which a GPU has its own of; the others follow from \a settings
 * \throw Interrupted when it was stopped before an epoch had ended; Error as train(); Settings for a device that is not there, or a precision that it does not have
 */
TrainReport run_training(Classifier &classifier, const SampleSource &training,
                         const SampleSource *validation, TrainerOptions options,
                         const TrainingSettings &settings, RunWatcher &watcher);

/** \brief A bundle that rank 0 writes into OUT, with it its list, and the other processes open. \throw as \a write */
Bundle made_by_first(const TrainingSettings &settings, const std::function<Bundle()> &write);

/**
 * \brief Scores a split and writes the figures into OUT/training, see write_evaluation(); of several
 * processes rank 0 does
 * \param source its samples, one for each clip of the split
 * \param split train, val or test, as in a list; the files of "val" and what the watcher is told are called validation
 * \return the figures in one plain sentence
 */
std::string score_split(Classifier &classifier, const SampleSource &source, const ClipList &list,
                        const std::string &split, const Recipe &recipe,
                        const TrainingSettings &settings, RunWatcher &watcher);

} // namespace fovea
