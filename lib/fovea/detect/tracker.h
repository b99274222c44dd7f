// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/core/person.h"
#include "fovea/core/time.h"

namespace fovea {

/** \brief One person, followed through the frames that the detector looked at */
struct Track {
    int id = -1;          ///< >= 0, never used again; -1: too few sightings yet, see confirming
    Box box;              ///< of the last sighting
    float velocity_x = 0; ///< of its centre, frame widths a second, averaged over sightings
    float velocity_y = 0; ///< frame heights a second
    float confidence = 0; ///< of the last sighting, in [0, 1]
    Nanoseconds time = 0; ///< of the last sighting
    int sightings = 1;    ///< looked-at frames with it, the first included
    int missed = 0;       ///< looked-at frames since the last sighting; 0: the box is measured
};

/**
 * \brief Where the person of \a track is at \a time: the box of the last sighting, moved at its
 * velocity
 *
 * Measured where that is the time of the last sighting, else predicted; for a second at most: what
 * lies further off is not known. The box may leave the frame.
 */
Box box_at(const Track &track, Nanoseconds time);

/**
 * \brief The persons of \a tracks at \a time, as box_at(), each cut where it moved out of \a view; who left it is none
 * \param detected said of each
 */
std::vector<Person> persons_at(const std::vector<Track> &tracks, Nanoseconds time, const Box &view,
                               bool detected);

/**
 * \brief Gives persons a track id by where each person is expected
 *
 * A detection goes on with the track whose predicted box it overlaps or is near, the best pairs
 * first. A track outlives some detections without a match, so that a person lost for a moment keeps
 * the id; meanwhile it is looked for in a widening circle. A new track gets an id when it is
 * confirmed by a second sighting, so a passing error of the detector has none.
 * Source: gates and ages as in a study of persons' kinematics (IoU 0.2, 0.45 sizes, averaged
 * velocity); the widening is measured on a street with 8 persons: 12, 8 and 9 ids where every frame,
 * every second and every third of 10 a second is looked at
 */
class Tracker
{
public:
    /** \brief Width over height of the frames, pixels, > 0; 1 at first */
    void set_aspect(float aspect) { aspect_ = aspect; }

    /**
     * \param persons found in one frame
     * \param time of the frame; not before that of the last call
     * \return the tracks of \a persons, in the same order
     */
    std::vector<Track> update(const std::vector<Person> &persons, Nanoseconds time);

    /** \brief The stream begins anew: tracks end, ids go on */
    void reset();

private:
    float affinity(const Track &track, const Person &person, Nanoseconds time) const;
    void see(Track *track, const Person &person, Nanoseconds time);

    float aspect_ = 1;
    std::vector<Track> tracks_;
    int next_id_ = 0;
};

} // namespace fovea
