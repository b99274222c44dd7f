// SPDX-License-Identifier: MIT
#include "fovea/detect/keypoint_motion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace fovea {

namespace {

constexpr Nanoseconds shortest_step = 5 * nanoseconds_per_millisecond; // of 200 frames a second
constexpr float farthest_reach = 3;                                    // sizes: further is no reach

struct Offset {
    float x = 0;
    float y = 0;
};

Offset operator-(Offset a, Offset b)
{
    return {a.x - b.x, a.y - b.y};
}

float length(Offset a)
{
    return std::hypot(a.x, a.y);
}

// Places in keypoint_names
constexpr int face_keypoints = 5; // nose, eyes, ears
constexpr int shoulder = 5;       // the left one; the right one follows it
constexpr int wrist = 9;
constexpr int hip = 11;
constexpr int ankle = 15;

Offset at(const Pose &pose, int keypoint)
{
    const Keypoint &one = pose[static_cast<std::size_t>(keypoint)];
    return {one.x, one.y};
}

Offset middle(const Pose &pose, int first, int count = 2)
{
    Offset sum;
    for (int i = first; i < first + count; ++i) {
        sum.x += at(pose, i).x;
        sum.y += at(pose, i).y;
    }
    return {sum.x / static_cast<float>(count), sum.y / static_cast<float>(count)};
}

/** \brief Distance covered against the hips from one frame to the next, by the faster and the slower of two */
std::array<float, 2> ways(const Pose &before, const Pose &now, int left)
{
    const Offset hips_before = middle(before, hip);
    const Offset hips = middle(now, hip);
    const auto way = [&](int keypoint) {
        return length((at(now, keypoint) - hips) - (at(before, keypoint) - hips_before));
    };
    const float one = way(left);
    const float other = way(left + 1);
    return {std::max(one, other), std::min(one, other)};
}

/** \brief Least distance from a wrist of one to the face, shoulders or hips of the other */
float reach(const Pose &one, const Pose &other)
{
    float least = std::numeric_limits<float>::max();
    for (const Offset target :
         {middle(other, 0, face_keypoints), middle(other, shoulder), middle(other, hip)}) {
        for (const int hand : {wrist, wrist + 1})
            least = std::min(least, length(at(one, hand) - target));
    }
    return least;
}

float cut(float value, float limit)
{
    return std::clamp(value, -limit, limit);
}

} // namespace

float rate_at(const std::vector<MotionFrame> &clip, std::size_t t)
{
    const Nanoseconds step = clip[t].time - clip[t - 1].time;
    return step >= shortest_step ? static_cast<float>(1 / to_seconds(step)) : 0;
}

void write_keypoints(const std::vector<MotionFrame> &clip, const PersonPath &path, float *out)
{
    if (path.poses.empty())
        return;
    float mean_y = 0;
    for (const PersonPlace &place : path.places)
        mean_y += place.y / static_cast<float>(path.places.size());

    for (std::size_t t = 1; t < clip.size(); ++t, out += MotionLayout::of_person) {
        const Pose &now = path.poses[t];
        const float rate = rate_at(clip, t) / path.size;
        const auto set = [&](PersonFeature feature, float value) {
            out[static_cast<int>(feature)] = value;
        };
        const auto set_length = [&](PersonFeature feature, float heights) {
            set(feature, cut(heights / path.size, keypoint_limit));
        };
        const Offset shoulders = middle(now, shoulder);
        const Offset hips = middle(now, hip);
        const Offset head = middle(now, 0, face_keypoints);
        set_length(PersonFeature::TorsoAcross, shoulders.x - hips.x);
        set_length(PersonFeature::TorsoDown, shoulders.y - hips.y);
        set_length(PersonFeature::HeadDown, head.y - mean_y);
        set_length(PersonFeature::HipsDown, hips.y - mean_y);
        const auto [high, low] = std::minmax({at(now, ankle).y, at(now, ankle + 1).y});
        set_length(PersonFeature::LowAnkleDown, low - mean_y);
        set_length(PersonFeature::HighAnkleDown, high - mean_y);

        const auto [left, right] = std::minmax_element(
            now.begin(), now.end(), [](const auto &a, const auto &b) { return a.x < b.x; });
        const auto [top, bottom] = std::minmax_element(
            now.begin(), now.end(), [](const auto &a, const auto &b) { return a.y < b.y; });
        set_length(PersonFeature::SpreadAcross, right->x - left->x);
        set_length(PersonFeature::SpreadDown, bottom->y - top->y);

        const auto set_speeds = [&](PersonFeature fast, PersonFeature slow, int keypoint) {
            const auto of_both = ways(path.poses[t - 1], now, keypoint);
            set(fast, cut(of_both[0] * rate, keypoint_speed_limit));
            set(slow, cut(of_both[1] * rate, keypoint_speed_limit));
        };
        set_speeds(PersonFeature::FastWrist, PersonFeature::SlowWrist, wrist);
        set_speeds(PersonFeature::FastAnkle, PersonFeature::SlowAnkle, ankle);

        const Offset one = at(now, wrist);
        const Offset other = at(now, wrist + 1);
        set_length(PersonFeature::RaisedWrist, shoulders.y - std::min(one.y, other.y));
        set_length(PersonFeature::Reach,
                   std::max(length(one - shoulders), length(other - shoulders)));
        float confidence = 0;
        for (const Keypoint &keypoint : now)
            confidence += keypoint.confidence / static_cast<float>(now.size());
        set(PersonFeature::PoseConfidence, confidence);
        set(PersonFeature::Posed, path.posed[t] ? 1 : 0);
    }
}

void write_reaches(const std::vector<MotionFrame> &clip, const PersonPath &first,
                   const PersonPath &second, float size, float *out)
{
    if (first.poses.empty() || second.poses.empty())
        return;
    for (std::size_t t = 1; t < clip.size(); ++t, out += MotionLayout::of_pair) {
        const float rate = rate_at(clip, t);
        const auto set = [&](PairFeature reaches, PairFeature retreats, const PersonPath &one,
                             const PersonPath &other) {
            const float now = reach(one.poses[t], other.poses[t]) / size;
            const float before = reach(one.poses[t - 1], other.poses[t - 1]) / size;
            out[static_cast<int>(reaches)] = std::min(now, farthest_reach);
            out[static_cast<int>(retreats)] = cut((now - before) * rate, keypoint_speed_limit);
        };
        set(PairFeature::FirstReaches, PairFeature::FirstRetreats, first, second);
        set(PairFeature::SecondReaches, PairFeature::SecondRetreats, second, first);
        out[static_cast<int>(PairFeature::BothPosed)] = 1;
    }
}

} // namespace fovea
