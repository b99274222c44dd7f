// SPDX-License-Identifier: MIT
/**
 * SECTION:element-foveapublish
 * @title: foveapublish
 * @short_description: Write results as JSON lines to a file or to standard output
 *
 * Writes one line for each new activity in the stream's #FoveaMeta, as it is recognised, for each alarm
 * of foveaalarm that begins, gets stronger or ends, and with
 * #GstFoveaPublish:frames one for each frame on which the detector found persons. The lines are
 * a superset of those of DL Streamer's gvametaconvert; models/schema/result.schema.json describes
 * them. A line has the time of its frame in the stream, and on the wall where that is known, the
 * source, and an id of the run. Each line is complete and out of the element's hands before the frame goes on.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -q videotestsrc num-buffers=150 ! foveagrid actor=false ! foveafeatures ! foveaattention ! foveapublish source=test ! fakesink
 * ]|
 *
 * Since: 0.1
 */

#include "publish/gstfoveapublish.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/filter_class.h"
#include "base/wall_clock.h"
#include "fovea/core/json.h"
#include "fovea/core/utc.h"
#include "fovea/store/line_writer.h"
#include "fovea/store/result_json.h"
#include "meta/activity.h"
#include "meta/alarm.h"
#include "meta/convert.h"
#include "publish/line_origin.h"
#include "publish/publish_target.h"

GST_DEBUG_CATEGORY_STATIC(fovea_publish_debug);
#define GST_CAT_DEFAULT fovea_publish_debug

struct _GstFoveaPublish {
    GstFoveaFilter parent;
};

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaPublish, gst_fovea_publish, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_publish_debug, "foveapublish", 0,
                                                      "results out"))
GST_ELEMENT_REGISTER_DEFINE(foveapublish, "foveapublish", GST_RANK_NONE, GST_TYPE_FOVEA_PUBLISH)

namespace {

enum PublishFormat { PUBLISH_JSONL };

struct PublishOptions {
    std::string uri = "stdout:";
    std::string tags;
    std::string source;
    PublishFormat format = PUBLISH_JSONL;
    std::string normal = "normal";
    int64_t rotate_size = 0;      // MiB; 0: never by size
    unsigned rotate_interval = 0; // s; 0: never by age
    bool frames = false;
    bool events_only = false;
    bool append = false;
};

constexpr int64_t mebibyte = 1 << 20;

class PublishWorker final : public fovea::FrameWorker
{
public:
    PublishWorker(GstElement *element, const PublishOptions &options)
        : element_(element),
          source_(options.source),
          tags_(fovea::publish_tags(options.tags)),
          normal_(left_out_label(options)),
          frames_(options.frames),
          writer_(fovea::publish_target(options.uri), options.append, rotation_of(options)),
          run_(fovea::random_id())
    {
    }

    void update(const PublishOptions &options)
    {
        normal_ = left_out_label(options);
        frames_ = options.frames;
        writer_.set_rotation(rotation_of(options));
    }

    void configure(const GstVideoInfo &info) override
    {
        resolution_ = {GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info)};
    }

    void process(const fovea::Frame &frame) override
    {
        last_time_ = frame.time;
        utc_ = wall_clock_.time_of(frame);
        if (source_.empty() && !std::exchange(asked_for_source_, true))
            source_ = fovea::uri_upstream(frame.element);
        const FoveaMeta *meta = fovea_meta_get(frame.buffer);
        if (meta == nullptr)
            return;

        const std::vector<fovea::Person> persons = fovea::persons_from(*meta);
        if (publish_all(*meta, persons) > 0 || !frames_)
            return;
        const bool inferred =
            std::any_of(persons.begin(), persons.end(),
                        [](const fovea::Person &person) { return person.detected; });
        if (inferred)
            write(result_at_last_time(persons));
    }

    void receive(const FoveaMeta &late, FoveaMeta *) override { publish_all(late, {}); }

    void reset() override
    {
        seen_.clear();
        seen_alarms_.clear();
    }

    void discontinuity() override {} // nothing here spans frames

    void learn(const GstTagList &tags) override { wall_clock_.learn(tags); }

private:
    guint publish_all(const FoveaMeta &meta, const std::vector<fovea::Person> &persons)
    {
        return publish_activities(meta, persons) + publish_alarms(meta, persons);
    }

    guint publish_alarms(const FoveaMeta &meta, const std::vector<fovea::Person> &persons)
    {
        guint published = 0;
        for (guint i = 0; i < meta.alarms->len; ++i) {
            auto *alarm = static_cast<FoveaAlarm *>(g_ptr_array_index(meta.alarms, i));
            if (!seen_alarms_.add(alarm))
                continue;
            fovea::Result result = result_at_last_time(persons);
            result.alarm = fovea::alarm_from(*alarm);
            result.model = alarm->model != nullptr ? alarm->model : "";
            write(result);
            ++published;
        }
        return published;
    }

