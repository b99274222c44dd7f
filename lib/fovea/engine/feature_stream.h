// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "fovea/core/array.h"

namespace fovea {

struct StreamOptions {
    std::int64_t streams = 1; ///< regions that go side by side, N
    std::int64_t height = 0;  ///< pixels
    std::int64_t width = 0;   ///< pixels
    std::int64_t frames = 0;  ///< of the whole stream; 0: not known
    std::int64_t step = 0;    ///< frames computed at once; 0: those of one row
};

/**
 * \brief Feature rows of streams of any length: each frame is computed once, memory is constant
 *
 * The rows are those of the whole stream as one clip, first and last ones included: each layer
 * keeps the few frames its kernel reaches back to, and zeros stand before the first frame and after
 * the last only. Where the length is not known, the rows equal those of a clip whose length the
 * network's temporal stride divides; at another length the last ones differ as SAME padding does.
 */
class FeatureStream
{
public:
    virtual ~FeatureStream() = default;

    /**
     * \param frames float [N, 3, F, H, W], any F, normalised as the bundle's card says
     * \return the rows that are final by now and were not returned before, [N, rows, C]
     * \throw Error Settings for another shape, and after finish()
     */
    virtual Array push(const Array &frames) = 0;

    /**
     * \brief The stream has ended \return the rows still missing
     * \throw Error Settings when it was announced with another length
     */
    virtual Array finish() = 0;

    /** \brief Forgets all: the next frame is a first one \param frames as StreamOptions */
    virtual void reset(std::int64_t frames = 0) = 0;

    /** \brief Frames of one row: the network's temporal stride */
    virtual std::int64_t frames_per_row() const = 0;

    /** \brief Frames behind a row's own that must be seen before it is final */
    virtual std::int64_t look_ahead() const = 0;
};

} // namespace fovea
