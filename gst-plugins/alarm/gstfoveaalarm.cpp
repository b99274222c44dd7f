// SPDX-License-Identifier: MIT
/**
 * SECTION:element-foveaalarm
 * @title: foveaalarm
 * @short_description: Raise alarms where activities last, are strong enough and in the right place
 *
 * Reads the windows that foveaattention before it labels. An alarm of a class begins once its score
 * has reached #GstFoveaAlarm:on for #GstFoveaAlarm:min-duration seconds of windows, and ends below
 * #GstFoveaAlarm:off, with a jump of the stream or at its end; after it the class is quiet for
 * #GstFoveaAlarm:cool-down seconds. Which classes alarm and at which scores is the model's card's to
 * say (`decision.alarms`); the properties overrule it for all of its classes, and
 * #GstFoveaAlarm:limits both for those that it names. Classes that foveaattention's `top-k` leaves
 * out count as 0, but for the window's label.
 *
 * With #GstFoveaAlarm:zones only windows count whose evidence stands in them: the middle of the lower
 * edge of one of the persons inside its weightiest region, or of that region where no person was seen.
 *
 * All but the model may be set while the element plays: they hold from the next window on, for an
 * alarm that goes on as well.
 *
 * All foveaalarm of a pipeline count their alarms together, so that no two of them have one id.
 *
 * An alarm that begins, gets stronger or ends is added to the buffer's #FoveaMeta, for foveapublish,
 * and posted as an element message `fovea-alarm` (see it with `gst-launch-1.0 -m`).
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m videotestsrc num-buffers=150 ! foveagrid actor=false ! foveafeatures ! foveaattention ! foveaalarm on=0.01 zones="include 0,0.5 1,0.5 1,1 0,1" ! fakesink
 * ]|
 *
 * Since: 0.1
 */

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "alarm/alarm_numbers.h"
#include "alarm/person_history.h"
#include "base/activity_bundle.h"
#include "base/expected_input.h"
#include "base/filter_class.h"
#include "base/over_card.h"
#include "fovea/bundle/alarm_overrides.h"
#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/default_model.h"
#include "fovea/core/errors.h"
#include "meta/activity.h"
#include "meta/alarm.h"
#include "meta/convert.h"

GST_DEBUG_CATEGORY_STATIC(fovea_alarm_debug);
#define GST_CAT_DEFAULT fovea_alarm_debug

G_DECLARE_FINAL_TYPE(GstFoveaAlarm, gst_fovea_alarm, GST, FOVEA_ALARM, GstFoveaFilter)

struct _GstFoveaAlarm {
    GstFoveaFilter parent;
};

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaAlarm, gst_fovea_alarm, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_alarm_debug, "foveaalarm", 0,
                                                      "activities to alarms"))
GST_ELEMENT_REGISTER_DEFINE(foveaalarm, "foveaalarm", GST_RANK_NONE, gst_fovea_alarm_get_type())

