// SPDX-License-Identifier: MIT
#pragma once

namespace fovea {

/** \brief A stretch of a video, in frames or seconds: start inside, end behind its last */
struct TimeInterval {
    double start = 0;
    double end = 0;

    double length() const { return end - start; }
};

/** \brief Common part over union, in [0, 1]; 0 for empty stretches */
double interval_overlap(const TimeInterval &a, const TimeInterval &b);

/** \brief A stretch that was recognised */
struct FoundInterval {
    TimeInterval interval;
    int label = 0;
    double score = 0;
};

} // namespace fovea
