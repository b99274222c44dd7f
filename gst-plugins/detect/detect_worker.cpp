// SPDX-License-Identifier: MIT
#include "detect/detect_worker.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/live.h"
#include "base/mapped_frame.h"
#include "detect/shared_detectors.h"
#include "fovea/engine/threads.h"
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

constexpr int most_detectors = 16; // as many pictures as may wait

/** \brief By detectors on one thread each; `threads` asked for are those of one */
int pictures_at_once(const PictureEngine &settings)
{
    return settings.threads > 0
               ? 1
               : std::min(most_detectors, threads_for(0, std::numeric_limits<double>::infinity()));
}

} // namespace

DetectWorker::DetectWorker(GstElement *element, const DetectOptions &options, DetectCounts *counts)
    : DetectWorker(element, options, counts,
                   shared_detector(options.model_instance_id, options.model, options.detector))
{
    GST_INFO_OBJECT(element, "detector %s: %s", options.model.c_str(),
                    detector_->runtime().c_str());
}

DetectWorker::DetectWorker(GstElement *element, const DetectOptions &options, DetectCounts *counts,
                           std::shared_ptr<Detector> detector)
    : element_(element), options_(options), counts_(counts), detector_(std::move(detector))
{
    counts_->reset();
    counts_->still = 0;
    gate_.set_threshold(options_.motion_gate);
}

void DetectWorker::update(const DetectOptions &options)
{
    const bool is_same_interval = options.inference_interval == options_.inference_interval &&
                                  options.inference_period_ms == options_.inference_period_ms;
    options_ = options;
    gate_.set_threshold(options_.motion_gate);
    if (is_same_interval)
        return;
    until_due_ = 0;
    at_once_ = true;
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
    is_live_ =
        upstream_is_live(element_); // whose frames are not held, though each waits for its look
    tracker_.set_aspect(static_cast<float>(size_.width) / static_cast<float>(size_.height));
    queue_.reset();
    if (skips)
        queue_ =
            std::make_unique<NewestQueue<Waiting>>("fovea-detect", [this](const Waiting &waiting) {
                take(detector_->detect(waiting.image, waiting.threshold), waiting.time,
                     waiting.anew);
            });
    if (!skips && team_ == nullptr)
        team_ = std::make_unique<DetectorTeam>(detector_, pictures_at_once(options_.detector));
    most_ahead_ = std::min(most_ahead, most_bytes_ahead / std::max<std::size_t>(1, info.size));
}

void DetectWorker::foresee(const Frame &frame)
{
    if (queue_ != nullptr)
        queue_->check();
    Ahead ahead;
    ahead.jumped = follow(frame);
    if (ahead.jumped && queue_ != nullptr) // before its thread finds others
        forget_persons();
    if (take_turn(frame))
        look(frame, &ahead);
    ahead_.push_back(std::move(ahead));
}

bool DetectWorker::can_wait()
{
    if (queue_ != nullptr || is_live_ || team_->size() == 1 || ahead_.size() >= most_ahead_)
        return false;
    const auto &oldest = ahead_.front().found;
    if (oldest == nullptr || oldest->is_ready())
        return false;
    const auto looked_at = std::count_if(ahead_.begin(), ahead_.end(),
                                         [](const Ahead &one) { return one.found != nullptr; });
    return static_cast<std::size_t>(looked_at) <= team_->size(); // one more than are worked on
}

void DetectWorker::process(const Frame &frame)
{
    Ahead ahead = std::move(ahead_.front());
    ahead_.pop_front();
    if (ahead.jumped && queue_ == nullptr)
        forget_persons();
    if (ahead.found != nullptr)
        take(ahead.found->get(), frame.time, ahead.anew);

    const std::vector<Person> persons = take_persons(frame.time);
    GST_LOG_OBJECT(element_, "%zu persons", persons.size());
    set_persons(frame.meta(), persons);
    mirror_persons(frame.buffer, *frame.info, persons);
    analytics_.mirror(frame.buffer, *frame.info, persons, frame.time);
}

