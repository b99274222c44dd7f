// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/core/json.h"

namespace fovea {

/** \brief One epoch; a line of history.jsonl */
struct EpochRecord {
    int epoch = 0; ///< from 1
    double train_loss = 0;
    double train_accuracy = 0; ///< of the samples as they were trained on, augmented
    double validation_loss = 0;
    double validation_accuracy = 0; ///< of many labels the mean average precision
    bool many_labels = false;       ///< not written: what the figure is called
    bool validated = false;
    double learning_rate = 0; ///< of the last step
    double seconds = 0;
    bool best = false; ///< the best so far
};

Json to_json(const EpochRecord &record);

/** \param where the file and the path within it, for the error. \throw Error Settings */
EpochRecord epoch_from_json(const Json &line, const std::string &where);

/** \brief All lines anew: after a resumed run there must be none of an epoch that was lost */
void write_history(const std::filesystem::path &file, const std::vector<EpochRecord> &history);

/** \brief Loss and accuracy by epoch, as a drawing */
std::string curves_svg(const std::vector<EpochRecord> &history);

} // namespace fovea
