// SPDX-License-Identifier: MIT
#include "fovea/detect/seen_persons.h"

#include <algorithm>
#include <cmath>

#include "fovea/detect/person_paths.h"

namespace fovea {

namespace {

constexpr float descent = 0.25F;    // sizes, of the centre or the height
constexpr float widening = 0.5F;    // of the logarithm of width over height
constexpr float most_unlike = 2.5F; // of the sizes of two who touch
constexpr float gap = 0.1F;         // between their boxes, of the smaller size

/** \brief Whether the boxes overlap, or there is no more than \a gap between them */
bool are_close(const PersonPlace &a, const PersonPlace &b, float gap)
{
    return std::max(a.left(), b.left()) - std::min(a.right(), b.right()) <= gap &&
           std::max(a.top(), b.top()) - std::min(a.bottom(), b.bottom()) <= gap;
}

bool touch(const PersonPath &a, const PersonPath &b)
{
    if (std::max(a.size, b.size) > most_unlike * std::min(a.size, b.size))
        return false;
    for (std::size_t t = 0; t < a.places.size(); ++t) {
        if (are_close(a.places[t], b.places[t], gap * std::min(a.size, b.size)))
            return true;
    }
    return false;
}

/** \brief Whether what \a value gives of a place grows by \a least from one frame to a later one */
template <typename Value>
bool grows(const PersonPath &path, float least, Value &&value)
{
    float lowest = value(path.places.front());
    return std::any_of(path.places.begin(), path.places.end(), [&](const PersonPlace &place) {
        lowest = std::min(lowest, value(place));
        return value(place) - lowest >= least;
    });
}

bool goes_down(const PersonPath &path)
{
    return grows(path, descent * path.size, [](const PersonPlace &place) { return place.y; }) ||
           grows(path, descent * path.size,
                 [](const PersonPlace &place) { return -place.height; }) ||
           grows(path, widening,
                 [](const PersonPlace &place) { return std::log(place.width / place.height); });
}

} // namespace

PersonsSeen seen_persons(const std::vector<MotionFrame> &clip, float aspect)
{
    const std::vector<PersonPath> paths = followed_paths(clip, aspect);
    PersonsSeen seen;
    seen.followed = static_cast<int>(paths.size());
    for (auto path = paths.begin(); path != paths.end(); ++path) {
        seen.goes_down = seen.goes_down || goes_down(*path);
        seen.two_touch = seen.two_touch ||
                         std::any_of(std::next(path), paths.end(),
                                     [&](const PersonPath &other) { return touch(*path, other); });
        for (const PersonPlace &place : path->places)
            seen.largest = std::max({seen.largest, place.height, place.width / aspect});
    }
    return seen;
}

} // namespace fovea
