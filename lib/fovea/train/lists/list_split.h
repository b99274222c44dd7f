// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "fovea/train/lists/clip_list.h"

namespace fovea {

struct SplitOptions {
    double validation = 0.15; ///< share of the clips
    double test = 0.15;       ///< share of the clips; 0: no test split is made
    std::uint64_t seed = 0;
    bool validation_is_test = false; ///< the list's own, whose test nobody has the labels of
};

/**
 * \brief Gives every clip a split, groups kept whole and classes spread evenly
 *
 * A list that has splits keeps them; where it has no validation split, one is cut from training.
 * The same seed gives the same split.
 * \return true when something was assigned
 * \throw Error Settings when some clips have a split and others not, a class has no group left for
 * training, or validation is to be the test of a list that has one or has no validation
 */
bool make_split(ClipList *list, const SplitOptions &options);

/** \brief Of `--validation` and `--test` those that make_split() has no use for, though they are not as usual; empty: none */
std::string left_aside(const ClipList &list, const SplitOptions &options);

/** \throw Error Settings naming a group that is in two splits */
void check_groups(const ClipList &list);

/** \return a warning of clips that the list names more than once, first of another label; empty: there is none */
std::string told_twice(const ClipList &list);

/** \throw Error Settings naming a class without a training clip */
void check_classes(const ClipList &list);

} // namespace fovea
