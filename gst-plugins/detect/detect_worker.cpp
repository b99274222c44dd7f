#include "detect/detect_worker.h"

#include <cmath>
#include <utility>

#include "base/mapped_frame.h"
#include "fovea/video/frame_to_tensor.h"
#include "meta/convert.h"
#include "meta/roi.h"

GST_DEBUG_CATEGORY_EXTERN(fovea_detect_debug);
#define GST_CAT_DEFAULT fovea_detect_debug

namespace fovea {

namespace {

ImageSize pixels_of(const Box &box, ImageSize frame)
{
    return {static_cast<int>(std::lround(box.width * static_cast<float>(frame.width))),
            static_cast<int>(std::lround(box.height * static_cast<float>(frame.height)))};
}

} // namespace

DetectWorker::DetectWorker(GstElement *element, const DetectOptions &options, WorkCounts *counts)
    : DetectWorker(element, options, counts, load_detector(options.model, options.detector))
{
    GST_INFO_OBJECT(element, "detector %s", options.model.c_str());
}

DetectWorker::DetectWorker(GstElement *element, const DetectOptions &options, WorkCounts *counts,
                           std::unique_ptr<Detector> detector)
    : element_(element), options_(options), counts_(counts), detector_(std::move(detector))
{
    counts_->reset();
}

void DetectWorker::configure(const GstVideoInfo &info)
{
    reset();
    size_ = {GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info)};
    view_ = view_box(options_.area, size_);
    input_size_ = detector_->input_size(pixels_of(view_, size_));

    const bool skips = skips_work(options_.leaky, element_);
    GST_DEBUG_OBJECT(element_, "the detector sees %dx%d pixels, %s", input_size_.width,
                     input_size_.height, skips ? "beside the video" : "each frame waits for it");
    queue_ = skips ? std::make_unique<JobQueue>(queued_frames, "fovea-detect") : nullptr;
}

void DetectWorker::process(const Frame &frame)
{
    if (queue_ != nullptr)
        queue_->check();
    if (until_due_ == 0) {
        if (queue_ != nullptr)
            offer(frame);
        else
            detect(input_of(frame));
        until_due_ = options_.inference_interval;
    }
    --until_due_;

    const std::vector<Person> persons = take_persons();
    GST_LOG_OBJECT(element_, "%zu persons", persons.size());
    set_persons(frame.meta(), persons);
    mirror_persons(frame.buffer, *frame.info, persons);
}

void DetectWorker::offer(const Frame &frame)
{
    if (queue_->is_full()) {
        ++counts_->dropped;
        drop_report_.post(frame, *counts_);
        return;
    }
    // The small input, not the frame: a camera has few buffers
    queue_->offer([this, image = input_of(frame)] { detect(image); });
}

RgbImage DetectWorker::input_of(const Frame &frame) const
{
    const MappedFrame mapped(frame.buffer, *frame.info);
    return to_rgb(mapped.view(), view_, input_size_);
}

void DetectWorker::detect(const RgbImage &image)
{
    std::vector<Person> persons = detector_->detect(image);
    for (Person &person : persons)
        person.box = inside(person.box, view_);
    persons = tracker_.update(std::move(persons));
    ++counts_->processed;

    const std::lock_guard lock(mutex_);
    persons_ = std::move(persons);
}

std::vector<Person> DetectWorker::take_persons()
{
    const std::lock_guard lock(mutex_);
    std::vector<Person> persons = persons_;
    for (Person &person : persons_)
        person.detected = false; // on the frames to come
    return persons;
}

void DetectWorker::drain(FoveaMeta *)
{
    if (queue_ != nullptr)
        queue_->finish();
}

void DetectWorker::reset()
{
    if (queue_ != nullptr)
        queue_->cancel();
    tracker_.reset();
    persons_.clear();
    until_due_ = 0;
}

/* Cameras lose packets: the tracks live on, but the persons are looked for at once. */
void DetectWorker::discontinuity()
{
    until_due_ = 0;
}

} // namespace fovea
