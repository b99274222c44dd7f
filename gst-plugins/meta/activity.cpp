#include "meta/activity.h"

#include <algorithm>

#include "meta/convert.h"

namespace fovea {

namespace {

ScoredLabel label_from(const FoveaScore &score)
{
    return {score.label != nullptr ? score.label : "", score.label_id, score.confidence};
}

TimeSpan span_of(GstClockTime start, GstClockTime end)
{
    return {static_cast<Nanoseconds>(start), static_cast<Nanoseconds>(end)};
}

Activity::Scope scope_from(FoveaScope scope)
{
    switch (scope) {
    case FOVEA_SCOPE_VIDEO:
        return Activity::Scope::Video;
    case FOVEA_SCOPE_SEGMENT:
        return Activity::Scope::Segment;
    case FOVEA_SCOPE_WINDOW:
        break;
    }
    return Activity::Scope::Window;
}

} // namespace

Activity activity_from(const FoveaActivity &activity)
{
    Activity result;
    result.scope = scope_from(activity.scope);
    result.label = label_from(activity.label);
    result.time = span_of(activity.start, activity.end);
    for (guint i = 0; i < activity.n_scores; ++i)
        result.top_k.push_back(label_from(activity.scores[i]));
    for (guint i = 0; i < activity.n_regions; ++i)
        result.regions.push_back({from_c(activity.region[i]), activity.region_weight[i]});
    for (guint i = 0; i < activity.n_moments; ++i) {
        const FoveaSalience &moment = activity.salience[i];
        result.salience.push_back({span_of(moment.start, moment.end), moment.weight});
    }
    result.heat = from_c(activity.heat);
    return result;
}

bool SeenActivities::add(FoveaActivity *activity)
{
    if (std::find(activities_.begin(), activities_.end(), activity) != activities_.end())
        return false;
    activities_.push_back(fovea_activity_ref(activity));
    if (activities_.size() > kept) {
        fovea_activity_unref(activities_.front());
        activities_.pop_front();
    }
    return true;
}

void SeenActivities::clear()
{
    for (FoveaActivity *activity : activities_)
        fovea_activity_unref(activity);
    activities_.clear();
}

} // namespace fovea
