#pragma once

#include <filesystem>
#include <string>

#include "commands/training_run.h"

namespace fovea {

/** \brief `fovea train head`: settings as on the command line */
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
 * \return exit code: 130 when interrupted, the bundle then holds the best epoch so far
 * \throw Error when the features or the model cannot be used
 */
int train_head(const HeadTraining &training);

} // namespace fovea
