// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/frame_worker.h"
#include "fovea/core/frame_clock.h"
#include "fovea/detect/tracker.h"

namespace fovea {

/** \brief The properties of foveatrack */
struct TrackOptions {
    std::string labels = "person"; ///< regions of these types are persons, with commas between
    float threshold = 0.5F;        ///< least score, in [0, 1]
    unsigned hold_ms = 500;        ///< see TrackWorker
};

/**
 * \brief Persons that another element found, with track ids
 *
 * A frame without any may be one that the detector did not look at: for hold_ms it carries those
 * before, each where its motion takes it; then nobody is there. Tracks end where the stamps jump.
 */
class TrackWorker final : public FrameWorker
{
public:
    /** \throw Error Settings naming the property where no label is left */
    TrackWorker(GstElement *element, const TrackOptions &options);

    void update(const TrackOptions &options);

    void configure(const GstVideoInfo &info) override;
    void process(const Frame &frame) override;
    void drain(FoveaMeta *out) override;
    void reset() override;

    void discontinuity() override {} ///< cameras lose packets; the tracks live on

private:
    std::vector<Person> found_in(const Frame &frame);
    void warn_of_others();

    GstElement *element_;
    TrackOptions options_;
    std::vector<std::string> labels_;
    Tracker tracker_;
    FrameClock clock_;
    std::vector<Track> tracks_;        ///< of the last frame with persons
    Nanoseconds seen_ = 0;             ///< when that was
    std::vector<std::string> others_;  ///< types of regions that came and are none of labels
    std::optional<Nanoseconds> first_; ///< when the first of these came
    bool is_settled_ = false;          ///< a person has come, or it was warned
};

} // namespace fovea
