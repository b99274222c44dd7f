#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "training_run.h"

namespace fovea {

/** \brief `fovea train backbone`: settings as on the command line */
struct BackboneTraining {
    TrainingSettings settings;
    std::filesystem::path list;
    std::filesystem::path root;   ///< folder of the videos; empty: that of the list
    bool from_scratch = false;    ///< else the model's weights are fine-tuned
    std::string regions = "card"; ///< card, full, actor: what is looked at while training
    int timesteps = 0;            ///< of a whole video; 0: the card's
    std::string detector;         ///< hog or a bundle; empty: the card's
    std::filesystem::path cache;  ///< of decoded frames; empty: the usual place
    std::uint64_t cache_limit = 50'000'000'000; ///< bytes
};

/**
 * \brief Trains a network on videos and writes the bundle, its own classifier as head
 * \return exit code: 130 when interrupted, the bundle then holds the best epoch so far
 * \throw Error when the list or the model cannot be used
 */
int train_backbone(const BackboneTraining &training);

} // namespace fovea
