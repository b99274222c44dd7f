// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <gst/gst.h>

#include "fovea/core/errors.h"
#include "fovea/core/stop_flag.h"

namespace fovea {

/** \brief The threads of a camera are not to be had; others may end */
struct NoThreads final : Error {
    explicit NoThreads(const std::string &what) : Error(Kind::Init, what) {}
};

/**
 * \brief Brings a pipeline up, down, and gives it up, on a thread of its own: each hangs where a source does, as on a
 * network's files, or where GStreamer got no thread
 *
 * The thread is there from the start: to end, a pipeline needs none. A change that fails is an error on the bus; what
 * an element says of why stands before it.
 */
class PipelineThread
{
public:
    /** \brief The pipeline comes up \throw NoThreads where those of a camera are not to be had */
    explicit PipelineThread(GstElement *pipeline);

    /** \brief The pipeline ends, if it did not; it is not waited for */
    ~PipelineThread();

    PipelineThread(const PipelineThread &) = delete;
    PipelineThread &operator=(const PipelineThread &) = delete;

    /**
     * \brief The pipeline goes down, once it came up, and is given up
     *
     * Not before the main loop has a round: a message of the pipeline's that is dispatched has its elements.
     * \param pipeline the caller's reference
     */
    void end(GstElement *pipeline);

    /** \brief end() waits for no round of the main loop, of which there may be none */
    void hurry() { course_->ending.stop(); }

    /** \brief Stopped once the pipeline came up, or could not */
    const StopFlag &has_begun() const { return course_->begun; }

    /** \brief Stopped once nothing of the pipeline is there any more, or somebody else held it for 5 s more */
    const StopFlag &is_gone() const { return course_->gone; }

private:
    struct Course {
        StopFlag begun, ending, gone;
    };

    std::shared_ptr<Course> course_;
};

/**
 * \brief Where a task of GStreamer's got no thread, it begins now, if there is one by now: until then it does not end
 * either, and what waits for its end
 */
void begin_waiting_tasks();

} // namespace fovea
