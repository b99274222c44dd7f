// SPDX-License-Identifier: MIT
#pragma once

#include <numeric>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "fovea/train/data/sample_source.h"

namespace fovea {

/** \brief Samples in memory, always in the same order; as views in evaluation */
class MemorySamples final : public SampleSource
{
public:
    MemorySamples(std::vector<Sample> samples, bool as_views)
        : samples_(std::move(samples)), as_views_(as_views)
    {
    }

    std::vector<std::size_t> order(std::int64_t) const override
    {
        std::vector<std::size_t> order(samples_.size());
        std::iota(order.begin(), order.end(), 0);
        return order;
    }

    Sample sample(std::size_t index, std::int64_t) const override
    {
        const Sample &one = samples_[index];
        return {as_views_ ? one.input.unsqueeze(0) : one.input, one.target, one.labels,
                one.overlap};
    }

private:
    std::vector<Sample> samples_;
    bool as_views_;
};

} // namespace fovea
