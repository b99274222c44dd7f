// SPDX-License-Identifier: MIT
#include "fovea/detect/tracker.h"

#include <algorithm>
#include <cmath>

namespace fovea {

namespace {

constexpr Nanoseconds longest_prediction = nanoseconds_per_second;
constexpr float min_iou = 0.2F; ///< with the predicted box; less is another person, unless near
constexpr float max_distance =
    0.45F;                        ///< of centres, in sizes: the longer side of the predicted box
constexpr float widening = 0.25F; ///< share by which the distance grows with each miss
constexpr float max_growth = 2;   ///< of the height, either way, where only the distance speaks
constexpr int max_missed = 8;     ///< looked-at frames that a track may miss before it ends
constexpr int max_missed_new = 1; ///< the same before it is confirmed
constexpr int confirming = 2;     ///< sightings that a track needs to get an id
constexpr int averaged = 4;       ///< sightings that the velocity is averaged over

float centre_x(const Box &box)
{
    return box.x + box.width / 2;
}

float centre_y(const Box &box)
{
    return box.y + box.height / 2;
}

/* Detectors' boxes may stand out of the frame a little: only what moved out is cut. */
Box within(const Box &box, const Box &view)
{
    const bool inside = box.x >= view.x && box.y >= view.y && box.x_max() <= view.x_max() &&
                        box.y_max() <= view.y_max();
    return inside ? box : intersected(box, view);
}

} // namespace

Box box_at(const Track &track, Nanoseconds time)
{
    const auto ahead = static_cast<float>(
        to_seconds(std::clamp<Nanoseconds>(time - track.time, 0, longest_prediction)));
    Box box = track.box;
    box.x += track.velocity_x * ahead;
    box.y += track.velocity_y * ahead;
    return box;
}

std::vector<Person> persons_at(const std::vector<Track> &tracks, Nanoseconds time, const Box &view,
                               bool detected)
{
    std::vector<Person> persons;
    for (const Track &track : tracks) {
        const Box box = within(box_at(track, time), view);
        if (box.area() > 0)
            persons.push_back({box, track.confidence, track.id, detected});
    }
    return persons;
}

/** \brief How well they fit, > 0; 0: they are not the same person */
float Tracker::affinity(const Track &track, const Person &person, Nanoseconds time) const
{
    const Box expected = box_at(track, time);
    const float overlap = intersection_over_union(expected, person.box);
    const float size = std::max(expected.width * aspect_, expected.height);
    if (size <= 0 || expected.height <= 0)
        return 0;
    const float distance = std::hypot((centre_x(expected) - centre_x(person.box)) * aspect_,
                                      centre_y(expected) - centre_y(person.box)) /
                           size;
    const float reach = max_distance * (1 + widening * static_cast<float>(track.missed));
    const float growth = person.box.height / expected.height;
    const bool near = distance <= reach && growth <= max_growth && growth * max_growth >= 1;
    if (overlap < min_iou && !near)
        return 0;
    return overlap + std::max(0.0F, 1 - distance / max_distance) + 1e-6F;
}

void Tracker::see(Track *track, const Person &person, Nanoseconds time)
{
    const Nanoseconds period = time - track->time;
    if (period > 0) {
        const auto seconds = static_cast<float>(to_seconds(period));
        const float weight = 1 / static_cast<float>(std::min(track->sightings, averaged));
        const float across = (centre_x(person.box) - centre_x(track->box)) / seconds;
        const float down = (centre_y(person.box) - centre_y(track->box)) / seconds;
        track->velocity_x += weight * (across - track->velocity_x);
        track->velocity_y += weight * (down - track->velocity_y);
    }
    track->box = person.box;
    track->confidence = person.confidence;
    track->time = time;
    track->missed = 0;
    ++track->sightings;
    if (track->id < 0 && track->sightings >= confirming)
        track->id = next_id_++;
}

std::vector<Track> Tracker::update(const std::vector<Person> &persons, Nanoseconds time)
{
    struct Pair {
        float affinity;
        std::size_t track;
        std::size_t person;
    };

    std::vector<Pair> pairs;
    for (std::size_t track = 0; track < tracks_.size(); ++track) {
        for (std::size_t person = 0; person < persons.size(); ++person) {
            if (const float one = affinity(tracks_[track], persons[person], time); one > 0)
                pairs.push_back({one, track, person});
        }
    }
    // Stable: of equal affinity the older track wins
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const Pair &a, const Pair &b) { return a.affinity > b.affinity; });

    for (Track &track : tracks_)
        ++track.missed;
    constexpr std::size_t nobody = static_cast<std::size_t>(-1);
    std::vector<std::size_t> of_person(persons.size(), nobody);
    std::vector<bool> matched(tracks_.size(), false);
    for (const Pair &pair : pairs) {
        if (matched[pair.track] || of_person[pair.person] != nobody)
            continue;
        matched[pair.track] = true;
        of_person[pair.person] = pair.track;
        see(&tracks_[pair.track], persons[pair.person], time);
    }

    std::vector<Track> of_persons;
    std::vector<Track> begun;
    for (std::size_t person = 0; person < persons.size(); ++person) {
        if (of_person[person] != nobody) {
            of_persons.push_back(tracks_[of_person[person]]);
            continue;
        }
        Track track;
        track.box = persons[person].box;
        track.confidence = persons[person].confidence;
        track.time = time;
        of_persons.push_back(track);
        begun.push_back(track);
    }
    tracks_.erase(std::remove_if(tracks_.begin(), tracks_.end(),
                                 [&](const Track &track) {
                                     return track.missed >
                                            (track.id < 0 ? max_missed_new : max_missed);
                                 }),
                  tracks_.end());
    tracks_.insert(tracks_.end(), begun.begin(), begun.end());
    return of_persons;
}

void Tracker::reset()
{
    tracks_.clear();
}

} // namespace fovea
