// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include <gst/gst.h>

#include "media/chain.h"

namespace fovea {

/**
 * \brief Loads the plugin of Fovea's elements: one thread at a time loads libraries, and where a decoder's come before,
 * that takes long
 */
void load_fovea_elements();

/** \brief Strings are taken as they are \throw Error Settings for an unknown property or value */
void set_property(GstElement *element, const std::string &name, const std::string &value);

/**
 * \brief A new element with its properties set; strings are taken as they are, so any file name is
 * safe
 * \return floating
 * \throw Error Init when the element is not installed, Settings for an unknown property or value
 */
GstElement *make_element(const Stage &stage);

/** \brief As a cover beside the video is; so is Motion JPEG, which is the video where nothing else is */
bool is_coded_as_pictures(const GstCaps *caps);

/** \brief The ends of a chain that was added to a bin, which owns them */
struct ChainEnds {
    GstElement *first = nullptr;
    GstElement *last = nullptr;
};

/**
 * \brief Adds the elements of \a chain to \a bin, linked
 * \param make gives each, floating
 * \throw Error as \a make; Init where one does not link to the next
 */
ChainEnds add_chain(GstBin *bin, const Chain &chain,
                    const std::function<GstElement *(const Stage &)> &make = make_element);

} // namespace fovea
