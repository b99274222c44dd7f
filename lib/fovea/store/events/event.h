// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fovea/core/geometry.h"
#include "fovea/core/names.h"
#include "fovea/core/time.h"

namespace fovea {

/** \brief As near to an alarm nothing counts as quiet */
constexpr Nanoseconds near_alarm = 10 * nanoseconds_per_second;

/** \brief What a person said of an alarm */
enum class Verdict {
    True,   ///< it was that
    Nothing ///< it was nothing
};

constexpr Named<Verdict> verdicts[] = {{Verdict::True, "true"}, {Verdict::Nothing, "nothing"}};

/** \brief An alarm as it is kept; times on the wall count in nanoseconds since 1970 */
struct StoredAlarm {
    std::int64_t id = 0; ///< in the store, given by add_alarm(); never used twice
    std::string camera;
    std::string label;
    std::string model;         ///< that raised it; empty: an older fovea did not keep it
    std::string run;           ///< which start of the pipeline, and
    std::uint64_t number = 0;  ///< which alarm in it
    Nanoseconds begin_utc = 0; ///< of its first window
    Nanoseconds end_utc = 0;   ///< of its last window so far
    TimeSpan stream;           ///< the same in stream time
    Nanoseconds best_utc = 0;  ///< of the frame that shows it best
    float score = 0;           ///< the highest so far, in [0, 1]
    Box box = whole_frame;     ///< of its evidence, normalised to the frame
    std::vector<int> persons;  ///< track ids of those in it
    bool ended = false;        ///< else it goes on, or its run was interrupted
    std::vector<std::string>
        evidence; ///< whole paths of clip, picture and the like, in the order they were added
    std::optional<Verdict> verdict;
    Nanoseconds verdict_utc = 0; ///< when it was given
};

/** \brief A camera is there, or is not */
struct CameraChange {
    std::string camera;
    bool up = false;
    std::string why; ///< "stalled" for example
    Nanoseconds utc = 0;
};

/** \brief Which alarms; what is empty asks for nothing */
struct AlarmQuery {
    std::string camera;
    std::optional<Nanoseconds> from; ///< those that end then or later
    std::optional<Nanoseconds> to;   ///< those that begin before
    std::size_t limit = 100;         ///< the newest
};

} // namespace fovea
