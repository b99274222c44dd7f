// SPDX-License-Identifier: MIT
#include "fovea/detect/unseen_motion.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include <opencv2/imgproc.hpp>

namespace fovea {

namespace {

constexpr Nanoseconds interval = 100 * nanoseconds_per_millisecond;
constexpr Nanoseconds longest_gap =
    500 * nanoseconds_per_millisecond; ///< of looks that are compared
constexpr float least_share = 0.4F;    ///< of the strongest change
constexpr int least_cells = 3;
constexpr float beside = 0.2F; ///< of a person's width and height
constexpr int columns = UnseenMotion::picture_size.width;
constexpr int rows = UnseenMotion::picture_size.height;

std::vector<float> brightness_of(const RgbImage &picture)
{
    std::vector<float> cells(picture.pixels.size() / 3);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::uint8_t *rgb = &picture.pixels[3 * i];
        cells[i] = static_cast<float>(rgb[0] + rgb[1] + rgb[2]) / 3;
    }
    return cells;
}

/** \brief How much each cell changed, less what the median cell did */
std::vector<float> changes(const std::vector<float> &before, const std::vector<float> &now)
{
    std::vector<float> change(now.size());
    for (std::size_t i = 0; i < now.size(); ++i)
        change[i] = std::abs(now[i] - before[i]);
    std::vector<float> ordered = change;
    const auto middle = ordered.begin() + static_cast<std::ptrdiff_t>(ordered.size() / 2);
    std::nth_element(ordered.begin(), middle, ordered.end());
    for (float &one : change)
        one -= *middle;
    return change;
}

/** \brief What hangs together with the strongest cell; none where that is too little */
std::optional<Box> strongest(std::vector<float> change, float threshold)
{
    const auto peak = std::max_element(change.begin(), change.end());
    if (*peak < threshold)
        return std::nullopt;
    const auto at = static_cast<int>(peak - change.begin());
    const cv::Mat strong =
        cv::Mat(rows, columns, CV_32F, change.data()) >= least_share * *peak; // 0 or 255
    cv::Mat parts, facts, centres;
    cv::connectedComponentsWithStats(strong, parts, facts, centres, /*connectivity=*/8, CV_32S);
    const int part = parts.at<int>(at / columns, at % columns);
    const auto fact = [&](cv::ConnectedComponentsTypes which) {
        return static_cast<float>(facts.at<int>(part, which));
    };
    if (fact(cv::CC_STAT_AREA) < least_cells)
        return std::nullopt;
    return Box{fact(cv::CC_STAT_LEFT) / columns, fact(cv::CC_STAT_TOP) / rows,
               fact(cv::CC_STAT_WIDTH) / columns, fact(cv::CC_STAT_HEIGHT) / rows};
}

bool is_explained(const Box &motion, const Person &person)
{
    const auto lies_in = [](float centre, float start, float length) {
        return centre >= start - beside * length && centre <= start + (1 + beside) * length;
    };
    return lies_in(motion.x + motion.width / 2, person.box.x, person.box.width) &&
           lies_in(motion.y + motion.height / 2, person.box.y, person.box.height);
}

} // namespace

bool UnseenMotion::wants(Nanoseconds time) const
{
    return seen_.empty() || time - seen_time_ >= interval || seen_time_ - time > longest_gap;
}

std::optional<Box> UnseenMotion::find(const RgbImage &picture, const std::vector<Person> &persons,
                                      Nanoseconds time, float threshold)
{
    const bool follows = // streams jump
        std::abs(time - std::exchange(seen_time_, time)) <= longest_gap;
    const std::vector<float> before = std::exchange(seen_, brightness_of(picture));
    if (before.size() != seen_.size() || !follows)
        return std::nullopt;
    const std::optional<Box> motion = strongest(changes(before, seen_), threshold);
    if (!motion || std::any_of(persons.begin(), persons.end(),
                               [&](const Person &person) { return is_explained(*motion, person); }))
        return std::nullopt;
    return motion;
}

void UnseenMotion::add(std::vector<Person> *persons, Nanoseconds time, float threshold,
                       const std::function<RgbImage()> &picture)
{
    if (threshold <= 0 || !wants(time))
        return;
    if (const auto box = find(picture(), *persons, time, threshold))
        persons->push_back({*box, /*confidence=*/1});
}

} // namespace fovea
