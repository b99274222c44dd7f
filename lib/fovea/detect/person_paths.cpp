// SPDX-License-Identifier: MIT
#include "fovea/detect/person_paths.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <map>

namespace fovea {

namespace {

constexpr double levels = 25;          // of luma: one unit of energy
constexpr float restless = 0.3F;       // energy that a person counts as having besides
constexpr float usual_share = 0.8F;    // percentile of the longer side that is a person's size
constexpr std::size_t least_share = 4; // a track is seen in a fourth of the frames

PersonPlace place_of(const Person &person, float aspect)
{
    const Box &box = person.box;
    return {(box.x + box.width / 2) * aspect, box.y + box.height / 2, box.width * aspect,
            box.height, person.confidence};
}

float between(float a, float b, float share)
{
    return a + share * (b - a);
}

PersonPlace between(const PersonPlace &a, const PersonPlace &b, float share)
{
    return {between(a.x, b.x, share), between(a.y, b.y, share), between(a.width, b.width, share),
            between(a.height, b.height, share), between(a.confidence, b.confidence, share)};
}

/** \brief Value below which \a share of the values lie, on the line between the two nearest */
float percentile(std::vector<float> values, float share)
{
    std::sort(values.begin(), values.end());
    const float at = share * static_cast<float>(values.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return between(values[below], values[above], at - static_cast<float>(below));
}

/** \brief The pixels that a box touches, inside the picture */
PixelRect pixels_of(const PersonPlace &place, ImageSize picture, float aspect)
{
    const auto width = static_cast<float>(picture.width);
    const auto height = static_cast<float>(picture.height);
    const auto column = [&](float x) {
        return std::clamp(static_cast<int>(std::floor(x / aspect * width)), 0, picture.width - 1);
    };
    const auto line = [&](float y) {
        return std::clamp(static_cast<int>(std::floor(y * height)), 0, picture.height - 1);
    };
    const PixelRect part = {column(place.left()), line(place.top()), 0, 0};
    return {part.x, part.y, column(place.right()) + 1 - part.x, line(place.bottom()) + 1 - part.y};
}

using Sightings = std::map<std::size_t, Person>; ///< of one person, by frame

/** \brief Where the person is in frame \a t: seen there, on the line between two sightings, or nearest */
PersonPlace place_at(const Sightings &sightings, std::size_t t, float aspect)
{
    const auto next = sightings.lower_bound(t);
    if (next == sightings.end())
        return place_of(sightings.rbegin()->second, aspect);
    if (next == sightings.begin() || next->first == t)
        return place_of(next->second, aspect);
    const auto before = std::prev(next);
    return between(place_of(before->second, aspect), place_of(next->second, aspect),
                   static_cast<float>(t - before->first) /
                       static_cast<float>(next->first - before->first));
}

/** \brief Keypoints in heights of the frame */
Pose upright(Pose pose, float aspect)
{
    for (Keypoint &keypoint : pose)
        keypoint.x *= aspect;
    return pose;
}

Pose between(const Pose &a, const Pose &b, float share)
{
    Pose made;
    for (std::size_t i = 0; i < made.size(); ++i)
        made[i] = {between(a[i].x, b[i].x, share), between(a[i].y, b[i].y, share),
                   between(a[i].confidence, b[i].confidence, share)};
    return made;
}

/** \brief Keypoints of every frame, on the line between those where they are known, or the nearest */
void add_poses(const Sightings &sightings, std::size_t frames, float aspect, PersonPath *path)
{
    std::map<std::size_t, Pose> known;
    for (const auto &[t, person] : sightings) {
        if (person.pose)
            known[t] = upright(*person.pose, aspect);
    }
    if (known.empty() || known.size() * least_share < frames)
        return;
    for (std::size_t t = 0; t < frames; ++t) {
        const auto next = known.lower_bound(t);
        path->posed.push_back(known.count(t) > 0);
        if (next == known.end())
            path->poses.push_back(known.rbegin()->second);
        else if (next == known.begin() || next->first == t)
            path->poses.push_back(next->second);
        else {
            const auto before = std::prev(next);
            path->poses.push_back(between(before->second, next->second,
                                          static_cast<float>(t - before->first) /
                                              static_cast<float>(next->first - before->first)));
        }
    }
}

/**
 * \brief Where the detector looked at enough of the clip's frames, those: carried boxes are guesses, the line between
 * two sightings is a better one. Beside a live stream, or where nothing moves, carried boxes are all there is
 */
Sightings trusted(const Sightings &all, std::size_t frames)
{
    Sightings detected;
    for (const auto &[t, person] : all) {
        if (person.detected)
            detected[t] = person;
    }
    return detected.size() * least_share >= frames ? detected : all;
}

PersonPath path_of(int id, const Sightings &sightings, std::size_t frames, float aspect)
{
    PersonPath path;
    path.id = id;
    path.last = sightings.rbegin()->second.box;
    std::vector<float> sizes;
    for (std::size_t t = 0; t < frames; ++t) {
        path.places.push_back(place_at(sightings, t, aspect));
        path.seen.push_back(t >= sightings.begin()->first && t <= sightings.rbegin()->first);
        sizes.push_back(path.places.back().longer());
    }
    path.size = percentile(std::move(sizes), usual_share);
    add_poses(sightings, frames, aspect, &path);
    return path;
}

void add_energy(const std::vector<MotionFrame> &clip, float aspect, PersonPath *path)
{
    float sum = 0;
    for (std::size_t t = 1; t < clip.size(); ++t) {
        const LumaImage &now = *clip[t].luma;
        PixelRect part = pixels_of(path->places[t], now.size, aspect);
        path->energy.push_back(
            static_cast<float>(luma_difference(now, *clip[t - 1].luma, part) / levels));
        part.height = std::max(1, part.height / 2);
        path->upper.push_back(
            static_cast<float>(luma_difference(now, *clip[t - 1].luma, part) / levels));
        sum += path->energy.back();
    }
    path->rank = path->size * (restless + sum / static_cast<float>(clip.size() - 1));
}

} // namespace

std::vector<PersonPath> followed_paths(const std::vector<MotionFrame> &clip, float aspect)
{
    std::map<int, Sightings> of_track;
    for (std::size_t t = 0; t < clip.size(); ++t)
        for (const Person &person : clip[t].persons) {
            if (person.id >= 0 && person.box.width > 0 && person.box.height > 0)
                of_track[person.id][t] = person;
        }
    std::vector<PersonPath> paths;
    for (const auto &[id, sightings] : of_track) {
        if (sightings.size() * least_share >= clip.size())
            paths.push_back(path_of(id, trusted(sightings, clip.size()), clip.size(), aspect));
    }
    return paths;
}

std::vector<PersonPath> person_paths(const std::vector<MotionFrame> &clip, float aspect,
                                     std::size_t most)
{
    std::vector<PersonPath> paths = followed_paths(clip, aspect);
    for (PersonPath &path : paths)
        add_energy(clip, aspect, &path);
    std::stable_sort(paths.begin(), paths.end(),
                     [](const PersonPath &a, const PersonPath &b) { return a.rank > b.rank; });
    if (paths.size() > most)
        paths.resize(most);
    return paths;
}

double luma_difference(const LumaImage &a, const LumaImage &b, const PixelRect &part)
{
    std::int64_t sum = 0;
    for (int y = part.y; y < part.y + part.height; ++y) {
        const std::size_t row = static_cast<std::size_t>(y) * a.size.width;
        for (int x = part.x; x < part.x + part.width; ++x) {
            const std::size_t at = row + static_cast<std::size_t>(x);
            sum += std::abs(int{a.values[at]} - int{b.values[at]});
        }
    }
    const std::int64_t count = std::int64_t{part.width} * part.height;
    return count > 0 ? static_cast<double>(sum) / static_cast<double>(count) : 0;
}

} // namespace fovea