void DetectWorker::look(const Frame &frame, Ahead *ahead)
{
    Waiting waiting = input_of(frame); // the small input, not the frame: a camera has few buffers
    if (!gate_.opens(waiting.image, waiting.time)) {
        ++counts_->still;
        return;
    }
    waiting.anew = std::exchange(anew_, false);
    if (queue_ != nullptr) {
        offer(frame, std::move(waiting));
        return;
    }
    ahead->found = team_->detect(std::move(waiting.image), waiting.threshold);
    ahead->anew = waiting.anew;
}

/* Stamps say where the stream is another one, flags only that something may have been lost. */
bool DetectWorker::follow(const Frame &frame)
{
    const bool jumps = clock_.step(frame.time) == FrameClock::Step::Jump;
    if (jumps) {
        GST_DEBUG_OBJECT(element_, "the time stamps jump: tracks begin anew");
        clock_.restart();
        discontinuity();
        anew_ = true;
    }
    clock_.see(frame.time);
    return jumps;
}

void DetectWorker::forget_persons()
{
    const std::lock_guard lock(mutex_);
    persons_.clear();
}

/** \brief Whether the detector looks at this frame */
bool DetectWorker::take_turn(const Frame &frame)
{
    if (options_.inference_period_ms <= 0) {
        const bool due = until_due_ == 0;
        if (due)
            until_due_ = options_.inference_interval;
        --until_due_;
        return due;
    }
    const Nanoseconds period = std::max<Nanoseconds>(
        1, std::llround(options_.inference_period_ms * nanoseconds_per_millisecond));
    const Nanoseconds half = std::min(clock_.interval(), period) / 2; // the nearest frame
    const bool at_once = std::exchange(at_once_, false);
    if (!at_once && frame.time + half < due_)
        return false;
    // On the grid of the first, also behind a gap: a period between two frames would become a longer one
    if (at_once)
        due_ = frame.time + period;
    else
        due_ += period * (1 + (frame.time + half - due_) / period);
    return true;
}

void DetectWorker::offer(const Frame &frame, Waiting waiting)
{
    const bool is_dropped =
        queue_->offer(std::move(waiting), [](const Waiting &gone, Waiting *newest) {
            newest->anew = newest->anew || gone.anew;
        });
    if (is_dropped)
        drop_report_.count_and_post(frame, counts_);
}

DetectWorker::Waiting DetectWorker::input_of(const Frame &frame)
{
    const MappedFrame mapped(frame.buffer, *frame.info);
    return {to_rgb(mapped.view(), view_, input_size_), frame.time, options_.threshold};
}

/** \param found in a frame of \a time \param anew see Waiting */
void DetectWorker::take(std::vector<Person> found, Nanoseconds time, bool anew)
{
    for (Person &person : found)
        person.box = inside(person.box, view_);
    if (anew)
        tracker_.reset();
    std::vector<Track> persons = tracker_.update(found, time);
    ++counts_->processed;

    const std::lock_guard lock(mutex_);
    persons_ = std::move(persons);
    carried_ = false;
}

std::vector<Person> DetectWorker::take_persons(Nanoseconds time)
{
    const std::lock_guard lock(mutex_);
    return persons_at(persons_, time, view_, !std::exchange(carried_, true));
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
    ahead_.clear();
    if (team_ != nullptr)
        team_->forget_waiting();
    tracker_.reset();
    clock_ = {};
    persons_.clear();
    anew_ = false;
    gate_.reset();
    until_due_ = 0;
    at_once_ = true;
}

/* Cameras lose packets: the tracks live on, but the persons are looked for at once. */
void DetectWorker::discontinuity()
{
    gate_.reset();
    until_due_ = 0;
    at_once_ = true;
}

} // namespace fovea
