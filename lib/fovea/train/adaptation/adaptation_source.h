// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fovea/bundle/bundle.h"
#include "fovea/core/errors.h"
#include "fovea/store/events/kept_window.h"
#include "fovea/train/adaptation/adaptation.h"

namespace fovea {

/** \brief That no window is kept of the camera, with the names of those that have some */
Error nothing_kept(const AdaptationSettings &settings);

/** \brief What the camera was watched with \throw Error Settings as nothing_kept() */
WatchedCamera known_camera(const AdaptationSettings &settings);

/** \brief The model that an adaptation begins with \throw Error Settings when the rows are of other weights, or it cannot
 * be adapted */
Bundle checked_base(const AdaptationSettings &settings, const WatchedCamera &watched);

/** \brief An alarm that people may have judged, and its windows that are kept */
struct KeptAlarm {
    std::string label;
    std::optional<Verdict> verdict;
    std::vector<const KeptWindow *> windows;
};

/** \brief Those whose windows are kept, by their ids; \a windows outlive them */
std::map<std::int64_t, KeptAlarm> alarms_of(const std::vector<KeptWindow> &windows);

/** \brief How many the camera raised */
std::int64_t alarms_in(const std::filesystem::path &events, const std::string &camera);

} // namespace fovea
