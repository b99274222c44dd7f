// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <vector>

#include <gst/gst.h>

#include "media/chain.h"

namespace fovea {

/**
 * \brief Elements that load their networks before the pipeline that takes them is known
 *
 * They are in PAUSED, where what networks are made by cannot be changed any more. Thread-safe.
 */
class EarlyElements
{
public:
    /** \brief Of \a stages those that start: whoever needs the others says what is wrong with them */
    explicit EarlyElements(const std::vector<Stage> &stages);
    ~EarlyElements();
    EarlyElements(const EarlyElements &) = delete;
    EarlyElements &operator=(const EarlyElements &) = delete;

    /**
     * \brief One that is as \a stage says, but for properties that can be set while an element plays: those are set
     * \return floating; null where there is none \throw Error as set_property()
     */
    GstElement *take(const Stage &stage);

    /** \brief Those that nobody took lose their networks */
    void clear();

private:
    struct Started {
        Stage stage;
        GstElement *element = nullptr; ///< owned
    };

    std::mutex mutex_; ///< guards what follows
    std::vector<Started> elements_;
};

} // namespace fovea
