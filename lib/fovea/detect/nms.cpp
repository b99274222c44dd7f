// SPDX-License-Identifier: MIT
#include "fovea/detect/nms.h"

#include <algorithm>

namespace fovea {

std::vector<Person> suppress_overlaps(std::vector<Person> persons, float threshold)
{
    // Stable: of equal scores the first stays first, so that a frame gives the same boxes always
    std::stable_sort(persons.begin(), persons.end(),
                     [](const Person &a, const Person &b) { return a.confidence > b.confidence; });
    std::vector<Person> kept;
    for (const Person &person : persons) {
        const bool hidden = std::any_of(kept.begin(), kept.end(), [&](const Person &better) {
            return intersection_over_union(better.box, person.box) > threshold;
        });
        if (!hidden)
            kept.push_back(person);
    }
    return kept;
}

} // namespace fovea
