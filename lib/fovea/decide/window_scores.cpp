// SPDX-License-Identifier: MIT
#include "fovea/decide/window_scores.h"

#include <algorithm>
#include <string>

#include "fovea/core/errors.h"

namespace fovea {

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

ScoredWindow WindowScores::scored()
{
    ScoredWindow window;
    window.output = head_->run(stacked(rows_, 0, rows_.size()));
    for (const FeatureRow &row : rows_) {
        window.times.push_back(row.time);
        window.frames += row.frames;
    }
    window.regions = rows_.back().regions;
    const std::vector<float> &weights = window.output.time_weights;
    const auto weightiest = std::max_element(weights.begin(), weights.end()) - weights.begin();
    window.heat = rows_[static_cast<std::size_t>(weightiest)].heat;
    has_scored_ = true;
    return window;
}

} // namespace fovea
