// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "meta/activity.h"
#include "overlay/scene.h"

namespace fovea {

/** \brief Scenes of a stream, from the metadata of its frames as they come */
class LiveScene
{
public:
    static constexpr Nanoseconds shown = 60 * nanoseconds_per_second; ///< of the timeline

    LiveScene(std::string normal, double highlight_quantile)
        : normal_(std::move(normal)), quantile_(highlight_quantile)
    {
    }

    void set_highlight_quantile(double quantile) { quantile_ = quantile; }

    /** \param meta of the frame at \a time; none: nothing is known of it */
    Scene at(Nanoseconds time, const FoveaMeta *meta);

    /** \brief The stream begins anew */
    void reset();

private:
    void take(const FoveaMeta &meta);
    void take(const Activity &activity);
    void take(const FoveaAlarm &alarm);
    bool fresh(const Activity &activity, Nanoseconds time) const;

    std::string normal_;
    double quantile_;
    SeenActivities seen_;
    std::optional<Activity> window_; ///< the latest
    std::optional<Activity> video_;
    std::map<std::pair<std::string, int>, AlarmEvent> alarms_; ///< that go on, by model and class
    std::deque<Moment> moments_;
    std::deque<Band> bands_;
    std::shared_ptr<const Timeline> timeline_;
};

} // namespace fovea
