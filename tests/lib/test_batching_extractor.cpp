// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/engine/batching_extractor.h"

namespace {

using fovea::Array;
using fovea::BatchingExtractor;
using fovea::BatchingOptions;

/** A row of a clip is its first value; runs only while the gate is open, and remembers batches */
class GatedExtractor final : public fovea::FeatureExtractor
{
public:
    Array rows(const Array &clips) override
    {
        std::unique_lock lock(mutex_);
        batches_.push_back(clips.shape[0]);
        order_.push_back(clips.values.front());
        running_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
        running_ = false;
        const std::size_t clip = clips.values.size() / static_cast<std::size_t>(clips.shape[0]);
        Array rows({clips.shape[0], 1, 1});
        for (std::size_t i = 0; i < rows.values.size(); ++i) {
            if (clips.values[i * clip] < 0)
                throw fovea::Error(fovea::Error::Kind::Settings, "a clip below zero");
            rows.values[i] = clips.values[i * clip];
        }
        return rows;
    }

    std::int64_t channels() const override { return 1; }

    std::int64_t rows_of(std::int64_t) const override { return 1; }

    std::string runtime() const override { return "gated"; }

    void set_open(bool open)
    {
        const std::lock_guard lock(mutex_);
        open_ = open;
        changed_.notify_all();
    }

    void wait_until_running()
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return running_; });
    }

    std::vector<std::int64_t> batches()
    {
        const std::lock_guard lock(mutex_);
        return batches_;
    }

    std::vector<float> order()
    {
        const std::lock_guard lock(mutex_);
        return order_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = true;
    bool running_ = false;
    std::vector<std::int64_t> batches_;
    std::vector<float> order_; ///< first values
};

Array clip_of(float value, std::int64_t clips = 1, std::int64_t size = 2)
{
    Array clip({clips, 3, 1, size, size});
    std::fill(clip.values.begin(), clip.values.end(), value);
    return clip;
}

constexpr BatchingOptions eager = {/*clips=*/16, std::chrono::microseconds(0)};

struct Shared {
    explicit Shared(const BatchingOptions &options)
    {
        auto owned = std::make_unique<GatedExtractor>();
        gated = owned.get();
        handle = std::make_shared<BatchingExtractor>(std::move(owned), options);
    }

    GatedExtractor *gated;
    std::shared_ptr<BatchingExtractor> handle;
};

void wait_until_waiting(const Shared &shared, std::size_t calls)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (shared.handle->waiting() < calls && std::chrono::steady_clock::now() < end)
        std::this_thread::yield();
    EXPECT_EQ(shared.handle->waiting(), calls);
}

/** \brief What calls give that came one after the other while the first of them ran */
std::vector<Array> rows_while_busy(const Shared &shared, const std::vector<Array> &clips,
                                   const std::vector<std::shared_ptr<BatchingExtractor>> &by)
{
    shared.gated->set_open(false);
    std::vector<std::thread> threads;
    std::vector<Array> rows(clips.size());
    for (std::size_t i = 0; i < clips.size(); ++i) {
        threads.emplace_back([&, i] { rows[i] = by[i]->rows(clips[i]); });
        if (i == 0)
            shared.gated->wait_until_running();
        wait_until_waiting(shared, i); // in the queue, in this order
    }
    shared.gated->set_open(true);
    for (std::thread &thread : threads)
        thread.join();
    return rows;
}

/** \brief A handle for each of \a count calls */
std::vector<std::shared_ptr<BatchingExtractor>> handles_of(const Shared &shared, std::size_t count)
{
    std::vector<std::shared_ptr<BatchingExtractor>> handles = {shared.handle};
    while (handles.size() < count)
        handles.push_back(shared.handle->join());
    return handles;
}

TEST(BatchingExtractor, RunsWhatWaitsTogetherAsOneBatchAndGivesEachItsOwn)
{
    Shared shared(eager);
    const std::vector<Array> clips = {clip_of(1), clip_of(2, 2), clip_of(3), clip_of(4, 3)};
    const auto rows = rows_while_busy(shared, clips, handles_of(shared, clips.size()));
    EXPECT_EQ(shared.gated->batches(), (std::vector<std::int64_t>{1, 6}));
    for (std::size_t i = 0; i < clips.size(); ++i) {
        ASSERT_EQ(rows[i].shape[0], clips[i].shape[0]);
        for (const float value : rows[i].values)
            EXPECT_EQ(value, static_cast<float>(i + 1));
    }
}

TEST(BatchingExtractor, KeepsABatchWithinItsBoundAndSizesApartInOrder)
{
    Shared shared({/*clips=*/4, std::chrono::microseconds(0)});
    const std::vector<Array> clips = {clip_of(1), clip_of(2, 3), clip_of(3, 1, 4), clip_of(4, 2),
                                      clip_of(5)};
    rows_while_busy(shared, clips, handles_of(shared, clips.size()));
    // 3 and the last 1 fit together; the larger picture comes next, then the 2 that did not fit
    EXPECT_EQ(shared.gated->batches(), (std::vector<std::int64_t>{1, 4, 1, 2}));
}

TEST(BatchingExtractor, DoesNotWaitForAStreamThatDoesNotCall)
{
    Shared shared({/*clips=*/16, std::chrono::milliseconds(50)});
    const auto silent = shared.handle->join();
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(shared.handle->rows(clip_of(7)).values.front(), 7);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(BatchingExtractor, WaitsForNobodyWhenItIsAlone)
{
    Shared shared({/*clips=*/16, std::chrono::hours(1)});
    shared.handle->join().reset(); // came and went
    EXPECT_EQ(shared.handle->rows(clip_of(7)).values.front(), 7);
}

TEST(BatchingExtractor, LetsACallThatFailsFailAlone)
{
    Shared shared(eager);
    shared.gated->set_open(false);
    const auto bad = shared.handle->join();
    const auto good = shared.handle->join();
    std::atomic<bool> failed = false;
    Array rows;
    std::vector<std::thread> threads;
    threads.emplace_back([&] { shared.handle->rows(clip_of(1)); });
    shared.gated->wait_until_running();
    threads.emplace_back([&] {
        try {
            bad->rows(clip_of(-1));
        } catch (const fovea::Error &) {
            failed = true;
        }
    });
    threads.emplace_back([&] { rows = good->rows(clip_of(3)); });
    wait_until_waiting(shared, 2);
    shared.gated->set_open(true);
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_TRUE(failed);
    EXPECT_EQ(rows.values, std::vector<float>{3});
}

TEST(BatchingExtractor, ServesCallersInTheOrderInWhichTheyCame)
{
    Shared shared({/*clips=*/1, std::chrono::microseconds(0)}); // nothing fits together
    const std::vector<Array> clips = {clip_of(1), clip_of(2), clip_of(3), clip_of(4)};
    const auto other = shared.handle->join();
    const std::vector<std::shared_ptr<BatchingExtractor>> handles = {shared.handle, other,
                                                                     shared.handle, other};
    rows_while_busy(shared, clips, handles);
    EXPECT_EQ(shared.gated->order(), (std::vector<float>{1, 2, 3, 4}));
}

} // namespace
