#include "features/feature_worker.h"

#include "features/shared_extractors.h"
#include "fovea/bundle/bundle.h"
#include "fovea/core/errors.h"

GST_DEBUG_CATEGORY_EXTERN(fovea_features_debug);
#define GST_CAT_DEFAULT fovea_features_debug

namespace fovea {

FeatureWorker::FeatureWorker(GstElement *element, const FeatureOptions &options, WorkCounts *counts)
    : element_(element), options_(options), counts_(counts)
{
    const Bundle bundle = Bundle::open(options.model);
    if (bundle.kind() != Bundle::Kind::Activity)
        throw Error(Error::Kind::Settings,
                    "property model: bundle '" + options.model +
                        "' finds persons, expected one that recognises activities");
    card_ = bundle.activity();
    const auto extractor = shared_extractor(options.model_instance_id, bundle, options.engine);
    GST_INFO_OBJECT(element, "model %s on %s", bundle.name().c_str(), extractor->runtime().c_str());
    features_ = std::make_unique<ClipFeatures>(extractor, card_, options.engine.batch_size);
    counts_->reset();
}

void FeatureWorker::configure(const GstVideoInfo &info)
{
    info_ = std::make_shared<GstVideoInfo>(info);
    if (assembler_ != nullptr) {
        discontinuity();
        return;
    }
    begin();
    if (skips_work(options_.leaky, element_))
        queue_ = std::make_unique<JobQueue>(queued_clips);
}

void FeatureWorker::begin()
{
    const GstVideoInfo &info = *info_;
    const double fps =
        GST_VIDEO_INFO_FPS_N(&info) > 0
            ? static_cast<double>(GST_VIDEO_INFO_FPS_N(&info)) / GST_VIDEO_INFO_FPS_D(&info)
            : 0;
    ClipSource source = clip_source(options_.sampling, card_.sampling, fps);
    planned_ = source.planned;
    assembler_ = std::make_unique<Assembler>(std::move(source.schedule), source.tail);
}

void FeatureWorker::process(const Frame &frame)
{
    FoveaMeta *meta = frame.meta(); // before the buffer is held, and so no longer writable
    const HeldFrame held = {{gst_buffer_ref(frame.buffer), gst_buffer_unref},
                            info_,
                            {frame.time, frame.time + frame.duration}};

    for (auto &clip : assembler_->push(held, frame.time, frame.duration)) {
        if (queue_ != nullptr)
            offer(std::move(clip), frame);
        else
            compute(clip);
    }
    attach_finished(meta);
}

void FeatureWorker::offer(Assembler::Clip clip, const Frame &frame)
{
    const auto job = std::make_shared<Assembler::Clip>(std::move(clip));
    if (queue_->offer([this, job] { compute(*job); }))
        return;
    ++counts_->dropped;
    drop_report_.post(frame, *counts_);
}

void FeatureWorker::compute(const Assembler::Clip &clip)
{
    const auto rows_a_clip =
        static_cast<std::uint64_t>(features_->rows_of(static_cast<int>(clip.frames.size())));
    std::vector<RowPointer> rows =
        features_->rows(clip.frames, static_cast<std::uint64_t>(clip.timestep) * rows_a_clip);
    ++counts_->processed;

    const std::lock_guard lock(mutex_);
    finished_.insert(finished_.end(), rows.begin(), rows.end());
}

void FeatureWorker::attach_finished(FoveaMeta *meta)
{
    const std::lock_guard lock(mutex_);
    for (const RowPointer &row : finished_)
        g_ptr_array_add(meta->rows, fovea_row_ref(row.get()));
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
    attach_finished(out);
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
    if (assembler_ != nullptr && !planned_)
        assembler_->restart();
}

} // namespace fovea
