// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "features/region_clips.h"
#include "fovea/engine/feature_extractor.h"

namespace fovea {

/**
 * \brief Frames as they come and their regions -> feature rows, each frame computed once
 *
 * A row is that of the whole stream as one clip, and comes when the frames behind it that it sees
 * are there. One instance serves one thread; memory does not grow.
 */
class StreamFeatures
{
public:
    /** \param extractor one that has streams */
    StreamFeatures(std::shared_ptr<FeatureExtractor> extractor, const ActivityCard &card,
                   const EngineOptions &engine);

    /**
     * \param frames of one row. Regions are those on the last of them; where their number changes
     * the stream ends and another begins
     * \return the rows that are final by now, in order
     */
    std::vector<RowPointer> push(const std::vector<HeldFrame> &frames);

    /** \brief The stream has ended \return the rows still missing */
    std::vector<RowPointer> finish();

    /** \brief The stream jumped: rows that are not final are never made; numbers go on */
    void restart();

private:
    struct Timestep {
        TimeSpan time;
        std::vector<Region> regions;
        FoveaFrameCounts frames;
    };

    void open(std::size_t regions);
    std::vector<RowPointer> take(const Array &features);

    std::shared_ptr<FeatureExtractor> extractor_;
    RegionClips clips_;
    std::unique_ptr<FeatureStream> stream_; ///< null: none is begun
    std::size_t regions_ = 0;               ///< of stream_
    std::deque<Timestep> pending_;          ///< seen, their rows not final
    std::uint64_t next_row_ = 0;
};

} // namespace fovea
