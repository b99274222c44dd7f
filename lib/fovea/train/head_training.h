// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "fovea/train/training_steps.h"

namespace fovea {

/** \brief What a head is trained on, and how */
struct HeadTraining {
    TrainingSettings settings; ///< model: empty: the one the features were made with
    std::filesystem::path
        features;               ///< folder of feature files, as `fovea extract --list` leaves it
    std::filesystem::path list; ///< of feature files; empty: FEATURES/list.csv, else their labels
    std::string head;           ///< by name; empty: the recipe's, else ra
    std::string regions;        ///< in words (region_choice.h); empty: all of the files
};

/**
 * \brief Trains a head on dumped features and writes the bundle
 * \throw Error when the features or the model cannot be used
 */
TrainingOutcome train_head(const HeadTraining &training, RunWatcher &watcher);

} // namespace fovea
