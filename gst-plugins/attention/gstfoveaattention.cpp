// SPDX-License-Identifier: MIT
/**
 * SECTION:element-foveaattention
 * @title: foveaattention
 * @short_description: Turn feature rows into a label, scores, region weights and time weights
 *
 * Gathers the feature rows of foveafeatures into windows, runs the model's attention head over each
 * and adds a #FoveaActivity to the buffer's #FoveaMeta: what is done, and where and when the
 * evidence lies. At the end of the stream the label of the whole video follows: its strongest alarm, else
 * normal, where the card has `decision.alarms`, else its strongest event. With `segments`,
 * actions are found from their start to their end; each is told once it can no longer change. Each result is also
 * posted as an element message `fovea-activity` (see it with `gst-launch-1.0 -m`).
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m videotestsrc num-buffers=150 ! foveagrid actor=false ! foveafeatures ! foveaattention ! fakesink
 * ]|
 *
 * Since: 0.1
 */

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "attention/activity_message.h"
#include "base/activity_bundle.h"
#include "base/expected_input.h"
#include "base/filter_class.h"
#include "base/live.h"
#include "base/over_card.h"
#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/default_model.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/core/errors.h"
#include "fovea/decide/activity_stream.h"
#include "meta/activity.h"
#include "meta/analytics.h"
#include "meta/row.h"

GST_DEBUG_CATEGORY_STATIC(fovea_attention_debug);
#define GST_CAT_DEFAULT fovea_attention_debug

G_DECLARE_FINAL_TYPE(GstFoveaAttention, gst_fovea_attention, GST, FOVEA_ATTENTION, GstFoveaFilter)

struct _GstFoveaAttention {
    GstFoveaFilter parent;
};

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaAttention, gst_fovea_attention, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_attention_debug, "foveaattention", 0,
                                                      "feature rows to activities"))
GST_ELEMENT_REGISTER_DEFINE(foveaattention, "foveaattention", GST_RANK_NONE,
                            gst_fovea_attention_get_type())

namespace {

struct AttentionOptions {
    std::string model = fovea::default_model;
    std::string head;
    int window = -1;
    int hop = -1;
    guint top_k = 0;
    float threshold = -1;
    bool segments = false;
    fovea::Pooling pooling = fovea::Pooling::Card;
    bool tell_rows = false;
};

constexpr std::size_t live_hop_share = 8; // a live window moves on by an eighth of its length

class AttentionWorker final : public fovea::FrameWorker
{
public:
    AttentionWorker(GstElement *element, const AttentionOptions &options)
        : element_(element), options_(options), bundle_(fovea::activity_bundle(options.model))
    {
    }

    void update(const AttentionOptions &options)
    {
        if (windows_ != nullptr)
            windows_->update(settings(options));
        options_ = options;
    }

    void configure(const GstVideoInfo &) override
    {
        if (windows_ != nullptr)
            return;
        std::unique_ptr<fovea::ActivityHead> head = fovea::load_head(bundle_, options_.head);
        channels_ = head->channels();
        // here, not before: only now upstream can say whether it is live
        windows_ = std::make_unique<fovea::ActivityStream>(std::move(head), bundle_.name(),
                                                           bundle_.labels(), settings(options_));
    }

    void process(const fovea::Frame &frame) override
    {
        windows_->set_frame_rate(frame.rate);
        expected_.see_frame(frame.time);
        FoveaMeta *meta = fovea_meta_get(frame.buffer);
        if (meta == nullptr || meta->rows->len == 0)
            return;
        const guint before = meta->activities->len;
        consume(*meta, meta);
        for (guint i = before; i < meta->activities->len; ++i)
            fovea::mirror_activity(frame.buffer, *static_cast<FoveaActivity *>(
                                                     g_ptr_array_index(meta->activities, i)));
    }

    void receive(const FoveaMeta &late, FoveaMeta *out) override
    {
        if (windows_ != nullptr)
            consume(late, out);
    }

