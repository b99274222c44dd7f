// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "fovea/bundle/bundle.h"
#include "fovea/core/array.h"
#include "fovea/train/run_watcher.h"

namespace fovea {

/** \brief The feature rows of a window and what it shows */
struct LabelledWindow {
    Array rows;              ///< float [R, T', C]
    std::int64_t target = 0; ///< class
};

/** \brief Which windows of the training clips a bundle keeps */
struct AnchorOptions {
    std::filesystem::path features; ///< folder of `fovea extract --list`
    std::filesystem::path list;     ///< of feature files; empty: FEATURES/list.csv
    std::size_t events = 64;        ///< clips of each event's label, at most: spread over the list
    std::size_t normal = 128;       ///< likewise of the normal label
};

/**
 * \brief Writes windows of the training split beside the weights, and names them in the card
 *
 * Of an event's clip the window that shows it best, of a normal one the middle; a feature file for each label, a
 * jump before each window. What `fovea adapt` trains on beside a camera's own windows, so that the head does not
 * forget. \return the bundle as it is now
 * \throw Error Settings when the rows are of other weights, or a label has no clip; CannotWrite
 */
Bundle write_anchors(const Bundle &bundle, const AnchorOptions &options, RunWatcher &watcher);

/** \brief A bundle's own \throw Error Settings, with the remedy, when it has none or they do not fit */
std::vector<LabelledWindow> read_anchors(const Bundle &bundle);

} // namespace fovea
