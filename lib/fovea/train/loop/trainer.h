// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "fovea/core/json.h"
#include "fovea/train/data/sample_source.h"
#include "fovea/train/loop/classifier.h"
#include "fovea/train/loop/history.h"
#include "fovea/train/loop/precision.h"
#include "fovea/train/loop/processes.h"
#include "fovea/train/loop/recipe.h"

namespace fovea {

class Goal;
class RunWatcher;

struct TrainerOptions {
    Recipe recipe;
    /** Takes checkpoint.pt, history.jsonl and curves.svg after each epoch; empty: nothing is kept */
    std::filesystem::path folder;
    bool resume = false; ///< go on from the folder's checkpoint where there is one
    Json trained_on =
        Json::object(); ///< what else decides the outcome: must be the same on resuming
    int ahead = 2;      ///< batches prepared while the network trains
    TrainPrecision precision = TrainPrecision::Fp32; ///< of what the losses are computed from
    Classifier *teacher = nullptr; ///< whose last maps are learned, where the recipe asks for it
    const Goal *goal = nullptr;    ///< in place of the recipe's losses and figures; null: those
    const Processes *processes = nullptr;    ///< that train together; null: this one alone
    std::function<void()> before_checkpoint; ///< is written, by rank 0; empty: nothing
};

struct TrainReport {
    std::vector<EpochRecord> history;
    bool stopped = false; ///< by the watcher, before the end
};

/**
 * \brief Trains, and leaves the weights worth keeping in the classifier
 *
 * The same seed on the same machine with the same number of threads gives the same weights, resumed
 * or not. It runs where the classifier is: on a GPU with batches that are copied one ahead, and the
 * same weights but for rounding; a checkpoint goes on anywhere.
 * \param validation scored after each epoch; null: none, the last epoch is kept
 * \param watcher told of batches and epochs, and asked before each batch whether it stops; null: none
 * \throw Error Settings for a wrong recipe, a loss that is no number (with the cause as far as it is
 * known) or a checkpoint of something else; CannotWrite. The classifier then holds what is worth
 * keeping so far.
 *
 * Several processes call it with the same arguments, each for its share of every batch and of the
 * validation; the weights, the same everywhere, are those of one process but for rounding (clips are
 * mixed up within a share). Rank 0 alone writes the folder, which all must see to resume. The batches of
 * networks must be of clips of one size. \throw Error Init when another process is lost
 */
TrainReport train(Classifier &classifier, const SampleSource &training,
                  const SampleSource *validation, const TrainerOptions &options,
                  RunWatcher *watcher = nullptr);

} // namespace fovea