    void drain(FoveaMeta *out) override
    {
        if (windows_ == nullptr)
            return;
        if (!has_rows_ && !expected_.has_warned())
            GST_ELEMENT_WARNING(element_, STREAM, FAILED,
                                ("no feature row came before the end of the stream, nothing is "
                                 "labelled; is foveafeatures before foveaattention, and the video "
                                 "as long as a clip?"),
                                (nullptr));
        publish(std::exchange(before_jump_, {}), out);
        publish(windows_->finish(), out);
    }

    void reset() override
    {
        last_rows_.clear();
        before_jump_.clear();
        if (windows_ != nullptr)
            windows_->reset();
    }

    void discontinuity() override
    {
        last_rows_.clear();
        if (windows_ == nullptr)
            return;
        for (fovea::Activity &segment : windows_->drop_begun())
            before_jump_.push_back(std::move(segment));
    }

private:
    fovea::WindowSettings settings(const AttentionOptions &options) const
    {
        fovea::WindowSettings settings = fovea::window_settings(bundle_);
        if (options.window >= 0)
            settings.window = static_cast<std::size_t>(options.window);
        if (options.hop >= 0)
            settings.hop = static_cast<std::size_t>(std::max(1, options.hop));
        // A model of whole videos labels a live stream, which has no end, by its latest rows.
        if (options.window < 0 && settings.window == 0 && fovea::upstream_is_live(element_)) {
            settings.window = static_cast<std::size_t>(bundle_.activity().sampling.timesteps);
            if (options.hop < 0)
                settings.hop = std::max<std::size_t>(1, settings.window / live_hop_share);
        }
        if (options.top_k > 0)
            settings.top_k = options.top_k;
        const auto threshold = fovea::over_card("threshold", options.threshold, 1.0F);
        if (threshold) {
            settings.rule.threshold = *threshold;
            settings.alarms.reset(); // the video's label too is by the threshold
        }
        if (options.pooling != fovea::Pooling::Card)
            settings.rule.pooling = options.pooling;
        if (options.segments) {
            settings.segments = fovea::segment_rule(bundle_);
            if (threshold)
                settings.segments->threshold = *threshold;
        }
        return settings;
    }

    void consume(const FoveaMeta &meta, FoveaMeta *out)
    {
        if (meta.rows->len > 0) {
            has_rows_ = true;
            expected_.see();
        }
        publish(std::exchange(before_jump_, {}), out);
        if (is_duplicate(meta))
            return;
        for (guint i = 0; i < meta.rows->len; ++i) {
            const auto row =
                fovea::row_from(static_cast<FoveaRow *>(g_ptr_array_index(meta.rows, i)));
            if (row.channels != channels_)
                throw fovea::Error(fovea::Error::Kind::Settings,
                                   "property model: the head of '" + bundle_.name() +
                                       "' takes rows of " + std::to_string(channels_) +
                                       " features, those that come have " +
                                       std::to_string(row.channels) +
                                       "; set it, and foveafeatures' attended, to go together");
            if (options_.tell_rows)
                remember(row);
            publish(windows_->add(row), out);
        }
    }

    /** \brief Whether these rows were met last: a duplicated buffer, as of videorate, brings its rows again */
    bool is_duplicate(const FoveaMeta &meta)
    {
        if (meta.rows->len == 0)
            return false;
        auto *last = static_cast<FoveaRow *>(g_ptr_array_index(meta.rows, meta.rows->len - 1));
        if (last == newest_.get())
            return true;
        newest_ = {fovea_row_ref(last), fovea_row_unref};
        return false;
    }

    /** \brief The rows that a window which ends with \a row is made from */
    void remember(const fovea::FeatureRow &row)
    {
        if (row.after_jump || (!last_rows_.empty() && row.index <= last_rows_.back().index))
            last_rows_.clear();
        last_rows_.push_back(row);
        if (last_rows_.size() > settings(options_).window)
            last_rows_.pop_front();
    }

