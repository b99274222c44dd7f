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
    /**
     * \brief The frame as it is now, counted wherever it waits until it is let go: its memory, with the
     * metadata of its own, as other threads read it while the stream's goes on to add to the frame
     */
    HeldFrame hold(const Frame &frame, std::shared_ptr<const GstVideoInfo> info) const;

    /** \throw Error Settings naming focus-memory where what is held takes more than \a limit MiB */
    void check(const Frame &frame, int limit) const;

private:
    using Bytes = std::atomic<std::size_t>;

    std::shared_ptr<Bytes> bytes_ = std::make_shared<Bytes>(0); ///< frames outlive the worker
};

} // namespace fovea
