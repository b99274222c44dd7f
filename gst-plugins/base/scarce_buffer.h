// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <gst/gst.h>

namespace fovea {

/**
 * \brief Which buffers are of a pool with a limit: whoever holds one may keep upstream from making the next
 *
 * Such are those of decoders in hardware and of programs that bring a few frames round and round. How many upstream can
 * do without is not known: decoders refer to some.
 */
class ScarceBuffers
{
public:
    /** \brief Whether \a buffer, or what it is a part of, is one; a pool is asked once, and held */
    bool has(GstBuffer *buffer);

    /** \brief New caps, with which a pool may have another limit, or the end */
    void forget() { pool_.reset(); }

private:
    std::unique_ptr<GstBufferPool, decltype(&gst_object_unref)> pool_{nullptr, gst_object_unref};
    bool has_limit_ = false; ///< pool_
};

} // namespace fovea
