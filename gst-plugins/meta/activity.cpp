// SPDX-License-Identifier: MIT
#include "meta/activity.h"

#include "meta/convert.h"

namespace fovea {

namespace {

FoveaScope to_c(Activity::Scope scope)
{
    switch (scope) {
    case Activity::Scope::Video:
        return FOVEA_SCOPE_VIDEO;
    case Activity::Scope::Segment:
        return FOVEA_SCOPE_SEGMENT;
    case Activity::Scope::Window:
        break;
    }
    return FOVEA_SCOPE_WINDOW;
}

FoveaSalience to_c(const Salience &moment)
{
    return {static_cast<GstClockTime>(moment.time.start),
            static_cast<GstClockTime>(moment.time.end), moment.weight};
}

} // namespace

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

Activity activity_from(const FoveaActivity &activity)
{
    Activity result;
    result.scope = scope_from(activity.scope);
    result.label = from_c(activity.label);
    result.time = span_of(activity.start, activity.end);
    for (guint i = 0; i < activity.n_scores; ++i)
        result.top_k.push_back(from_c(activity.scores[i]));
    for (guint i = 0; i < activity.n_regions; ++i)
        result.regions.push_back({from_c(activity.region[i]), activity.region_weight[i]});
    for (guint i = 0; i < activity.n_moments; ++i) {
        const FoveaSalience &moment = activity.salience[i];
        result.salience.push_back({span_of(moment.start, moment.end), moment.weight});
    }
    result.heat = from_c(activity.heat);
    result.frames = from_c(activity.frames);
    result.unseen = activity.unseen;
    result.too_far = activity.too_far != FALSE;
    return result;
}

FoveaActivity *to_c(const Activity &activity, const std::string &model)
{
    FoveaActivity *made = fovea_activity_new(static_cast<guint>(activity.top_k.size()),
                                             static_cast<guint>(activity.regions.size()),
                                             static_cast<guint>(activity.salience.size()));
    made->scope = to_c(activity.scope);
    made->model = g_strdup(model.c_str());
    made->label = to_c(activity.label);
    made->start = static_cast<GstClockTime>(activity.time.start);
    made->end = static_cast<GstClockTime>(activity.time.end);
    for (std::size_t i = 0; i < activity.top_k.size(); ++i)
        made->scores[i] = to_c(activity.top_k[i]);
    for (std::size_t i = 0; i < activity.regions.size(); ++i) {
        made->region[i] = to_c(activity.regions[i].region);
        made->region_weight[i] = activity.regions[i].weight;
    }
    for (std::size_t i = 0; i < activity.salience.size(); ++i)
        made->salience[i] = to_c(activity.salience[i]);
    set_heat(&made->heat, activity.heat);
    made->frames = fovea::to_c(activity.frames);
    made->unseen = activity.unseen;
    made->too_far = activity.too_far ? TRUE : FALSE;
    return made;
}

} // namespace fovea
