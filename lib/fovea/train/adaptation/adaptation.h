// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "fovea/bundle/bundle.h"
#include "fovea/train/run_watcher.h"

namespace fovea {

/** \brief A head anew for one camera, from what people said of its alarms */
struct AdaptationSettings {
    std::filesystem::path events; ///< events.db of `fovea watch`
    std::string camera;           ///< by name
    std::string model;            ///< that the camera was watched with; empty: as the events say
    std::filesystem::path
        out; ///< folder of the bundle, whose own files are replaced where one is; see adapted_folder()
    double alarms_per_hour = 0.1; ///< that quiet time may give, > 0
    std::uint64_t seed = 0;
    int threads = 1; ///< of LibTorch
};

struct AdaptationReport {
    Bundle bundle;
    std::int64_t judged_true = 0;    ///< alarms
    std::int64_t judged_nothing = 0; ///< likewise
    std::int64_t not_judged = 0;     ///< likewise
    std::int64_t quiet_windows = 0;  ///< kept
    double hours = 0;                ///< watched
    double false_alarms_before =
        0; ///< an hour of it, as people said; what nobody judged in the same share
    double false_alarms_after =
        0; ///< an hour of it, at most: windows that reach the new thresholds
    std::int64_t anchor_events = 0; ///< windows of the training's events
    std::int64_t found_before = 0;  ///< of them, by the model at its card's thresholds
    std::int64_t found_after = 0;   ///< by the new head at its own
};

/**
 * \brief Trains the model's head anew on the camera's judged alarms and quiet time beside the model's anchors, sets
 * the thresholds of its alarms, and writes the bundle
 *
 * It always begins with the model, not with an earlier adaptation. A threshold is the lowest that quiet time reaches no
 * more often than wished, each label having its share of alarms_per_hour, as far as windows say that the head did not
 * learn from; never below the model's own before ten alarms are wished for in the time watched, then not below the card's
 * `decision.threshold`; and never so high that the head finds less than nine in ten of the anchor events of the label
 * that the model finds: then quiet time gives more alarms than wished, which is told.
 * \throw Error Settings when there is nothing to learn from, rows are of other weights, the model has no anchors, `out`
 * holds something else than an adapted bundle, or the new head finds less than nine in ten of the anchor events that the model finds at its thresholds (both figures told):
 * nothing is written then; CannotWrite; DatabaseError; Interrupted
 */
AdaptationReport adapt(const AdaptationSettings &settings, RunWatcher &watcher);

} // namespace fovea
