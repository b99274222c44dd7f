// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <optional>
#include <vector>

#include <gst/gst.h>

#include "fovea/core/time.h"

namespace fovea {

/** \return whether \a query asks for an element of \a element's kind: then its answer is TRUE */
bool asks_for(GstQuery *query, GstElement *element);

/** \return whether an element called \a maker, such as foveaattention, is upstream of \a element */
bool is_upstream(GstElement *element, const char *maker);

/**
 * \brief Warns once on the bus where what an element works on does not come, and nothing upstream makes it
 *
 * Nobody upstream may know of the maker: an application may hand over buffers from another pipeline.
 * So it is a matter of time: at the end of the stream, or after a minute of one that has no end.
 */
class ExpectedInput
{
public:
    /** \brief Until a stream without an end is warned of */
    static constexpr Nanoseconds patience = 60 * nanoseconds_per_second;

    /** \param what such as "activity" \param makers elements that make it \param hint behind all else */
    ExpectedInput(GstElement *element, const char *what, std::initializer_list<const char *> makers,
                  const char *hint = "")
        : element_(element), what_(what), makers_(makers), hint_(hint)
    {
    }

    /** \param time of a frame, stream time */
    void see_frame(Nanoseconds time);

    /** \brief It has come. */
    void see() { is_settled_ = true; }

    /** \brief The stream ends. */
    void end();

    bool has_warned() const { return has_warned_; }

private:
    void warn_unless_made();

    GstElement *element_;
    const char *what_;
    std::vector<const char *> makers_;
    const char *hint_;
    bool is_settled_ = false; ///< it has come, or was asked for upstream
    bool has_warned_ = false;
    std::optional<Nanoseconds> first_;
};

} // namespace fovea
