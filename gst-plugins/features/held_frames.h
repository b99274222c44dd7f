// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "base/frame_worker.h"
#include "features/region_clips.h"

namespace fovea {

/** \brief Keeps frames beyond their turn in the stream, and counts what they take */
class HeldFrames
{
public:
    /** \brief A reference to the frame's buffer, counted wherever it waits until it is let go */
    HeldFrame hold(const Frame &frame, std::shared_ptr<const GstVideoInfo> info) const;

    /** \throw Error Settings naming focus-memory where what is held takes more than \a limit MiB */
    void check(const Frame &frame, int limit) const;

private:
    using Bytes = std::atomic<std::size_t>;

    std::shared_ptr<Bytes> bytes_ = std::make_shared<Bytes>(0); ///< frames outlive the worker
};

} // namespace fovea
