// SPDX-License-Identifier: MIT
/**
 * SECTION:element-foveadump
 * @title: foveadump
 * @short_description: Training mode: write feature rows to a feature file
 *
 * Keeps the feature rows of foveafeatures and writes them at the end of the stream as one feature
 * file, which `fovea train` reads: a dict of tensors that Python's torch.load opens too. The file
 * appears under its name only when it is whole: a stream that is stopped without an end gives none, which a
 * warning says (`gst-launch-1.0 -e` ends it at Ctrl-C, programs send EOS first).
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=150 ! foveagrid actor=false ! foveafeatures ! foveadump location=test.pt label=normal ! fakesink
 * ]|
 *
 * Since: 0.1
 */

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/filter_class.h"
#include "base/model_query.h"
#include "fovea/bundle/bundle.h"
#include "fovea/bundle/default_model.h"
#include "fovea/core/errors.h"
#include "fovea/focus/region_choice.h"
#include "fovea/store/tensors/feature_file.h"
#include "meta/convert.h"
#include "meta/row.h"

GST_DEBUG_CATEGORY_STATIC(fovea_dump_debug);
#define GST_CAT_DEFAULT fovea_dump_debug

G_DECLARE_FINAL_TYPE(GstFoveaDump, gst_fovea_dump, GST, FOVEA_DUMP, GstFoveaFilter)

struct _GstFoveaDump {
    GstFoveaFilter parent;
};

G_DEFINE_FINAL_TYPE_WITH_CODE(GstFoveaDump, gst_fovea_dump, GST_TYPE_FOVEA_FILTER,
                              GST_DEBUG_CATEGORY_INIT(fovea_dump_debug, "foveadump", 0,
                                                      "feature rows to a file"))
GST_ELEMENT_REGISTER_DEFINE(foveadump, "foveadump", GST_RANK_NONE, gst_fovea_dump_get_type())

namespace {

struct DumpOptions {
    std::string location;
    std::string label;
    std::string video_id;
    std::string model = fovea::default_model;
    std::string attended; // empty: the model's card says
};

class DumpWorker final : public fovea::FrameWorker
{
public:
    DumpWorker(GstElement *element, const DumpOptions &options)
        : element_(element),
          options_(options),
          bundle_(fovea::Bundle::open(options.model)),
          attended_(bundle_.attended_by(options.attended)),
          second_(bundle_.attended(options.attended))
    {
        if (options_.location.empty())
            throw fovea::Error(
                fovea::Error::Kind::Settings,
                "property location is empty, expected a file (VIDEO.pt) or a folder");
        if (std::filesystem::is_directory(options_.location) && options_.video_id.empty())
            throw fovea::Error(fovea::Error::Kind::Settings,
                               "property location is the folder '" + options_.location +
                                   "', which needs video-id for the file's name");
        const std::filesystem::path folder = file().parent_path();
        if (!folder.empty() && !std::filesystem::is_directory(folder)) // now, not after an hour
            throw fovea::Error(fovea::Error::Kind::CannotWrite,
                               "property location: the folder of '" + options_.location +
                                   "' does not exist; create it or choose another");
    }

    /* Where they came from may go on: a part of a video is not taken for the whole */
    ~DumpWorker() override
    {
        if (!rows_.empty() && !has_ended_)
            GST_ELEMENT_WARNING(element_, STREAM, FAILED,
                                ("%zu feature rows were not written to '%s': the stream was "
                                 "stopped before its end; send EOS first (gst-launch-1.0 -e)",
                                 rows_.size(), options_.location.c_str()),
                                (nullptr));
    }

    DumpWorker(const DumpWorker &) = delete;
    DumpWorker &operator=(const DumpWorker &) = delete;

    void update(const DumpOptions &options) { options_.label = options.label; }

    void configure(const GstVideoInfo &) override
    {
        const std::string maker = fovea::model_upstream(element_);
        if (maker.empty() || maker == options_.model)
            return;
        const fovea::Bundle made = fovea::Bundle::open(maker);
        if (made.name() != bundle_.name() || weights_of(made) != weights_of(bundle_))
            throw fovea::Error(fovea::Error::Kind::Settings,
                               "property model is '" + options_.model +
                                   "', but the rows are made by '" + maker +
                                   "'; set it as foveafeatures'");
    }

    void process(const fovea::Frame &frame) override
    {
        ++frames_;
        has_ended_ = false;
        fps_ = frame.rate;
        if (const FoveaMeta *meta = fovea_meta_get(frame.buffer))
            keep(*meta);
    }

    void receive(const FoveaMeta &late, FoveaMeta *) override { keep(late); }

    void drain(FoveaMeta *) override
    {
        has_ended_ = true; // what keeps the rows from being written is an error then
        if (rows_.empty())
            throw fovea::Error(fovea::Error::Kind::Settings,
                               "no feature row came before the end of the stream, nothing to write "
                               "to '" +
                                   options_.location + "'; is foveafeatures before foveadump?");
        const std::filesystem::path file = this->file();
        fovea::write_feature_file(file, features());
        GST_INFO_OBJECT(element_, "%zu rows written to %s", rows_.size(), file.c_str());
        reset();
    }

    /** \brief Without an end, as of concat: the file is of both, one behind the other */
    void next_stream(FoveaMeta *, bool drained) override
    {
        if (drained)
            reset();
        if (rows_.empty())
            return;
        first_row_ = rows_.rbegin()->first + 1;
        jumps_.insert(first_row_);
    }

    void reset() override
    {
        rows_.clear();
        jumps_.clear();
        first_row_ = 0;
        frames_ = 0;
    }

