#include "fovea/detect/tracker.h"

#include <algorithm>

namespace fovea {

std::vector<Person> IouTracker::update(std::vector<Person> persons)
{
    struct Pair {
        float iou;
        std::size_t track;
        std::size_t person;
    };

    std::vector<Pair> pairs;
    for (std::size_t track = 0; track < tracks_.size(); ++track) {
        for (std::size_t person = 0; person < persons.size(); ++person) {
            const float iou = intersection_over_union(tracks_[track].box, persons[person].box);
            if (iou > 0 && iou >= options_.min_iou)
                pairs.push_back({iou, track, person});
        }
    }
    // Stable: of equal overlaps the older track wins
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const Pair &a, const Pair &b) { return a.iou > b.iou; });

    for (Person &person : persons)
        person.id = -1;
    std::vector<bool> matched(tracks_.size(), false);
    for (const Pair &pair : pairs) {
        Person &person = persons[pair.person];
        if (matched[pair.track] || person.id >= 0)
            continue;
        matched[pair.track] = true;
        tracks_[pair.track].box = person.box;
        tracks_[pair.track].missed = -1; // 0 after the count below
        person.id = tracks_[pair.track].id;
    }

    for (Track &track : tracks_)
        ++track.missed;
    tracks_.erase(
        std::remove_if(tracks_.begin(), tracks_.end(),
                       [&](const Track &track) { return track.missed > options_.max_missed; }),
        tracks_.end());
    for (Person &person : persons) {
        if (person.id >= 0)
            continue;
        person.id = next_id_++;
        tracks_.push_back({person.box, person.id, 0});
    }
    return persons;
}

void IouTracker::reset()
{
    tracks_.clear();
}

} // namespace fovea
