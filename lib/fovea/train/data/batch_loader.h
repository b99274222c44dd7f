// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "fovea/core/background_task.h"
#include "fovea/train/data/sample_source.h"

namespace fovea {

/** \brief Samples stacked; those of another shape than the first stand in a stack of their own */
struct Batch {
    std::vector<at::Tensor> inputs;       ///< each [n, ...]
    std::vector<at::Tensor> targets;      ///< of each stack, int64 [n]
    std::vector<at::Tensor> labels;       ///< likewise, [n, classes, T]; undefined: one label each
    std::vector<at::Tensor> video_labels; ///< likewise, [n, classes]; undefined: not said
    std::vector<at::Tensor> overlaps;     ///< likewise, float [n]
    std::int64_t first = 0;  ///< place of its first sample in the batch that all processes have
    std::int64_t of_all = 0; ///< samples of that batch

    std::int64_t size() const;

    /** \brief Copied there; from pinned memory to a GPU the copy goes on behind the return */
    Batch to(at::Device device) const;
};

/** \brief Of every batch, part \a index of \a count as equal ones as can be; in every one a sample */
struct SampleShare {
    int index = 0;
    int count = 1;
};

/**
 * \brief Makes the batches of an epoch ahead of their use: memory holds ahead + 1 of them
 *
 * A last sample that would be alone joins the batch before, since batch normalisation needs more than
 * one; so do last samples that are fewer than the shares.
 */
class BatchLoader
{
public:
    /**
     * \param pinned into memory that a GPU copies from while the program goes on
     * \throw Error Settings for more shares than a batch has samples
     */
    BatchLoader(const SampleSource &source, int batch_size, int ahead, bool pinned = false,
                const SampleShare &share = {});

    /**
     * \brief Loading starts at an epoch's first batch; what was under way is waited for
     * \throw Error Settings for more shares than samples
     */
    void begin(std::int64_t epoch);

    std::int64_t batches() const;

    /** \brief The next batch in order; none at the end. \throw what the source threw */
    std::optional<Batch> next();

private:
    std::size_t least_size() const;
    std::size_t next_size() const;
    void start_one();

    const SampleSource &source_;
    std::size_t batch_size_;
    std::size_t ahead_;
    bool pinned_;
    SampleShare share_;
    std::int64_t epoch_ = 0;
    std::vector<std::size_t> order_;
    std::size_t started_ = 0; ///< samples in batches that are made or under way
    std::deque<BackgroundTask<Batch>> under_way_;
};

} // namespace fovea
