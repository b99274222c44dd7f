#include "attention/activity_windows.h"

#include <algorithm>
#include <numeric>

#include "fovea/core/errors.h"
#include "meta/convert.h"

namespace fovea {

namespace {

FoveaScore score_of(const std::vector<std::string> &labels, int label, float confidence)
{
    return {g_strdup(labels[static_cast<std::size_t>(label)].c_str()), label, confidence};
}

std::vector<int> best_first(const std::vector<float> &scores, std::size_t count)
{
    std::vector<int> order(scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)];
    });
    order.resize(std::min(count, order.size()));
    return order;
}

} // namespace

ActivityWindows::ActivityWindows(std::unique_ptr<ActivityHead> head, std::string model,
                                 std::vector<std::string> labels, const WindowSettings &settings)
    : head_(std::move(head)),
      model_(std::move(model)),
      labels_(std::move(labels)),
      settings_(settings),
      video_(settings.rule)
{
    if (settings_.segments)
        segments_ = std::make_unique<SegmentFinder>(head_, *settings_.segments);
}

std::vector<ActivityPointer> ActivityWindows::add(FoveaRow *row)
{
    if (row->index < next_index_)
        return {}; // a duplicated buffer, from videorate for example, brings its rows again
    next_index_ = row->index + 1;
    if (!rows_.empty() && rows_.back()->regions != row->regions)
        throw Error(Error::Kind::Settings,
                    "row " + std::to_string(row->index) + " has " + std::to_string(row->regions) +
                        " regions, the rows before it have " +
                        std::to_string(rows_.back()->regions) +
                        "; foveagrid must not change its regions in mid-stream");
    std::vector<ActivityPointer> made;
    find_segments(*row, &made);
    if (skip_ > 0) {
        --skip_;
        return made;
    }

    rows_.emplace_back(fovea_row_ref(row), fovea_row_unref);
    if (settings_.window == 0 || rows_.size() < settings_.window)
        return made;

    for (ActivityPointer &window : judge(settings_.window))
        made.push_back(std::move(window));
    const std::size_t gone = std::min(settings_.hop, rows_.size());
    rows_.erase(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(gone));
    skip_ = settings_.hop - gone;
    return made;
}

std::vector<ActivityPointer> ActivityWindows::finish()
{
    std::vector<ActivityPointer> made;
    if (segments_)
        add_segments(segments_->finish(), &made);
    const bool whole = settings_.window == 0;
    if (!rows_.empty() && (whole || video_.empty())) {
        for (ActivityPointer &last : judge(rows_.size()))
            made.push_back(std::move(last));
    }
    if (!whole) {
        if (ActivityPointer summary = video())
            made.push_back(std::move(summary));
    }
    reset();
    return made;
}

std::vector<ActivityPointer> ActivityWindows::drop_begun()
{
    if (settings_.window > 0)
        rows_.clear();
    skip_ = 0;
    std::vector<ActivityPointer> made;
    if (segments_)
        add_segments(segments_->finish(), &made);
    return made;
}

void ActivityWindows::reset()
{
    rows_.clear();
    skip_ = 0;
    next_index_ = 0;
    if (segments_)
        segments_->finish();
    video_ = VideoDecision(settings_.rule);
    decisive_.reset();
}

void ActivityWindows::find_segments(const FoveaRow &row, std::vector<ActivityPointer> *made)
{
    if (!segments_)
        return;
    const std::size_t values = std::size_t{row.regions} * row.channels;
    add_segments(
        segments_->add({row.features, row.features + values}, row.regions,
                       {static_cast<Nanoseconds>(row.start), static_cast<Nanoseconds>(row.end)}),
        made);
}

void ActivityWindows::add_segments(const std::vector<Segment> &segments,
                                   std::vector<ActivityPointer> *made) const
{
    for (const Segment &segment : segments) {
        ActivityPointer activity(fovea_activity_new(0, 0, 0), fovea_activity_unref);
        activity->scope = FOVEA_SCOPE_SEGMENT;
        activity->model = g_strdup(model_.c_str());
        activity->label = score_of(labels_, segment.label, segment.confidence);
        activity->start = static_cast<GstClockTime>(segment.time.start);
        activity->end = static_cast<GstClockTime>(segment.time.end);
        made->push_back(std::move(activity));
    }
}

