// SPDX-License-Identifier: MIT
#include "fovea/engine/batching_extractor.h"

#include <utility>

#include "fovea/engine/call_batcher.h"

namespace fovea {

namespace {

/** A stream of the shared network that waits for its turn at every step */
class TurnTakingStream final : public FeatureStream
{
public:
    TurnTakingStream(std::shared_ptr<CallBatcher> batcher, std::unique_ptr<FeatureStream> stream)
        : batcher_(std::move(batcher)), stream_(std::move(stream))
    {
    }

    Array push(const Array &frames) override
    {
        Array rows;
        batcher_->run([&] { rows = stream_->push(frames); });
        return rows;
    }

    Array finish() override
    {
        Array rows;
        batcher_->run([&] { rows = stream_->finish(); });
        return rows;
    }

    void reset(std::int64_t frames) override { stream_->reset(frames); }

    std::int64_t frames_per_row() const override { return stream_->frames_per_row(); }

    std::int64_t look_ahead() const override { return stream_->look_ahead(); }

private:
    std::shared_ptr<CallBatcher> batcher_;
    std::unique_ptr<FeatureStream> stream_;
};

} // namespace

BatchingExtractor::BatchingExtractor(std::unique_ptr<FeatureExtractor> extractor,
                                     const BatchingOptions &options)
    : BatchingExtractor(std::make_shared<CallBatcher>(std::move(extractor), options))
{
}

BatchingExtractor::BatchingExtractor(std::shared_ptr<CallBatcher> batcher)
    : batcher_(std::move(batcher))
{
    batcher_->add_user();
}

BatchingExtractor::~BatchingExtractor()
{
    batcher_->remove_user();
}

std::shared_ptr<BatchingExtractor> BatchingExtractor::join() const
{
    return std::shared_ptr<BatchingExtractor>(new BatchingExtractor(batcher_));
}

Array BatchingExtractor::rows(const Array &clips)
{
    return batcher_->rows(clips);
}

std::int64_t BatchingExtractor::channels() const
{
    return batcher_->extractor().channels();
}

std::int64_t BatchingExtractor::rows_of(std::int64_t frames) const
{
    return batcher_->extractor().rows_of(frames);
}

std::int64_t BatchingExtractor::frames_per_row() const
{
    return batcher_->extractor().frames_per_row();
}

std::unique_ptr<FeatureStream> BatchingExtractor::open_stream(const StreamOptions &options)
{
    return std::make_unique<TurnTakingStream>(batcher_, batcher_->extractor().open_stream(options));
}

std::size_t BatchingExtractor::waiting() const
{
    return batcher_->waiting();
}

std::string BatchingExtractor::runtime() const
{
    return batcher_->extractor().runtime();
}

} // namespace fovea
