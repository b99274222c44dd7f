// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "fovea/core/background_task.h"
#include "fovea/detect/detector.h"

namespace fovea {

/**
 * \brief A detector and twins of it, each on a thread of its own: several pictures of a file at once
 *
 * A detector without twins, or a team of one, works in the thread that asks, before detect() returns.
 */
class DetectorTeam
{
public:
    /** \param most detectors, 1 or more; there are fewer where no more threads are to be had */
    DetectorTeam(std::shared_ptr<Detector> first, int most);

    /** Pictures that wait are dropped */
    ~DetectorTeam();
    DetectorTeam(const DetectorTeam &) = delete;
    DetectorTeam &operator=(const DetectorTeam &) = delete;

    using Found = std::shared_ptr<Promised<std::vector<Person>>>;

    /** \return Detector::detect, or what it threw */
    Found detect(RgbImage image, float threshold);

    /** \brief Pictures that wait are not looked at any more: nobody may ask for what is in them */
    void forget_waiting();

    /** \brief Pictures that are worked on at the same time; 1: in the thread that asks */
    std::size_t size() const { return detectors_.size(); }

private:
    using Job = std::function<void(Detector &)>;

    void work(Detector &detector);

    std::vector<std::shared_ptr<Detector>> detectors_;
    std::mutex mutex_; ///< guards what follows, but for the threads
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    bool stopping_ = false;
    std::vector<std::thread> threads_; ///< last: they use the members above
};

} // namespace fovea