namespace {

struct AlarmOptions {
    std::string model = fovea::default_model;
    std::string zones;
    float on = -1;
    float off = -1;
    double min_duration = -1;
    double cool_down = -1;
    std::string limits;
};

/** \brief What the card says, and the properties over it */
fovea::AlarmRule rule_of(const AlarmOptions &options, const fovea::Bundle &bundle)
{
    constexpr double longest = fovea::AlarmLimits::longest;
    fovea::AlarmOverrides overrides;
    overrides.on = fovea::over_card("on", options.on, 1.0F);
    overrides.off = fovea::over_card("off", options.off, 1.0F);
    overrides.min_duration = fovea::over_card("min-duration", options.min_duration, longest);
    overrides.cool_down = fovea::over_card("cool-down", options.cool_down, longest);
    if (!overrides.on && options.limits.empty() && !fovea::alarm_rule(bundle))
        throw fovea::Error(fovea::Error::Kind::Settings,
                           "property on: the card of '" + options.model +
                               "' has no decision.alarms; set on, the score that raises an alarm");
    overrides.limits = fovea::limits_from(options.limits, "property limits");
    fovea::AlarmRule rule = fovea::alarm_rule(bundle, overrides);
    rule.zones = fovea::zones_from(options.zones);
    return rule;
}

GValue persons_value(const FoveaAlarm &alarm)
{
    GValue list = G_VALUE_INIT;
    gst_value_list_init(&list, alarm.n_persons);
    for (guint i = 0; i < alarm.n_persons; ++i) {
        GValue entry = G_VALUE_INIT;
        g_value_init(&entry, G_TYPE_INT);
        g_value_set_int(&entry, alarm.persons[i]);
        gst_value_list_append_and_take_value(&list, &entry);
    }
    return list;
}

void post(GstElement *element, const FoveaAlarm &alarm, const char *event)
{
    GstStructure *message = gst_structure_new(
        "fovea-alarm", "event", G_TYPE_STRING, event, "id", G_TYPE_UINT64, alarm.id, "model",
        G_TYPE_STRING, alarm.model, "label", G_TYPE_STRING, alarm.label.label, "label-id",
        G_TYPE_INT, alarm.label.label_id, "confidence", G_TYPE_DOUBLE,
        static_cast<gdouble>(alarm.label.confidence), "start", G_TYPE_UINT64, alarm.start, "end",
        G_TYPE_UINT64, alarm.end, "best", G_TYPE_UINT64, alarm.best, "x", G_TYPE_DOUBLE,
        static_cast<gdouble>(alarm.box.x), "y", G_TYPE_DOUBLE, static_cast<gdouble>(alarm.box.y),
        "width", G_TYPE_DOUBLE, static_cast<gdouble>(alarm.box.width), "height", G_TYPE_DOUBLE,
        static_cast<gdouble>(alarm.box.height), nullptr);
    GValue persons = persons_value(alarm);
    gst_structure_take_value(message, "persons", &persons);
    gst_element_post_message(element, gst_message_new_element(GST_OBJECT(element), message));
}

class AlarmWorker final : public fovea::FrameWorker
{
public:
    /** \throw Error Settings when the card or a property cannot be used */
    AlarmWorker(GstElement *element, const AlarmOptions &options)
        : element_(element),
          bundle_(fovea::activity_bundle(options.model)),
          alarms_(bundle_.labels(), rule_of(options, bundle_)),
          numbers_(element)
    {
    }

    /** \throw Error Settings when they do not fit together; the earlier ones hold then */
    void update(const AlarmOptions &options) { alarms_.update(rule_of(options, bundle_)); }

    void process(const fovea::Frame &frame) override
    {
        expected_.see_frame(frame.time);
        FoveaMeta *meta = fovea_meta_get(frame.buffer);
        if (meta == nullptr && uncarried_.empty())
            return;
        meta = frame.meta();
        persons_.add(frame.time, fovea::persons_from(*meta));
        consume(*meta, meta);
    }

    void receive(const FoveaMeta &late, FoveaMeta *out) override { consume(late, out); }

    void drain(FoveaMeta *out) override
    {
        expected_.end();
        carry(out);
        publish(alarms_.jump(), out);
        has_windows_ = false;
    }

    void reset() override
    {
        end_all();
        persons_.clear();
        seen_.clear();
        has_windows_ = false;
    }

    void discontinuity() override { end_all(); }

private:
    using OwnedAlarm = std::unique_ptr<FoveaAlarm, decltype(&fovea_alarm_unref)>;

    /** \brief Told on the bus at once, and in the metadata of the next buffer */
    void end_all()
    {
        for (const fovea::AlarmEvent &event : alarms_.jump())
            uncarried_.emplace_back(made(event), fovea_alarm_unref);
    }

    void carry(FoveaMeta *out)
    {
        for (OwnedAlarm &alarm : std::exchange(uncarried_, {}))
            g_ptr_array_add(out->alarms, alarm.release());
    }

    void consume(const FoveaMeta &meta, FoveaMeta *out)
    {
        if (meta.activities->len > 0)
            expected_.see();
        carry(out);
        for (guint i = 0; i < meta.activities->len; ++i) {
            auto *activity = static_cast<FoveaActivity *>(g_ptr_array_index(meta.activities, i));
            if (seen_.add(activity) && is_window(*activity))
                look_at(fovea::activity_from(*activity), out);
        }
    }

    /** \brief A model of whole videos has no windows: the video is one */
    bool is_window(const FoveaActivity &activity)
    {
        has_windows_ = has_windows_ || activity.scope == FOVEA_SCOPE_WINDOW;
        return activity.scope == FOVEA_SCOPE_WINDOW ||
               (activity.scope == FOVEA_SCOPE_VIDEO && !has_windows_);
    }

