// SPDX-License-Identifier: MIT
#include "detect/detector_team.h"

#include <algorithm>
#include <system_error>
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
    threads_.reserve(detectors_.size());
    try {
        for (const auto &detector : detectors_)
            threads_.push_back(
                named_thread("fovea-detect", [this, &detector] { work(*detector); }));
    } catch (const std::system_error &) { // no more are to be had: those that are there look
        detectors_.resize(std::max<std::size_t>(1, threads_.size()));
    }
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

DetectorTeam::Found DetectorTeam::detect(RgbImage image, float threshold)
{
    auto found = std::make_shared<Promised<std::vector<Person>>>();
    Job job = [found, image = std::move(image), threshold](Detector &detector) {
        found->settle([&] { return detector.detect(image, threshold); });
    };
    if (threads_.empty()) {
        job(*detectors_.front());
        return found;
    }
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
