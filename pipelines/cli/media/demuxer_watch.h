// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <thread>

#include <gst/gst.h>

#include "fovea/core/stop_flag.h"

namespace fovea {

/**
 * \brief Tells what GStreamer 1.22 loses of a file without streams
 *
 * decodebin hears no error of an element while it adds it. A demuxer that comes to the end of a short file, or to what it
 * cannot read, before that is over stops without a word, and who looks into the file waits. While this lives, one that
 * gives no stream and reads no more is an error of the pipeline.
 */
class DemuxerWatch
{
public:
    /** \param source in the pipeline, or soon */
    explicit DemuxerWatch(GstElement *source);
    ~DemuxerWatch();
    DemuxerWatch(const DemuxerWatch &) = delete;
    DemuxerWatch &operator=(const DemuxerWatch &) = delete;

private:
    void look() const;

    std::unique_ptr<GstElement, void (*)(gpointer)> source_;
    StopFlag over_;
    std::thread thread_;
};

} // namespace fovea
