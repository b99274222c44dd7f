/**
 * SECTION:element-foveapublish
 * @title: foveapublish
 * @short_description: Write results as JSON lines to a file or to standard output
 *
 * Writes one line for each new activity in the stream's #FoveaMeta, as it is recognised, and with
 * #GstFoveaPublish:frames one for each frame on which the detector found persons. The lines are
 * a superset of those of DL Streamer's gvametaconvert; models/schema/result.schema.json describes
 * them. Each line is complete and out of the element's hands before the frame goes on.
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
#include <string>

#include "base/filter_class.h"
#include "fovea/core/json.h"
#include "fovea/store/line_writer.h"
#include "fovea/store/result.h"
#include "meta/activity.h"
#include "meta/convert.h"
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
    bool frames = false;
    bool append = false;
};

class PublishWorker final : public fovea::FrameWorker
{
public:
    PublishWorker(GstElement *element, const PublishOptions &options)
        : element_(element),
          source_(options.source),
          tags_(fovea::publish_tags(options.tags)),
          frames_(options.frames),
          writer_(fovea::publish_target(options.uri), options.append)
    {
    }

    void configure(const GstVideoInfo &info) override
    {
        resolution_ = {GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info)};
    }

    void process(const fovea::Frame &frame) override
    {
        last_time_ = frame.time;
        const FoveaMeta *meta = fovea_meta_get(frame.buffer);
        if (meta == nullptr)
            return;

        const std::vector<fovea::Person> persons = fovea::persons_from(*meta);
        if (publish_activities(*meta, persons) > 0 || !frames_)
            return;
        const bool inferred =
            std::any_of(persons.begin(), persons.end(),
                        [](const fovea::Person &person) { return person.detected; });
        if (inferred)
            write(result_at_last_time(persons));
    }

    void receive(const FoveaMeta &late, FoveaMeta *) override { publish_activities(late, {}); }

    void reset() override { seen_.clear(); }

    void discontinuity() override {} // nothing here spans frames

private:
    guint publish_activities(const FoveaMeta &meta, const std::vector<fovea::Person> &persons)
    {
        guint published = 0;
        for (guint i = 0; i < meta.activities->len; ++i) {
            auto *activity = static_cast<FoveaActivity *>(g_ptr_array_index(meta.activities, i));
            if (!seen_.add(activity))
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

    fovea::Result result_at_last_time(const std::vector<fovea::Person> &persons) const
    {
        fovea::Result result;
        result.timestamp = last_time_;
        result.resolution = resolution_;
        result.persons = persons;
        result.source = source_;
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
    bool frames_;
    fovea::LineWriter writer_;
    fovea::ImageSize resolution_;
    fovea::Nanoseconds last_time_ = 0;
    fovea::SeenActivities seen_;
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
    table.add("source", "Source",
              "Path or URI of the video, written into each line; empty: left out",
              &PublishOptions::source);
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