    guint publish_activities(const FoveaMeta &meta, const std::vector<fovea::Person> &persons)
    {
        guint published = 0;
        for (guint i = 0; i < meta.activities->len; ++i) {
            auto *activity = static_cast<FoveaActivity *>(g_ptr_array_index(meta.activities, i));
            if (!seen_.add(activity) || is_left_out(*activity))
                continue;
            fovea::Result result = result_at_last_time(persons);
            result.has_activity = true;
            result.activity = fovea::activity_from(*activity);
            result.model = activity->model != nullptr ? activity->model : "";
            write(result);
            ++published;
        }
        return published;
    }

    static fovea::Rotation rotation_of(const PublishOptions &options)
    {
        return {static_cast<std::uint64_t>(options.rotate_size * mebibyte),
                std::chrono::seconds(options.rotate_interval)};
    }

    static std::optional<std::string> left_out_label(const PublishOptions &options)
    {
        return options.events_only ? std::optional(options.normal) : std::nullopt;
    }

    /** \brief Whether it is a window without an event, where only events are wanted */
    bool is_left_out(const FoveaActivity &activity) const
    {
        return normal_ && activity.scope == FOVEA_SCOPE_WINDOW && activity.label.label == *normal_;
    }

    fovea::Result result_at_last_time(const std::vector<fovea::Person> &persons) const
    {
        fovea::Result result;
        result.timestamp = last_time_;
        result.resolution = resolution_;
        result.persons = persons;
        result.source = source_;
        result.run = run_;
        if (utc_)
            result.utc = fovea::to_utc_text(*utc_);
        return result;
    }

    void write(const fovea::Result &result)
    {
        fovea::Json line = fovea::to_json(result);
        line.update(tags_);
        // a label in another encoding than UTF-8 must not end the stream
        const std::string text = line.dump(/*indent=*/-1, ' ', /*ensure_ascii=*/false,
                                           fovea::Json::error_handler_t::replace);
        GST_LOG_OBJECT(element_, "%s", text.c_str());
        writer_.write(text);
    }

    GstElement *element_;
    std::string source_;
    fovea::Json tags_;
    std::optional<std::string> normal_; ///< label of windows to leave out; none: all are told
    bool frames_;
    fovea::LineWriter writer_;
    std::string run_; ///< of this start
    fovea::WallClock wall_clock_;
    std::optional<fovea::Nanoseconds> utc_; ///< of the last frame
    bool asked_for_source_ = false;
    fovea::ImageSize resolution_;
    fovea::Nanoseconds last_time_ = 0;
    fovea::SeenActivities seen_;
    fovea::SeenAlarms seen_alarms_;
};

GType format_type()
{
    static const GType type = [] {
        static const GEnumValue values[] = {{PUBLISH_JSONL, "One JSON object a line", "jsonl"},
                                            {0, nullptr, nullptr}};
        return g_enum_register_static("GstFoveaPublishFormat", values);
    }();
    return type;
}

using Filter = fovea::FilterClass<GstFoveaPublish, PublishOptions, PublishWorker>;

Filter::Properties properties()
{
    Filter::Properties table;
    table.add("uri", "URI", "Where the lines go: stdout:, file:///path or a path",
              &PublishOptions::uri);
    table.add_choice("format", "Format", "How a result is written", &PublishOptions::format,
                     format_type());
    table.add("tags", "Tags", "JSON object whose members are added to each line; empty: none",
              &PublishOptions::tags);
    table.add("frames", "Frames",
              "Also write a line for each frame on which the detector found persons",
              &PublishOptions::frames);
    table.add("append", "Append", "Keep the lines that the file holds already",
              &PublishOptions::append);
    table.add(
        "events-only", "Events only",
        "Leave out windows whose label is normal-label; the whole video's line and alarms stay",
        &PublishOptions::events_only);
    table.add("normal-label", "Normal label", "Label that is no event", &PublishOptions::normal);
    table.add("rotate-size", "Rotate size",
              "MiB that a file may hold: before it grows longer it is put aside under its name "
              "with the time behind; 0: no limit",
              &PublishOptions::rotate_size, 0, 1 << 20);
    table.add("rotate-interval", "Rotate interval",
              "Seconds after which a file is put aside in the same way; 0: never",
              &PublishOptions::rotate_interval, 0, G_MAXINT);
    table.add("source", "Source",
              "Path or URI of the video, written into each line; empty: what the source element "
              "says, without user name and password",
              &PublishOptions::source);
    table.live({"frames", "events-only", "normal-label", "rotate-size", "rotate-interval"});
    return table;
}

} // namespace

static void gst_fovea_publish_init(GstFoveaPublish *) {}

static void gst_fovea_publish_class_init(GstFoveaPublishClass *klass)
{
    Filter::install(klass, properties(), GST_MAP_READ);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Results writer", "Filter/Analyzer/Video",
        "Writes each new activity as a JSON line to a file or standard output",
        "The Fovea authors");
}
