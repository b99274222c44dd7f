// SPDX-License-Identifier: MIT
#include "fovea/decide/window_scores.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <set>
#include <string>

#include "fovea/core/errors.h"
#include "fovea/core/motion_layout.h"

namespace fovea {

TimeSpan ScoredWindow::time() const
{
    TimeSpan all = times.front();
    for (const TimeSpan &one : times)
        all = {std::min(all.start, one.start), std::max(all.end, one.end)};
    return all;
}

namespace {

/* A shuffled plan's come in the order of time. Where an index comes twice they were counted anew in between */
void order_by_index(std::deque<FeatureRow> *rows)
{
    std::set<std::uint64_t> indices;
    const bool are_distinct = std::all_of(rows->begin(), rows->end(), [&](const FeatureRow &row) {
        return indices.insert(row.index).second;
    });
    if (are_distinct)
        std::sort(rows->begin(), rows->end(),
                  [](const FeatureRow &a, const FeatureRow &b) { return a.index < b.index; });
}

} // namespace

std::optional<ScoredWindow> WindowScores::add(const FeatureRow &row)
{
    if (!rows_.empty() && rows_.back().regions.size() != row.regions.size())
        throw Error(Error::Kind::Settings,
                    "row " + std::to_string(row.index) + " has " +
                        std::to_string(row.regions.size()) + " regions, the rows before it have " +
                        std::to_string(rows_.back().regions.size()) +
                        "; foveagrid must not change its regions in mid-stream");
    if (skip_ > 0) {
        --skip_;
        return std::nullopt;
    }
    rows_.push_back(row);
    if (window_ == 0 || rows_.size() < window_)
        return std::nullopt;

    ScoredWindow window = scored();
    const std::size_t gone = std::min(hop_, rows_.size());
    rows_.erase(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(gone));
    skip_ = hop_ - gone;
    return window;
}

std::optional<ScoredWindow> WindowScores::finish()
{
    std::optional<ScoredWindow> last;
    if (window_ == 0)
        order_by_index(&rows_);
    if (!rows_.empty() && (window_ == 0 || !has_scored_))
        last = scored();
    reset();
    return last;
}

void WindowScores::drop_begun()
{
    if (window_ > 0)
        rows_.clear();
    skip_ = 0;
}

void WindowScores::reset()
{
    rows_.clear();
    skip_ = 0;
    has_scored_ = false;
}

namespace {

/**
 * \brief Adds those who speak for the winner to the regions, with half of the evidence: the row's last
 * channels are a MotionLayout's places
 */
void add_persons(const FeatureRow &last, ScoredWindow *window)
{
    constexpr float persons_half = 0.5F;
    std::vector<float> &weights = window->output.region_weights;
    const std::vector<float> &of_persons = window->output.person_weights;
    if (std::accumulate(of_persons.begin(), of_persons.end(), 0.0F) <= 0)
        return;
    for (float &weight : weights)
        weight *= 1 - persons_half;
    const float *place = last.of_region(0) + last.channels -
                         static_cast<std::ptrdiff_t>(of_persons.size()) * MotionLayout::of_place;
    for (const float weight : of_persons) {
        if (weight > 0) {
            window->regions.push_back(
                {RegionKind::Person, {place[1], place[2], place[3], place[4]}});
            weights.push_back(persons_half * weight);
        }
        place += MotionLayout::of_place;
    }
}

} // namespace

ScoredWindow WindowScores::scored()
{
    ScoredWindow window;
    window.output = head_->run(stacked(rows_, 0, rows_.size()));
    PersonsSeen persons;
    for (const FeatureRow &row : rows_) {
        window.times.push_back(row.time);
        window.frames += row.frames;
        persons.add(row.persons);
    }
    hold_against(needs_, persons, &window.output);
    window.regions = rows_.back().regions;
    add_persons(rows_.back(), &window);
    const std::vector<float> &weights = window.output.time_weights;
    const auto weightiest = std::max_element(weights.begin(), weights.end()) - weights.begin();
    window.heat = rows_[static_cast<std::size_t>(weightiest)].heat;
    has_scored_ = true;
    return window;
}

} // namespace fovea
