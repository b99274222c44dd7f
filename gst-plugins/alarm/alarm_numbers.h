// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include <gst/gst.h>

namespace fovea {

/**
 * \brief Counts the alarms of a pipeline, from 1, for all foveaalarm in it: their lines go to one receiver
 *
 * It goes on for as long as the pipeline lives, over its stops and starts.
 */
class AlarmNumbers
{
public:
    /** \param element in its pipeline by now; one without counts for itself */
    explicit AlarmNumbers(GstElement *element);

    /** \brief From any thread */
    std::uint64_t next() { return ++*last_; }

private:
    std::shared_ptr<std::atomic<std::uint64_t>> last_;
};

} // namespace fovea