Array ActivityWindows::rows_of_window(std::size_t count) const
{
    const std::size_t regions = rows_.front()->regions;
    const std::size_t channels = rows_.front()->channels;
    Array rows({static_cast<std::int64_t>(regions), static_cast<std::int64_t>(count),
                static_cast<std::int64_t>(channels)});

    for (std::size_t r = 0; r < regions; ++r)
        for (std::size_t t = 0; t < count; ++t)
            std::copy_n(&rows_[t]->features[r * channels], channels,
                        &rows.values[(r * count + t) * channels]);
    return rows;
}

std::vector<ActivityPointer> ActivityWindows::judge(std::size_t count)
{
    const Judgement judgement = head_->judge(rows_of_window(count));
    if (judgement.scores.size() != labels_.size())
        throw Error(Error::Kind::Settings, "model '" + model_ + "': the head gives " +
                                               std::to_string(judgement.scores.size()) +
                                               " scores, the labels file has " +
                                               std::to_string(labels_.size()) + " lines");

    const bool whole = settings_.window == 0;
    const std::optional<Decision> decision = decide(judgement.scores, settings_.rule);
    const TimeSpan time = {static_cast<Nanoseconds>(rows_.front()->start),
                           static_cast<Nanoseconds>(rows_[count - 1]->end)};
    const bool decisive = video_.add(time, judgement.scores);
    if (!decision)
        return {};

    const FoveaRow &last = *rows_[count - 1];
    ActivityPointer made = activity(*decision, judgement.scores, last.regions, count);
    made->scope = whole ? FOVEA_SCOPE_VIDEO : FOVEA_SCOPE_WINDOW;
    made->start = static_cast<GstClockTime>(time.start);
    made->end = static_cast<GstClockTime>(time.end);
    std::copy_n(last.region, last.regions, made->region);
    std::copy(judgement.region_weights.begin(), judgement.region_weights.end(),
              made->region_weight);
    const float strongest =
        *std::max_element(judgement.time_weights.begin(), judgement.time_weights.end());
    for (std::size_t t = 0; t < count; ++t)
        made->salience[t] = {rows_[t]->start, rows_[t]->end,
                             strongest > 0 ? judgement.time_weights[t] / strongest : 0};
    const auto weightiest =
        std::max_element(judgement.time_weights.begin(), judgement.time_weights.end()) -
        judgement.time_weights.begin();
    set_heat(&made->heat, from_c(rows_[static_cast<std::size_t>(weightiest)]->heat));
    if (decisive)
        decisive_ = made;
    return {made};
}

ActivityPointer ActivityWindows::activity(const Decision &decision,
                                          const std::vector<float> &scores, std::size_t regions,
                                          std::size_t moments) const
{
    const std::vector<int> best = best_first(scores, settings_.top_k);
    ActivityPointer made(fovea_activity_new(static_cast<guint>(best.size()),
                                            static_cast<guint>(regions),
                                            static_cast<guint>(moments)),
                         fovea_activity_unref);

    made->model = g_strdup(model_.c_str());
    made->label = score_of(labels_, decision.label, decision.confidence);
    for (std::size_t i = 0; i < best.size(); ++i)
        made->scores[i] = score_of(labels_, best[i], scores[static_cast<std::size_t>(best[i])]);
    return made;
}

ActivityPointer ActivityWindows::video() const
{
    if (video_.empty())
        return nullptr;
    const std::optional<Decision> decision = video_.decision();
    if (!decision)
        return nullptr;

    const auto &moments = video_.moments();
    const guint regions = decisive_ ? decisive_->n_regions : 0;
    ActivityPointer made = activity(*decision, video_.scores(), regions, moments.size());
    made->scope = FOVEA_SCOPE_VIDEO;
    made->start = static_cast<GstClockTime>(video_.time().start);
    made->end = static_cast<GstClockTime>(video_.time().end);
    for (std::size_t i = 0; i < moments.size(); ++i)
        made->salience[i] = {static_cast<GstClockTime>(moments[i].time.start),
                             static_cast<GstClockTime>(moments[i].time.end), moments[i].weight};
    if (decisive_) {
        std::copy_n(decisive_->region, regions, made->region);
        std::copy_n(decisive_->region_weight, regions, made->region_weight);
        set_heat(&made->heat, from_c(decisive_->heat));
    }
    return made;
}

} // namespace fovea
