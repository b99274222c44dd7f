// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "fovea/train/lists/clip_list.h"
#include "fovea/train/training_steps.h"

namespace fovea {

/**
 * \brief Writes a training's list, by which its test is judged, into OUT/training: list.csv is that of the bundle there
 *
 * Where a bundle or a checkpoint of another training is there, its list stays: the new one lies beside it until
 * keep_with_checkpoint() and keep_with_bundle(). Of several processes rank 0 writes, and the others see whether it is
 * there.
 * \param made here, of a list without splits
 * \return the file
 * \throw Error Settings where a training that goes on had a clip in another split; CannotWrite; NotFound
 */
std::filesystem::path write_training_list(const ClipList &list, const TrainingSettings &settings,
                                          bool made);

/** \brief Before a checkpoint is written: the list is that by which --resume goes on. \throw Error CannotWrite */
void keep_with_checkpoint(const std::filesystem::path &out);

/** \brief When a bundle is written: the list is that by which the bundle is judged. \throw Error CannotWrite */
void keep_with_bundle(const std::filesystem::path &out);

} // namespace fovea
