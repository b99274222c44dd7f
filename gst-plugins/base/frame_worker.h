// SPDX-License-Identifier: MIT
#pragma once

#include <gst/gst.h>
#include <gst/video/video.h>

#include "fovea/core/time.h"
#include "meta/foveameta.h"

namespace fovea {

/** \brief The frame in hand: its metadata may be changed, its pixels only by elements that draw */
struct Frame {
    GstElement *element = nullptr;
    GstBuffer *buffer = nullptr;
    const GstVideoInfo *info = nullptr;
    Nanoseconds time = 0;     ///< stream time
    Nanoseconds duration = 0; ///< of the buffer, else as measured from the last stamps, else 0
    double rate = 0;          ///< frames a second as measured so far; 0: not known

    FoveaMeta *meta() const { return fovea_meta_ensure(buffer); }
};

/**
 * \brief What an element does, in plain C++. Everything may throw; the base turns it into an error
 * on the bus
 *
 * Called from the streaming thread only, one call at a time.
 */
class FrameWorker
{
public:
    virtual ~FrameWorker() = default;

    /** \brief Caps are set or change; before the first frame */
    virtual void configure(const GstVideoInfo &) {}

    /**
     * \brief Each frame in its turn, ahead of process(): where work on it may begin beside the stream
     */
    virtual void foresee(const Frame & /*frame*/) {}

    /**
     * \brief Whether process() of the oldest foreseen frame had better wait for the next to be foreseen;
     * never asked for in vain: an event that must not overtake frames ends it
     */
    virtual bool can_wait() { return false; }

    virtual void process(const Frame &frame) = 0;

    /**
     * \brief Instead of process() where the class gives output caps: draw the frame that goes on
     * \param in only to be read, its metadata too
     * \param out carries a copy of in's metadata, but for ROI metas
     */
    virtual void render(const Frame & /*in*/, const Frame & /*out*/) {}

    /**
     * \brief Rows and activities that elements upstream finished after the last frame
     * \param out what this element makes of them, sent on behind \a late
     */
    virtual void receive(const FoveaMeta & /*late*/, FoveaMeta * /*out*/) {}

    /** \brief Tags of the stream */
    virtual void learn(const GstTagList & /*tags*/) {}

    /** \brief End of stream, or of a segment that is played in a loop: finish what is pending into \a out */
    virtual void drain(FoveaMeta * /*out*/) {}

    /** \brief Another stream begins behind frames; \param drained the one before has ended with drain() */
    virtual void next_stream(FoveaMeta *out, bool drained)
    {
        if (!drained)
            drain(out);
        reset();
    }

    /** \brief Flush: back to the state before the first frame */
    virtual void reset() {}

    /**
     * \brief A new segment, or a buffer flagged so and far behind the one before, after a lost connection
     * for example: what spans it is dropped. Jumps of the stamps alone are for the worker to see (FrameClock)
     */
    virtual void discontinuity() { reset(); }
};

} // namespace fovea
