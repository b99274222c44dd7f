// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/bundle/weights.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/train/loop/history.h"

namespace fovea {

constexpr const char *checkpoint_name = "checkpoint.pt"; ///< in a training's folder

/**
 * \brief All that is needed to go on after an epoch as if nothing had happened
 *
 * Random numbers need no state: those of an epoch follow from the recipe's seed and its number.
 */
struct Checkpoint {
    Json made_with; ///< recipe and what is trained on what: must be the same to go on
    std::vector<EpochRecord> history;
    Weights model;
    Weights optimiser;
    Weights average; ///< empty: weights are not averaged
    Weights kept;    ///< what the outcome would be now
};

/** \brief The remedy where a checkpoint is not as it was written */
constexpr const char *start_anew = "; start anew without resuming, or put a copy of it there";

/** \brief Settings: what of a checkpoint keeps a training from going on from it, with the remedy */
Error unfit_checkpoint(const std::filesystem::path &file, const std::string &what);

/** \brief "was made with KEY 1, now it is 2", of the first that is wanted and was another; empty: none was */
std::string made_with_another(const Json &was, const Json &wanted);

/** \brief The file appears when it is whole: a kill leaves the one before. \throw Error CannotWrite */
void write_checkpoint(const std::filesystem::path &file, const Checkpoint &checkpoint);

/** \throw Error as read_checkpoint() */
Json made_with(const std::filesystem::path &checkpoint);

/**
 * \brief What read_checkpoint() would refuse, asked before it is known which clips can be decoded: their counts, which
 * balance classes, may yet be others
 */
void check_checkpoint(const std::filesystem::path &file, Json made_with);

/**
 * \param made_with what the checkpoint must have been made with
 * \throw Error NotFound; Settings when it is none, or was made with something else (which)
 */
Checkpoint read_checkpoint(const std::filesystem::path &file, const Json &made_with);

} // namespace fovea
