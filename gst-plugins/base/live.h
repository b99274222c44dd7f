// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include <gst/gst.h>

#include "base/enums.h"
#include "base/frame_worker.h"

namespace fovea {

/** \brief Whether a LATENCY query says that the source is live; false where nobody answers */
bool upstream_is_live(GstElement *element);

/** \brief What the `leaky` property means for this stream; asks upstream for Leaky::Auto */
bool skips_work(Leaky leaky, GstElement *element);

/** \brief Work done and skipped, in frames or timesteps; written and read by any thread */
struct WorkCounts {
    std::atomic<std::uint64_t> processed = 0;
    std::atomic<std::uint64_t> dropped = 0;

    void reset() { processed = dropped = 0; }
};

/** \brief (transfer full) The `stats` property: processed and dropped, both uint64 */
GstStructure *stats_of(const WorkCounts &counts);

/** \brief Counts skipped work, and tells the bus about it with QoS messages, at most one a second */
class DropReport
{
public:
    /** \brief Work for \a frame is dropped: counts it, and posts where a second has passed since the last message */
    void count_and_post(const Frame &frame, WorkCounts *counts);

private:
    static constexpr gint64 interval_us = G_USEC_PER_SEC;

    gint64 next_us_ = 0;
};

} // namespace fovea
