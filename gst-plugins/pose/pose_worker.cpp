// SPDX-License-Identifier: MIT
#include "pose/pose_worker.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/mapped_frame.h"
#include "fovea/video/frame_to_tensor.h"
#include "meta/convert.h"

GST_DEBUG_CATEGORY_EXTERN(fovea_pose_debug);
#define GST_CAT_DEFAULT fovea_pose_debug

namespace fovea {

namespace {

constexpr Nanoseconds longest_carried = nanoseconds_per_second; // keypoints without a new look

/** \brief Keypoints that go with the box \a from as it becomes \a to */
Pose carried(const Pose &pose, const Box &from, const Box &to)
{
    Pose moved = pose;
    for (Keypoint &keypoint : moved) {
        keypoint.x = to.x + (keypoint.x - from.x) / from.width * to.width;
        keypoint.y = to.y + (keypoint.y - from.y) / from.height * to.height;
    }
    return moved;
}

} // namespace

PoseWorker::PoseWorker(GstElement *element, const KeypointOptions &options, WorkCounts *counts)
    : PoseWorker(element, options, counts, load_pose_estimator(options.model, options.network))
{
    GST_INFO_OBJECT(element, "network %s: %s", options.model.c_str(),
                    estimator_->runtime().c_str());
}

PoseWorker::PoseWorker(GstElement *element, const KeypointOptions &options, WorkCounts *counts,
                       std::shared_ptr<PoseEstimator> estimator)
    : element_(element), options_(options), counts_(counts), estimator_(std::move(estimator))
{
    counts_->reset();
}

void PoseWorker::configure(const GstVideoInfo &info)
{
    reset();
    size_ = {GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info)};
    const bool skips = skips_work(options_.leaky, element_);
    GST_DEBUG_OBJECT(element_, "%s", skips ? "beside the video" : "each frame waits for it");
    queue_.reset();
    if (skips)
        queue_ = std::make_unique<NewestQueue<Waiting>>(
            "fovea-pose", [this](Waiting waiting) { look(std::move(waiting)); });
}

void PoseWorker::process(const Frame &frame)
{
    if (queue_ != nullptr)
        queue_->check();
    expected_.see_frame(frame.time);
    const FoveaMeta *meta = fovea_meta_get(frame.buffer);
    if (meta != nullptr) // on frames without persons too, where they were looked for
        expected_.see();
    if (meta == nullptr || meta->persons->len == 0)
        return;
    std::vector<Person> persons = persons_from(*meta);
    if (take_turn(persons)) {
        Waiting waiting = input_of(frame, persons);
        if (queue_ != nullptr)
            offer(frame, std::move(waiting));
        else
            look(std::move(waiting));
    }
    attach(frame.time, &persons);
    set_persons(frame.meta(), persons);
}

/** \brief Whether the network looks at a frame with these persons */
bool PoseWorker::take_turn(const std::vector<Person> &persons)
{
    if (std::none_of(persons.begin(), persons.end(), [](const Person &p) { return p.detected; }))
        return false;
    const bool due = until_due_ == 0;
    if (due)
        until_due_ = options_.inference_interval;
    --until_due_;
    return due;
}

PoseWorker::Waiting PoseWorker::input_of(const Frame &frame, std::vector<Person> persons) const
{
    const auto height = static_cast<float>(size_.height);
    const float aspect = static_cast<float>(size_.width) / height;
    const auto longer_side = [&](const Box &box) {
        return std::max(box.width * aspect, box.height);
    };
    const auto is_no_use = [&](const Person &person) {
        return person.id < 0 || !(person.box.width > 0) || !(person.box.height > 0) ||
               longer_side(person.box) * height < static_cast<float>(options_.least_height);
    };
    persons.erase(std::remove_if(persons.begin(), persons.end(), is_no_use), persons.end());
    std::stable_sort(persons.begin(), persons.end(), [&](const Person &a, const Person &b) {
        return longer_side(a.box) > longer_side(b.box);
    });
    if (persons.size() > options_.most)
        persons.resize(options_.most);

    Waiting waiting;
    const MappedFrame mapped(frame.buffer, *frame.info);
    for (const Person &person : persons) {
        const Box square = pose_crop(person.box, aspect);
        waiting.looks.push_back({person.id, person.box, square, {}, frame.time});
        waiting.crops.push_back(to_rgb(mapped.view(), square, estimator_->input_size()));
    }
    return waiting;
}

void PoseWorker::offer(const Frame &frame, Waiting waiting)
{
    if (queue_->offer(std::move(waiting)))
        drop_report_.count_and_post(frame, counts_);
}

void PoseWorker::look(Waiting waiting)
{
    const std::vector<Pose> poses = estimator_->estimate(waiting.crops);
    ++counts_->processed;
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < poses.size(); ++i) {
        Look &seen = waiting.looks[i];
        seen.pose = inside(poses[i], seen.square);
        known_[seen.id] = seen;
    }
}

/** \brief Gives each person the latest keypoints known, and forgets those of long ago */
void PoseWorker::attach(Nanoseconds time, std::vector<Person> *persons)
{
    const std::lock_guard lock(mutex_);
    for (auto one = known_.begin(); one != known_.end();) {
        const bool is_old = std::abs(time - one->second.time) > longest_carried;
        one = is_old ? known_.erase(one) : std::next(one);
    }
    for (Person &person : *persons) {
        const auto found = known_.find(person.id);
        if (found != known_.end())
            person.pose = carried(found->second.pose, found->second.box, person.box);
    }
}

void PoseWorker::drain(FoveaMeta *)
{
    expected_.end();
    if (queue_ != nullptr)
        queue_->finish();
}

void PoseWorker::reset()
{
    if (queue_ != nullptr)
        queue_->cancel();
    known_.clear();
    until_due_ = 0;
}

} // namespace fovea
