// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "overlay/scene.h"

namespace fovea {

/** \brief Scenes of a video, from what was written about it before */
class ResultsScene
{
public:
    /** \brief How long a box stands without a line of its own */
    static constexpr Nanoseconds longest_hold = nanoseconds_per_second / 2;

    ResultsScene(const std::vector<Result> &results, std::string normal, double highlight_quantile);

    void set_highlight_quantile(double quantile) { quantile_ = quantile; }

    /** \brief The video's length, where it is known; the timeline covers it */
    void set_duration(Nanoseconds duration);

    Scene at(Nanoseconds time) const;

private:
    struct PersonsAt {
        Nanoseconds time = 0;
        std::vector<Person> persons;
    };

    struct Window {
        TimeSpan time;
        Activity activity;
    };

    std::vector<Person> persons_at(Nanoseconds time) const;

    std::string normal_;
    double quantile_;
    std::vector<AlarmEvent> alarms_; ///< as they ended
    std::vector<PersonsAt> persons_; ///< by time
    std::vector<Window> windows_;    ///< by centre
    std::optional<Activity> video_;
    std::shared_ptr<const Timeline> timeline_;
    Nanoseconds end_ = 0;
};

} // namespace fovea
