// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <gst/gst.h>

#include "media/chain.h"

namespace fovea {

class EarlyElements;

/** \brief Strings are taken as they are \throw Error Settings for an unknown property or value */
void set_property(GstElement *element, const std::string &name, const std::string &value);

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

/**
 * \brief Adds the elements of \a chain to \a bin, linked
 * \param early may be null; what it has is taken in place of new elements
 * \throw Error as make_element
 */
ChainEnds add_chain(GstBin *bin, const Chain &chain, EarlyElements *early = nullptr);

} // namespace fovea
