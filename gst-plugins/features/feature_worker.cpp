// SPDX-License-Identifier: MIT
#include "features/feature_worker.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <gst/base/gstbasetransform.h>

#include "base/activity_bundle.h"
#include "features/shared_extractors.h"
#include "fovea/bundle/analysis_check.h"
#include "fovea/bundle/analysis_settings.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/core/errors.h"

GST_DEBUG_CATEGORY_EXTERN(fovea_features_debug);
#define GST_CAT_DEFAULT fovea_features_debug

namespace fovea {

namespace {

/* What is done backwards is another thing, and no network has learned it. */
bool is_backwards(const Frame &frame)
{
    return GST_BASE_TRANSFORM(frame.element)->segment.rate < 0;
}

} // namespace

FeatureWorker::FeatureWorker(GstElement *element, const FeatureOptions &options,
                             FeatureReadings *readings)
    : element_(element),
      options_(options),
      bundle_(activity_bundle(options.model)),
      counts_(&readings->counts),
      delay_(&readings->delay)
{
    look_ = checked_look(/*streams=*/false);
    card_ = bundle_.activity();
    if (options.input_size > 0)
        set_input_side(&card_, options.input_size);
    extractor_ = shared_extractor(options.model_instance_id, bundle_, options.engine);
    GST_INFO_OBJECT(element, "model %s on %s", bundle_.name().c_str(),
                    extractor_->runtime().c_str());
    features_ = clip_features();
    if (card_.modality == Modality::Flow)
        flow_ = std::make_unique<FlowFrames>(card_.flow);
    counts_->reset();
    delay_->look_ahead = 0;
    delay_->time = 0;
}

std::unique_ptr<ClipFeatures> FeatureWorker::clip_features() const
{
    using Sees = RowNetwork::Sees;
    const int threads = options_.engine.threads;
    std::unique_ptr<AttentionGate> gate;
    if (options_.gate.threshold > 0)
        gate = std::make_unique<AttentionGate>(load_head(bundle_), options_.gate);

    std::vector<RowNetwork> networks;
    networks.push_back({extractor_, {card_, threads}, /*offset=*/0, Sees::All, 0});
    if (const std::optional<Bundle> attended = bundle_.attended(options_.attended))
        networks.push_back(attended_network(*attended));
    std::unique_ptr<ClipPersons> persons;
    const bool of_persons = bundle_.attended_by(options_.attended).is_persons();
    if (of_persons && card_.modality == Modality::Flow)
        throw Error(Error::Kind::Settings,
                    "property attended: persons are seen in frames, model '" + bundle_.name() +
                        "' sees their flow; leave it out");
    if (of_persons)
        persons = std::make_unique<ClipPersons>(card_.sampling.frames);

    std::unique_ptr<FocusChooser> focus = focus_chooser();
    if (focus != nullptr && look_.is_late() && card_.fuses_two_networks()) {
        networks.front().sees = Sees::SecondLook;
        auto fixed = shared_extractor(options_.model_instance_id, bundle_, options_.engine,
                                      NetworkRole::Fixed);
        networks.push_back({std::move(fixed), {card_, threads}, /*offset=*/0, Sees::FirstLook, 0});
    }
    if (!options_.focus.truth.empty() && (focus == nullptr || !focus->asks_truth()))
        throw Error(Error::Kind::Settings,
                    "property focus-truth: nothing looks by what the video shows; set "
                    "focus-entropy=truth, or leave focus-truth empty");
    std::optional<VideoTruth> truth;
    if (focus != nullptr && focus->asks_truth())
        truth = VideoTruth{shown_classes(options_.focus.truth), card_.classes};
    return std::make_unique<ClipFeatures>(std::move(networks), options_.engine.batch_size,
                                          std::move(gate), std::move(focus), std::move(persons),
                                          std::move(truth));
}

RowNetwork FeatureWorker::attended_network(const Bundle &attended) const
{
    auto network = shared_extractor(options_.model_instance_id, attended, options_.engine,
                                    NetworkRole::Attended);
    GST_INFO_OBJECT(element_, "attended model %s on %s", attended.name().c_str(),
                    network->runtime().c_str());
    const ActivityCard card = attended_card(attended);
    if (card.modality != card_.modality)
        throw Error(Error::Kind::Settings,
                    std::string("property attended: model '") + bundle_.name() + "' sees " +
                        name_of(modalities, card_.modality) + ", '" + attended.name() + "' sees " +
                        name_of(modalities, card.modality) + "; expected both to see the same");
    return {std::move(network),
            {card, options_.engine.threads},
            static_cast<std::size_t>(extractor_->channels()),
            RowNetwork::Sees::All,
            attended_frames(card_, extractor_->rows_of(card_.sampling.frames), attended)};
}

/* What goes with what, and how the second look is taken */
SecondLook FeatureWorker::checked_look(bool streams) const
{
    const AnalysisOptions asked = {
        options_.focus.look,       options_.attended, options_.gate.threshold,
        options_.engine.precision, streams,           !options_.focus.truth.empty()};
    return check(asked, bundle_, OptionsOf::Element);
}

/* Null where there is no second look */
std::unique_ptr<FocusChooser> FeatureWorker::focus_chooser() const
{
    if (!look_.is_taken())
        return nullptr;
    return std::make_unique<FocusChooser>(
        look_, options_.focus.size,
        is_by_saliency(look_.focus) ? load_saliency_mapper(bundle_, look_, options_.engine)
                                    : nullptr);
}

void FeatureWorker::configure(const GstVideoInfo &info)
{
    info_ = std::make_shared<GstVideoInfo>(info);
    if (assembler_ != nullptr)
        discontinuity();
    else
        begin();
    choose_thread();
}

/* A pipeline that plays may get another source, as a file's place is taken by a camera */
void FeatureWorker::choose_thread()
{
    const bool skips = skips_work(options_.leaky, element_);
    if (skips == (queue_ != nullptr))
        return;
    if (queue_ != nullptr)
        queue_->finish();
    queue_.reset();
    if (skips)
        queue_ =
            std::make_unique<NewestQueue<Waiting>>("fovea-features", [this](const Waiting &newest) {
                row_unseen_ += newest.unseen;
                compute(newest.clip);
            });
}

void FeatureWorker::begin()
{
    const SamplingSettings &sampling = options_.sampling;
    const double fps = sampling.total_time > 0 ? static_cast<double>(sampling.total_frames) /
                                                     to_seconds(sampling.total_time)
                                               : 0;
    TimestepSource source =
        timestep_source(sampling, card_.sampling, fps, extractor_->frames_per_row());
    planned_ = source.planned;
    assembler_ = std::make_unique<Assembler>(std::move(source.schedule), source.tail);
    stream_.reset();
    waiting_.clear();
    next_timestep_ = 0;
    row_jumped_ = false;
    row_unseen_ = 0;
    row_frames_ = 0;
    features_->restart();
    if (flow_ != nullptr)
        flow_->restart();
    if (!source.streams)
        return;
    checked_look(/*streams=*/true);
    stream_ = std::make_unique<StreamFeatures>(extractor_, card_, options_.engine);
    tell_delay(source.frame_interval);
}

void FeatureWorker::tell_delay(Nanoseconds frame_interval)
{
    const auto stream =
        extractor_->open_stream({1, card_.input.size.height, card_.input.size.width, 0, 0});
    const std::int64_t seen = stream->frames_per_row() + stream->look_ahead();
    delay_->look_ahead = stream->look_ahead();
    delay_->time = static_cast<GstClockTime>(seen * frame_interval);
    row_frames_ = frame_interval > 0 ? 0 : seen;
    GST_INFO_OBJECT(element_,
                    "streaming: a row every %" G_GINT64_FORMAT " frames, final %" G_GINT64_FORMAT
                    " frames after its last",
                    stream->frames_per_row(), stream->look_ahead());
}

void FeatureWorker::process(const Frame &frame)
{
    FoveaMeta *meta = frame.meta(); // before the buffer is held, and so no longer writable
    if (is_backwards(frame)) {
        if (!std::exchange(told_backwards_, true))
            GST_ELEMENT_WARNING(element_, STREAM, FAILED,
                                ("the video is played backwards: nothing is recognised until it "
                                 "is played forwards"),
                                (nullptr));
        attach_finished(meta);
        return;
    }
    if (row_frames_ > 0 && frame.duration > 0)
        delay_->time = static_cast<GstClockTime>(
            row_frames_ * std::min(frame.duration, longest_time / row_frames_));
    const HeldFrame seen = held_.hold(frame, info_);
    if (flow_ != nullptr && flow_clock_.step(frame.time) == FrameClock::Step::Jump) {
        flow_->restart();
        flow_clock_.restart();
    }
    flow_clock_.see(frame.time);
    auto clips =
        assembler_->push(flow_ != nullptr ? flow_->of(seen) : seen, frame.time, frame.duration);
    if (look_.is_taken())
        held_.check(frame, options_.focus.memory_mb);
    for (auto &clip : clips) {
        if (queue_ != nullptr) {
            offer(std::move(clip), frame);
            continue;
        }
        compute(clip);
    }
    attach_finished(meta);
}

void FeatureWorker::offer(Assembler::Clip clip, const Frame &frame)
{
    const bool is_dropped =
        queue_->offer({std::move(clip)}, [this](const Waiting &gone, Waiting *newest) {
            // a stream cannot go on over a gap
            newest->clip.after_jump =
                newest->clip.after_jump || gone.clip.after_jump || stream_ != nullptr;
            newest->unseen = gone.unseen + 1;
        });
    if (is_dropped)
        drop_report_.count_and_post(frame, counts_);
}

std::vector<RowPointer> FeatureWorker::rows_of(const Assembler::Clip &clip)
{
    if (stream_ != nullptr)
        return stream(clip);
    const auto rows_a_clip =
        static_cast<std::uint64_t>(features_->rows_of(static_cast<int>(clip.frames.size())));
    return features_->rows(clip.frames, static_cast<std::uint64_t>(clip.timestep) * rows_a_clip);
}

std::vector<RowPointer> FeatureWorker::stream(const Assembler::Clip &clip)
{
    if (!planned_)
        return stream_->push(clip.frames);
    std::vector<RowPointer> rows;
    waiting_.emplace(clip.timestep, clip);
    while (!waiting_.empty() && waiting_.begin()->first == next_timestep_) {
        for (RowPointer &row : stream_->push(waiting_.begin()->second.frames))
            rows.push_back(std::move(row));
        waiting_.erase(waiting_.begin());
        ++next_timestep_;
    }
    return rows;
}

std::vector<RowPointer> FeatureWorker::finish_stream()
{
    std::vector<RowPointer> rows;
    for (const auto &[timestep, clip] : waiting_) { // a file that ended before its plan has gaps
        for (RowPointer &row : stream_->push(clip.frames))
            rows.push_back(std::move(row));
    }
    waiting_.clear();
    for (RowPointer &row : stream_->finish())
        rows.push_back(std::move(row));
    return rows;
}

void FeatureWorker::compute(const Assembler::Clip &clip)
{
    if (clip.after_jump) {
        features_->restart();
        if (stream_ != nullptr)
            stream_->restart();
    }
    row_jumped_ = row_jumped_ || clip.after_jump;
    std::vector<RowPointer> rows = rows_of(clip);
    ++counts_->processed;
    if (!rows.empty()) {
        rows.front()->after_jump = std::exchange(row_jumped_, false) ? TRUE : FALSE;
        rows.front()->unseen = std::exchange(row_unseen_, 0);
    }

    const std::lock_guard lock(mutex_);
    finished_.insert(finished_.end(), rows.begin(), rows.end());
}

void FeatureWorker::attach_finished(FoveaMeta *meta)
{
    const std::lock_guard lock(mutex_);
    for (const RowPointer &row : finished_)
        g_ptr_array_add(meta->rows, fovea_row_ref(row.get()));
    if (!finished_.empty()) { // others upstream put theirs there before
        const FoveaRow &row = *finished_.back();
        const FoveaRegion &last = row.region[row.regions - 1];
        if (last.kind == FOVEA_REGION_SALIENT)
            g_array_append_val(meta->regions, last);
    }
    finished_.clear();
}

void FeatureWorker::drain(FoveaMeta *out)
{
    if (assembler_ == nullptr)
        return;
    if (queue_ != nullptr)
        queue_->finish();
    for (const auto &clip : assembler_->finish())
        compute(clip);
    if (stream_ != nullptr) {
        const std::vector<RowPointer> rows = finish_stream();
        const std::lock_guard lock(mutex_);
        finished_.insert(finished_.end(), rows.begin(), rows.end());
    }
    attach_finished(out);
    if (planned_) // the plan is of the frames that came; what may follow is another round
        begin();
}

void FeatureWorker::reset()
{
    if (queue_ != nullptr)
        queue_->cancel();
    finished_.clear();
    if (assembler_ != nullptr)
        begin();
}

void FeatureWorker::discontinuity()
{
    if (flow_ != nullptr)
        flow_->restart();
    if (assembler_ == nullptr || planned_)
        return;
    assembler_->restart();
}

} // namespace fovea
