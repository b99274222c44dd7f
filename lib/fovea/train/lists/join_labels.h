// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/train/lists/clip_list.h"

namespace fovea {

/**
 * \brief Makes the rows of each video one clip with any number of labels
 * \throw Error Settings when a label's stretch ends before it starts
 */
void join_labels(ClipList *list);

} // namespace fovea
