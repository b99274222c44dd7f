// SPDX-License-Identifier: MIT
#pragma once

#include <gst/gst.h>

namespace fovea {

/**
 * \brief What a camera may send before its stream is an error: one camera must not take the memory of all
 */
struct StreamLimits {
    /** Of a picture, twice 8K; a JPEG of 3 MB may be of 30000 x 30000 */
    gint64 most_pixels = gint64{8192} * 8192;
    gint64 most_bytes =
        64 << 20; ///< without a picture among them; as JPEG hardly any of most_pixels is longer
};

/**
 * \brief Ends what is beyond with an error of \a parse, before a decoder takes memory for it
 * \param parse takes what the source gives. \param encoded takes the pictures that were found in it
 * \param decode a bin to which decoders are added
 */
void limit_stream(GstElement *parse, GstElement *encoded, GstElement *decode,
                  const StreamLimits &limits = {});

} // namespace fovea