    void publish(const std::vector<fovea::Activity> &activities, FoveaMeta *out)
    {
        for (const fovea::Activity &activity : activities) {
            FoveaActivity *made = fovea::to_c(activity, bundle_.name());
            GST_DEBUG_OBJECT(element_, "%s %.2f, %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT,
                             made->label.label, made->label.confidence, GST_TIME_ARGS(made->start),
                             GST_TIME_ARGS(made->end));
            std::optional<fovea::Array> rows;
            if (!last_rows_.empty() && made->scope == FOVEA_SCOPE_WINDOW)
                rows = fovea::stacked(last_rows_, 0, last_rows_.size());
            gst_element_post_message(
                element_, fovea::activity_message(element_, *made, rows ? &*rows : nullptr));
            g_ptr_array_add(out->activities, made);
        }
    }

    GstElement *element_;
    AttentionOptions options_;
    fovea::Bundle bundle_;
    std::unique_ptr<fovea::ActivityStream> windows_;
    std::int64_t channels_ = 0; ///< of the rows that its head takes
    std::deque<fovea::FeatureRow>
        last_rows_;                    ///< of the window that ends; empty: nobody asks for them
    std::shared_ptr<FoveaRow> newest_; ///< held, so that its address is not another's
    bool has_rows_ = false;            ///< one has come since the start
    fovea::ExpectedInput expected_{
        element_, "feature row", {"foveafeatures"}}; ///< of a stream without an end
    std::vector<fovea::Activity> before_jump_;       ///< segments that no buffer has carried yet
};

using Filter = fovea::FilterClass<GstFoveaAttention, AttentionOptions, AttentionWorker>;

Filter::Properties properties()
{
    Filter::Properties table;
    table.add("model", "Model",
              "Bundle whose head and labels are used: a name or a folder; the same as "
              "foveafeatures'",
              &AttentionOptions::model);
    table.add(
        "head", "Head",
        "Another head than the card's: region-mean, ra (attention over regions), ta (over time), "
        "tra (both), alstm, alstm-last, lstm, "
        "score-mean, logits, persons; empty: the card's",
        &AttentionOptions::head);
    table.add("window", "Window",
              "Feature rows a label is made from; 0: the whole stream, -1: as the card says",
              &AttentionOptions::window, -1, 65536);
    table.add("hop", "Hop", "Feature rows from window to window; 0: as 1, -1: as the card says",
              &AttentionOptions::hop, -1, 65536);
    table.add("top-k", "Top k", "Labels told with each result, best first; 0: as the card says",
              &AttentionOptions::top_k, 0, 10000);
    table.add("threshold", "Threshold",
              "Score, 0 to 1, that a label, or an event against normal, needs; -1: as the card "
              "says, whose "
              "alarms then label the video where it has some",
              &AttentionOptions::threshold, -1, 1);
    table.add("segments", "Segments",
              "Also find actions from their start to their end, in windows of several "
              "lengths; each is told when it can no longer change",
              &AttentionOptions::segments);
    table.add_choice("pool", "Pool", "What the video's scores are of those of its windows",
                     &AttentionOptions::pooling,
                     fovea::enum_type("GstFoveaPooling", fovea::poolings));
    table.add("tell-rows", "Tell rows",
              "Put the feature rows that a window was labelled by into its message: `row-regions`, "
              "`row-timesteps`, `row-channels`, and `features`, bytes of float32",
              &AttentionOptions::tell_rows);
    table.live({"hop", "top-k", "threshold"});
    return table;
}

} // namespace

static void gst_fovea_attention_init(GstFoveaAttention *) {}

static void gst_fovea_attention_class_init(GstFoveaAttentionClass *klass)
{
    Filter::install(klass, properties(), GST_MAP_READ);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Activity recognition", "Filter/Analyzer/Video",
        "Recognises activities from feature rows; tells where and when the evidence lies",
        "The Fovea authors");
}
