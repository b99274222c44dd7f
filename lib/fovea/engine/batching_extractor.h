// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>

#include "fovea/engine/feature_extractor.h"

namespace fovea {

class CallBatcher;

struct BatchingOptions {
    /** Clips of one run; more are no faster */
    std::int64_t clips = 16;

    /** What the first call waits for others, where others are expected: a tenth of a small run */
    std::chrono::microseconds wait = std::chrono::milliseconds(2);
};

/**
 * \brief One extractor for several streams, each with a handle of its own
 *
 * Calls run in the order in which they came. Those that wait at the same time with clips of one
 * size run as one batch, up to BatchingOptions::clips. Nobody waits for a stream that does not
 * call: the wait for company is bounded, and ends early once all handles wait. A call that fails
 * fails alone. Thread-safe; one call at a time a handle.
 */
class BatchingExtractor final : public FeatureExtractor
{
public:
    /** \brief The first handle */
    BatchingExtractor(std::unique_ptr<FeatureExtractor> extractor, const BatchingOptions &options);
    ~BatchingExtractor() override;
    BatchingExtractor(const BatchingExtractor &) = delete;
    BatchingExtractor &operator=(const BatchingExtractor &) = delete;

    /** \brief A handle for one more stream */
    std::shared_ptr<BatchingExtractor> join() const;

    Array rows(const Array &clips) override;

    std::int64_t channels() const override;

    std::int64_t rows_of(std::int64_t frames) const override;

    std::int64_t frames_per_row() const override;

    /** \brief A stream whose steps take turns with all other calls; they are not batched */
    std::unique_ptr<FeatureStream> open_stream(const StreamOptions &options) override;

    std::string runtime() const override;

    /** \brief Calls of all handles that came and do not run yet: for tests */
    std::size_t waiting() const;

private:
    explicit BatchingExtractor(std::shared_ptr<CallBatcher> batcher);

    std::shared_ptr<CallBatcher> batcher_;
};

} // namespace fovea
