#pragma once

#include <vector>

#include "fovea/core/person.h"

namespace fovea {

/**
 * \brief Gives persons a track id by overlap with the previous detections
 *
 * Greedy by IoU. A track survives max_missed detections without a match, so that a person lost
 * for a moment keeps the id.
 */
class IouTracker
{
public:
    struct Options {
        float min_iou = 0.3F; ///< less overlap is another person
        int max_missed = 8;   ///< detections a track may miss before it ends
    };

    explicit IouTracker(const Options &options) : options_(options) {}

    /** \return \a persons in the same order, each with an id >= 0; ids are never used again */
    std::vector<Person> update(std::vector<Person> persons);

    void reset();

private:
    struct Track {
        Box box;
        int id = -1;
        int missed = 0; ///< detections since the last match
    };

    Options options_;
    std::vector<Track> tracks_;
    int next_id_ = 0;
};

} // namespace fovea
