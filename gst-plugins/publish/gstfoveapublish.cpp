// SPDX-License-Identifier: MIT
/**
 * SECTION:element-foveapublish
 * @title: foveapublish
 * @short_description: Send results as JSON lines to a file, standard output, MQTT, Kafka or by HTTP
 *
 * Writes one line for each new activity in the stream's #FoveaMeta, as it is recognised, for each alarm
 * of foveaalarm that begins, gets stronger or ends, and with
 * #GstFoveaPublish:frames one for each frame on which the detector found persons. The lines are
 * a superset of those of DL Streamer's gvametaconvert; models/schema/result.schema.json describes
 * them. A line has the time of its frame in the stream, and on the wall where that is known, the
 * source, an id of the run and one of its own. To a file or standard output each line is complete and out of the
 * element's hands before the frame goes on.
 *
 * A receiver on a network (`mqtt://`, `mqtts://`, `kafka://`, `http://`, `https://`) is served by a thread of its own
 * out of a queue on disk, #GstFoveaPublish:spool: while it is away lines wait there, and what is left when the element
 * stops is sent when one of the same name and URI starts again. A line may come twice, with the same `id`. A warning on
 * the bus says when the receiver goes away or comes back, and when there is no room; #GstFoveaPublish:stats has counts.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -q videotestsrc num-buffers=150 ! foveagrid actor=false ! foveafeatures ! foveaattention ! foveapublish source=test ! fakesink
 * ]|
 *
 * Since: 0.1
 */

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/enums.h"
#include "base/expected_input.h"
#include "base/filter_class.h"
#include "base/wall_clock.h"
#include "fovea/core/json.h"
#include "fovea/core/random_id.h"
#include "fovea/core/utc.h"
#include "fovea/store/results/result_json.h"
#include "meta/activity.h"
#include "meta/alarm.h"
#include "meta/convert.h"
#include "publish/line_origin.h"
#include "publish/publish_options.h"
#include "publish/publish_tags.h"

GST_DEBUG_CATEGORY_STATIC(fovea_publish_debug);
#define GST_CAT_DEFAULT fovea_publish_debug

G_DECLARE_FINAL_TYPE(GstFoveaPublish, gst_fovea_publish, GST, FOVEA_PUBLISH, GstFoveaFilter)

struct _GstFoveaPublish {
    GstFoveaFilter parent;
};

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaPublish, gst_fovea_publish, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_publish_debug, "foveapublish", 0,
                                                      "results out"))
GST_ELEMENT_REGISTER_DEFINE(foveapublish, "foveapublish", GST_RANK_NONE,
                            gst_fovea_publish_get_type())

namespace {

using fovea::PublishOptions;
using fovea::PublishReadings;

class PublishWorker final : public fovea::FrameWorker
{
public:
    PublishWorker(GstElement *element, const PublishOptions &options, PublishReadings *readings)
        : element_(element),
          source_(options.source),
          tags_(fovea::publish_tags(options.tags)),
          normal_(left_out_label(options)),
          frames_(options.frames),
          labels_(fovea::words_of(options.labels)),
          readings_(readings),
          publisher_(
              fovea::make_publisher(options.uri, fovea::publisher_options(element, options))),
          run_(fovea::random_id())
    {
        const std::lock_guard<std::mutex> lock(readings_->mutex);
        readings_->publisher = publisher_;
    }

    /* The publisher's end waits for what its receiver has not yet, and may tell of it. */
    ~PublishWorker() override
    {
        const std::lock_guard<std::mutex> lock(readings_->mutex);
        readings_->publisher.reset();
    }

    PublishWorker(const PublishWorker &) = delete;
    PublishWorker &operator=(const PublishWorker &) = delete;

