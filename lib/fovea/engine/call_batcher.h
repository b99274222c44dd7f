// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "fovea/engine/batching_extractor.h"

namespace fovea {

/** \brief The queue behind the handles of one BatchingExtractor */
class CallBatcher
{
public:
    CallBatcher(std::unique_ptr<FeatureExtractor> extractor, const BatchingOptions &options)
        : extractor_(std::move(extractor)), options_(options)
    {
    }

    /** \brief Rows of clips, alone or with those of others */
    Array rows(const Array &clips);

    /** \brief Runs \a work when its turn comes; nothing of the extractor runs meanwhile */
    void run(const std::function<void()> &work);

    /** \brief Calls that came and do not run yet */
    std::size_t waiting();

    void add_user();
    void remove_user();

    FeatureExtractor &extractor() { return *extractor_; }

private:
    struct Call {
        const Array *clips = nullptr; ///< null: work
        Array rows;
        std::function<void()> work;
        std::exception_ptr error;
        bool done = false;
    };

    using Calls = std::vector<Call *>;

    void wait_for(Call &call);
    bool worth_waiting() const;
    Calls take_batch();
    void execute(const Calls &calls);
    void execute_alone(Call &call);
    void execute_together(const Calls &calls);

    const std::unique_ptr<FeatureExtractor> extractor_;
    const BatchingOptions options_;
    std::mutex mutex_; ///< guards what follows
    std::condition_variable changed_;
    std::deque<Call *> queue_; ///< first come, first served
    bool busy_ = false;        ///< one of them runs, or waits for company
    int users_ = 0;
};

} // namespace fovea