    void look_at(const fovea::Activity &window, FoveaMeta *out)
    {
        publish(alarms_.add(fovea::alarm_window(window, bundle_.labels().size(),
                                                persons_.during(window.time))),
                out);
    }

    void publish(const std::vector<fovea::AlarmEvent> &events, FoveaMeta *out)
    {
        for (const fovea::AlarmEvent &event : events)
            g_ptr_array_add(out->alarms, made(event));
    }

    /** \brief (transfer full) Told on the bus */
    FoveaAlarm *made(fovea::AlarmEvent event)
    {
        const std::uint64_t own = event.id;
        if (event.kind == fovea::AlarmEvent::Kind::Begin)
            ids_[own] = numbers_.next();
        event.id = ids_.at(own);
        if (event.kind == fovea::AlarmEvent::Kind::End)
            ids_.erase(own);
        FoveaAlarm *alarm = fovea::to_c(event, bundle_.name());
        const char *name = fovea::name_of(fovea::alarm_event_kinds, event.kind);
        GST_DEBUG_OBJECT(element_, "%s of alarm %" G_GUINT64_FORMAT ": %s %.2f", name, alarm->id,
                         alarm->label.label, static_cast<double>(alarm->label.confidence));
        post(element_, *alarm, name);
        return alarm;
    }

    GstElement *element_;
    fovea::Bundle bundle_;
    fovea::Alarms alarms_;
    fovea::AlarmNumbers numbers_;
    fovea::ExpectedInput expected_{element_, "activity", {"foveaattention"}};
    std::map<std::uint64_t, std::uint64_t>
        ids_; ///< of alarms that go on, by their number in alarms_
    fovea::PersonHistory persons_;
    fovea::SeenActivities seen_;
    bool has_windows_ = false;          ///< one has come since the start
    std::vector<OwnedAlarm> uncarried_; ///< ended by a jump, and on no buffer yet
};

using Filter = fovea::FilterClass<GstFoveaAlarm, AlarmOptions, AlarmWorker>;

Filter::Properties properties()
{
    Filter::Properties table;
    table.add("model", "Model",
              "Bundle whose labels these are and whose card says what alarms: a name or a folder; "
              "the same as foveaattention's",
              &AlarmOptions::model);
    table.add("zones", "Zones",
              "Where the evidence has to stand: polygons of points x,y from 0 to 1, as in 'include "
              "0,0.5 1,0.5 1,1 0,1; exclude 0,0 0.2,0 0.2,1'; empty: anywhere",
              &AlarmOptions::zones);
    table.add("on", "On", "Score, 0 to 1, that raises an alarm; -1: as the card says",
              &AlarmOptions::on, -1, 1);
    table.add("off", "Off",
              "Score, 0 to 1, below which an alarm ends, at most on; -1: as the card says, with on "
              "set 0.8 of it",
              &AlarmOptions::off, -1, 1);
    table.add("min-duration", "Minimum duration",
              "Seconds for which windows reach on before an alarm begins; 0: one window is "
              "enough, -1: as the card says",
              &AlarmOptions::min_duration, -1, fovea::AlarmLimits::longest);
    table.add("cool-down", "Cool-down",
              "Seconds behind an alarm in which its class raises no other; -1: as the card says",
              &AlarmOptions::cool_down, -1, fovea::AlarmLimits::longest);
    table.add("limits", "Limits",
              "on, off, min-duration and cool-down of single labels, in the form of a card's "
              "decision.alarms: "
              "'{\"fight\": {\"on\": 0.9, \"off\": 0.72, \"min_duration\": 0, "
              "\"cool_down\": 10}}'; empty: none",
              &AlarmOptions::limits);
    table.live({"zones", "on", "off", "min-duration", "cool-down", "limits"});
    return table;
}

} // namespace

static void gst_fovea_alarm_init(GstFoveaAlarm *) {}

static void gst_fovea_alarm_class_init(GstFoveaAlarmClass *klass)
{
    Filter::install(klass, properties(), GST_MAP_READ);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Alarms", "Filter/Analyzer/Video",
        "Raises alarms where activities last, are strong enough and in the right place",
        "The Fovea authors");
}