    /* A dump is of one file: a damaged stretch in it does not take away what came before. */
    void discontinuity() override {}

private:
    using RowPointer = std::shared_ptr<FoveaRow>;

    void keep(const FoveaMeta &meta)
    {
        for (guint i = 0; i < meta.rows->len; ++i) {
            auto *row = static_cast<FoveaRow *>(g_ptr_array_index(meta.rows, i));
            const guint64 index = first_row_ + row->index;
            if (rows_.find(index) == rows_.end())
                rows_.emplace(index, RowPointer(fovea_row_ref(row), fovea_row_unref));
        }
    }

    static std::string size_of(const FoveaRow &row)
    {
        return "[" + std::to_string(row.regions) + ", " + std::to_string(row.channels) + "]";
    }

    static std::string weights_of(const fovea::Bundle &bundle)
    {
        return bundle.files().empty() ? "" : bundle.weights().sha256;
    }

    std::filesystem::path file() const
    {
        std::filesystem::path file = options_.location;
        return std::filesystem::is_directory(file) ? file / (options_.video_id + ".pt") : file;
    }

    fovea::FeatureFile features()
    {
        const FoveaRow &first = *rows_.begin()->second;
        const std::size_t channels = first.channels;

        fovea::FeatureFile file;
        file.features = fovea::Array({first.regions, static_cast<std::int64_t>(rows_.size()),
                                      static_cast<std::int64_t>(channels)});
        std::size_t t = 0;
        for (const auto &[index, row] : rows_) {
            if (row->regions != first.regions || row->channels != first.channels)
                throw fovea::Error(
                    fovea::Error::Kind::Settings,
                    "row " + std::to_string(index) + ": expected " + size_of(first) +
                        " (regions, features) as the first, got " + size_of(*row) +
                        "; the rows of a file are all of one model and one grid: give others a "
                        "location of their own");
            for (std::size_t r = 0; r < row->regions; ++r)
                std::copy_n(&row->features[r * channels], channels,
                            &file.features.values[(r * rows_.size() + t) * channels]);
            file.times.push_back({static_cast<fovea::Nanoseconds>(row->start),
                                  static_cast<fovea::Nanoseconds>(row->end)});
            file.persons.push_back(fovea::persons_seen_from(*row));
            if (row->after_jump || jumps_.count(index) > 0)
                file.jumps.push_back(static_cast<std::int64_t>(t));
            ++t;
        }
        const FoveaRow &last = *rows_.rbegin()->second;
        std::vector<fovea::RegionKind> kinds;
        for (std::size_t r = 0; r < last.regions; ++r) {
            const fovea::Region region = fovea::from_c(last.region[r]);
            file.boxes.push_back(region.box);
            kinds.push_back(region.kind);
        }
        file.regions = fovea::region_words(kinds);
        file.video_id =
            options_.video_id.empty() ? this->file().stem().string() : options_.video_id;
        file.label = options_.label;
        file.frames = frames_;
        file.fps = fps_;
        file.bundle = bundle_.name();
        file.bundle_sha256 = weights_of(bundle_);
        if ((first.attended > 0) != !attended_.name.empty())
            throw fovea::Error(fovea::Error::Kind::Settings,
                               std::string("property attended: the rows hold ") +
                                   (first.attended > 0 ? "a" : "no") +
                                   " second network's features; set it as foveafeatures'");
        file.attended_channels = first.attended;
        file.attended = second_ ? second_->name() : attended_.name;
        file.attended_sha256 = second_ ? second_->weights().sha256 : "";
        return file;
    }

    GstElement *element_;
    DumpOptions options_;
    fovea::Bundle bundle_;
    fovea::AttendedModel attended_;       /* whose features are in the rows too; no name: none */
    std::optional<fovea::Bundle> second_; /* its model; none of persons */
    std::map<guint64, RowPointer> rows_;  /* by index: a shuffled plan ends in another order */
    guint64 first_row_ = 0;               /* index here of the stream's first row */
    std::set<guint64> jumps_;             /* indices of the first rows of later streams */
    bool has_ended_ = false;
    std::int64_t frames_ = 0;
    double fps_ = 0; // as measured
};

using Filter = fovea::FilterClass<GstFoveaDump, DumpOptions, DumpWorker>;

Filter::Properties properties()
{
    Filter::Properties table;
    table.add("location", "Location",
              "The feature file to write, or a folder for VIDEO-ID.pt; it must be set",
              &DumpOptions::location);
    table.add("label", "Label", "Class of the whole video, for the trainer; empty: not labelled",
              &DumpOptions::label);
    table.add("video-id", "Video id",
              "Name of the video in the file; empty: the file's name without .pt",
              &DumpOptions::video_id);
    table.add("model", "Model",
              "Bundle that made the rows, written into the file; the same as foveafeatures'",
              &DumpOptions::model);
    table.add("attended", "Attended model",
              "Bundle of the second network whose features are in the rows; the same as "
              "foveafeatures', or persons; empty: as the model's card says",
              &DumpOptions::attended);
    table.live({"label"});
    return table;
}

} // namespace

static void gst_fovea_dump_init(GstFoveaDump *) {}

static void gst_fovea_dump_class_init(GstFoveaDumpClass *klass)
{
    Filter::install(klass, properties(), GST_MAP_READ);
    gst_element_class_set_static_metadata(
        GST_ELEMENT_CLASS(klass), "Feature file writer", "Filter/Analyzer/Video",
        "Writes the feature rows of a video to a file for the trainer", "The Fovea authors");
}
