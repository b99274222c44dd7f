// SPDX-License-Identifier: MIT
#pragma once

#include <gst/gst.h>

#include "media/chain.h"

namespace fovea {

/**
 * \brief A new element with its properties set; strings are taken as they are, so any file name is
 * safe
 * \return floating
 * \throw Error Init when the element is not installed, Settings for an unknown property or value
 */
GstElement *make_element(const Stage &stage);

/** \brief The ends of a chain that was added to a bin, which owns them */
struct ChainEnds {
    GstElement *first = nullptr;
    GstElement *last = nullptr;
};

/** \brief Adds the elements of \a chain to \a bin, linked. \throw Error as make_element */
ChainEnds add_chain(GstBin *bin, const Chain &chain);

} // namespace fovea
