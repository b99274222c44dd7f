// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <ATen/ATen.h>

#include "fovea/train/data/batch_loader.h"

namespace fovea {

/** \brief The batches of a loader on the device that trains; of a GPU the next is copied while one is at work */
class DeviceBatches
{
public:
    /** \param loader at the start of an epoch; of a GPU one that pins its memory. Must outlive this */
    DeviceBatches(BatchLoader &loader, at::Device device) : loader_(loader), device_(device) {}

    /** \brief As BatchLoader::next() */
    std::optional<Batch> next()
    {
        if (device_.is_cpu())
            return loader_.next();
        std::optional<Batch> batch = has_begun_ ? std::move(ahead_) : fetch();
        has_begun_ = true;
        ahead_ = fetch();
        return batch;
    }

private:
    std::optional<Batch> fetch()
    {
        const std::optional<Batch> batch = loader_.next();
        if (!batch)
            return std::nullopt;
        return batch->to(device_);
    }

    BatchLoader &loader_;
    at::Device device_;
    bool has_begun_ = false;
    std::optional<Batch> ahead_;
};

} // namespace fovea