    void update(const PublishOptions &options)
    {
        normal_ = left_out_label(options);
        frames_ = options.frames;
        publisher_->set_rotation(fovea::rotation_of(options));
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
        if (!labels_.empty())
            publisher_->announce({source_, std::exchange(labels_, {})});
        if (!frames_)
            expected_.see_frame(frame.time);
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

    void drain(FoveaMeta *) override { expected_.end(); }

    void reset() override
    {
        seen_.clear();
        seen_alarms_.clear();
    }

    void discontinuity() override {} // nothing here spans frames

    void next_stream(FoveaMeta *out, bool drained) override
    {
        FrameWorker::next_stream(out, drained);
        wall_clock_ = {};
        utc_.reset();
        if (std::exchange(asked_for_source_, false))
            source_.clear();
    }

    void learn(const GstTagList &tags) override { wall_clock_.learn(tags); }

private:
    guint publish_all(const FoveaMeta &meta, const std::vector<fovea::Person> &persons)
    {
        if (meta.activities->len > 0 || meta.alarms->len > 0)
            expected_.see();
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

    static std::optional<std::string> left_out_label(const PublishOptions &options)
    {
        return options.events_only ? std::optional(options.normal) : std::nullopt;
    }

    /** \brief Whether it is a window without an event, where only events are wanted */
    bool is_left_out(const FoveaActivity &activity) const
    {
        return normal_ && activity.scope == FOVEA_SCOPE_WINDOW &&
               fovea::from_c(activity.label).label == *normal_;
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
        fovea::Message message;
        message.id = run_ + "-" + std::to_string(++lines_);
        message.key = source_;
        if (result.alarm) {
            message.kind = fovea::kind_of(result.alarm->kind);
            message.label = result.alarm->label.label;
        }
        fovea::Json line = fovea::to_json(result);
        line["id"] = message.id;
        line.update(tags_);
        message.text = fovea::one_line(line);
        GST_LOG_OBJECT(element_, "%s", message.text.c_str());
        publisher_->publish(message);
    }

    GstElement *element_;
    std::string source_;
    fovea::Json tags_;
    std::optional<std::string> normal_; ///< label of windows to leave out; none: all are told
    bool frames_;
    std::vector<std::string> labels_; ///< to announce once the source is known
    PublishReadings *readings_;
    std::shared_ptr<fovea::Publisher> publisher_;
    fovea::ExpectedInput expected_{
        element_, "activity", {"foveaattention"}, "; frames=true writes the persons alone"};
    std::string run_; ///< of this start
    std::uint64_t lines_ = 0;
    fovea::WallClock wall_clock_;
    std::optional<fovea::Nanoseconds> utc_; ///< of the last frame
    bool asked_for_source_ = false;
    fovea::ImageSize resolution_;
    fovea::Nanoseconds last_time_ = 0;
    fovea::SeenActivities seen_;
    fovea::SeenAlarms seen_alarms_;
};

using Filter = fovea::FilterClass<GstFoveaPublish, PublishOptions, PublishWorker, PublishReadings>;

void add_network_properties(Filter::Properties *table)
{
    table->add("credentials", "Credentials",
               "Where user:password of a receiver on a network stands: file:PATH or env:NAME",
               &PublishOptions::credentials);
    table->add("signing-key", "Signing key",
               "Where the key of HTTP's signature (X-Hub-Signature-256) stands: file:PATH or "
               "env:NAME; empty: not signed",
               &PublishOptions::signing_key);
    table->add("ca-file", "CA file",
               "Certificates in PEM that the receiver's is checked with; empty: the system's",
               &PublishOptions::ca_file);
    table->add("spool", "Spool",
               "Folder where lines wait for a receiver on a network; empty: "
               "$XDG_STATE_HOME/fovea/spool or ~/.local/state/fovea/spool",
               &PublishOptions::spool);
    table->add("spool-size", "Spool size",
               "MiB of lines that may wait: then the oldest windows go first, alarms last",
               &PublishOptions::spool_size, 1, 1 << 20);
    table->add("labels", "Labels",
               "Labels of alarms, with commas, that MQTT announces to Home Assistant at the start; "
               "others are with their first alarm",
               &PublishOptions::labels);
    table->add_stats("Lines published, delivered, refused, waiting, dropped-windows and "
                     "dropped-alarms (uint64 each), and whether the receiver is away",
                     [](GObject *object) { return fovea::stats_of(Filter::readings(object)); });
}

Filter::Properties properties()
{
    Filter::Properties table;
    table.add("uri", "URI",
              "Where the lines go: stdout:, file:///path, a path, mqtt://host/prefix, mqtts://..., "
              "kafka://host/topic, http://... or https://...",
              &PublishOptions::uri);
    table.add_choice("format", "Format", "How a result is written", &PublishOptions::format,
                     fovea::enum_type("GstFoveaPublishFormat", fovea::publish_formats));
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
              "Seconds after which a file is put aside as by rotate-size; 0: never",
              &PublishOptions::rotate_interval, 0, G_MAXINT);
    table.add("source", "Source",
              "Path or URI of the video, written into each line; empty: what the source element "
              "says, without user name and password",
              &PublishOptions::source);
    add_network_properties(&table);
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
        "Sends each new activity and alarm as a JSON line to a file, standard output, MQTT, Kafka "
        "or by HTTP",
        "The Fovea authors");
}
