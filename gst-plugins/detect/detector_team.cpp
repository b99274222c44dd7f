// SPDX-License-Identifier: MIT
#include "detect/detector_team.h"

#include <utility>

#include "fovea/core/named_thread.h"

namespace fovea {

DetectorTeam::DetectorTeam(std::shared_ptr<Detector> first, int most)
{
    detectors_.push_back(std::move(first));
    while (static_cast<int>(detectors_.size()) < most) {
        std::shared_ptr<Detector> twin = detectors_.front()->twin();
        if (twin == nullptr)
            return;
        detectors_.push_back(std::move(twin));
    }
    if (detectors_.size() == 1)
        return;
    for (const auto &detector : detectors_)
        threads_.push_back(named_thread("fovea-detect", [this, &detector] { work(*detector); }));
}

DetectorTeam::~DetectorTeam()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread &thread : threads_)
        thread.join();
}

std::future<std::vector<Person>> DetectorTeam::detect(RgbImage image, float threshold)
{
    if (threads_.empty())
        return std::async(std::launch::deferred,
                          [detector = detectors_.front(), image = std::move(image), threshold] {
                              return detector->detect(image, threshold);
                          });
    Job job([image = std::move(image), threshold](Detector &detector) {
        return detector.detect(image, threshold);
    });
    std::future<std::vector<Person>> found = job.get_future();
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    changed_.notify_one();
    return found;
}

void DetectorTeam::forget_waiting()
{
    const std::lock_guard lock(mutex_);
    jobs_.clear();
}

void DetectorTeam::work(Detector &detector)
{
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (stopping_)
            return;
        Job job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job(detector);
        lock.lock();
    }
}

} // namespace fovea
