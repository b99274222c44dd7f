// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/salience/moments.h"
#include "fovea/salience/stretches.h"
#include "meta/activity.h"

namespace fovea {

/** \brief The properties of foveahighlight */
struct HighlightOptions {
    std::string results;
    SalientLabels labels = {"normal", ""};
    double ratio = StretchRule().ratio;
    double threshold = StretchRule().threshold;
    guint min_duration_ms = 1000;
    guint padding_ms = 500;
    guint delay_ms = 10'000;

    StretchRule rule() const
    {
        return {ratio, threshold, min_duration_ms * nanoseconds_per_millisecond,
                padding_ms * nanoseconds_per_millisecond};
    }

    Nanoseconds delay() const { return delay_ms * nanoseconds_per_millisecond; }
};

/**
 * \brief Which times of a stream are kept: known beforehand from a results file, or learned from
 * the metadata of its frames
 */
class SalientTimes
{
public:
    /**
     * \throw Error NotFound or Settings naming the results file and its line; Settings when a ratio
     * is asked for without results
     */
    explicit SalientTimes(const HighlightOptions &options);

    /** \brief No results file: frames must wait for what is said of them */
    bool learns() const { return options_.results.empty(); }

    /** \brief What a frame's metadata, or a late event's, says; only where it learns */
    void take(const FoveaMeta &meta);

    bool salient(Nanoseconds time) const;

    /** \brief The length of all stretches; 0 while they are not known */
    Nanoseconds length() const;

    /** \brief The stream begins anew: what was learned is forgotten */
    void reset();

private:
    void read_file();
    void learn();

    HighlightOptions options_;
    StretchRule rule_;
    SeenActivities seen_;
    std::vector<Moment> moments_; ///< learned, by time
    std::vector<TimeSpan> stretches_;
};

} // namespace fovea
