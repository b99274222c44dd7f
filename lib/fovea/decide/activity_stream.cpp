// SPDX-License-Identifier: MIT
#include "fovea/decide/activity_stream.h"

#include <algorithm>
#include <utility>

#include "fovea/core/errors.h"

namespace fovea {

ActivityStream::ActivityStream(std::shared_ptr<ActivityHead> head, std::string model,
                               std::vector<std::string> labels, const WindowSettings &settings)
    : model_(std::move(model)),
      labels_(std::move(labels)),
      settings_(settings),
      windows_(head, settings.window, settings.hop, settings.needs),
      video_(settings.rule)
{
    if (settings_.segments)
        segments_ = std::make_unique<SegmentFinder>(std::move(head), *settings_.segments);
    if (settings_.alarms)
        alarms_.emplace(labels_, *settings_.alarms);
}

std::vector<Activity> ActivityStream::add(const FeatureRow &row)
{
    if (finished_)
        reset();
    const bool is_counted_anew = row.index < next_index_;
    next_index_ = row.index + 1;
    frames_ += row.frames;
    unseen_ += row.unseen;
    all_unseen_ += row.unseen;
    std::vector<Activity> made;
    if (row.after_jump || is_counted_anew)
        made = drop_begun();
    const std::optional<ScoredWindow> window = windows_.add(row);

    if (segments_)
        add_segments(segments_->add(row), &made);
    if (window) {
        if (auto activity = window_activity(*window))
            made.push_back(std::move(*activity));
    }
    return made;
}

std::vector<Activity> ActivityStream::finish()
{
    if (finished_)
        return {};
    std::vector<Activity> made;
    if (segments_)
        add_segments(segments_->finish(), &made);
    if (const auto last = windows_.finish()) {
        if (auto activity = window_activity(*last))
            made.push_back(std::move(*activity));
    }
    if (settings_.window > 0) {
        if (auto activity = video_activity())
            made.push_back(std::move(*activity));
    }
    finished_ = true;
    return made;
}

std::vector<Activity> ActivityStream::run(const std::deque<FeatureRow> &rows)
{
    std::vector<Activity> all;
    const auto append = [&all](std::vector<Activity> made) {
        std::move(made.begin(), made.end(), std::back_inserter(all));
    };
    for (const FeatureRow &row : rows)
        append(add(row));
    append(finish());
    return all;
}

std::vector<Activity> ActivityStream::drop_begun()
{
    windows_.drop_begun();
    if (alarms_)
        alarms_->jump();
    std::vector<Activity> made;
    if (segments_)
        add_segments(segments_->finish(), &made);
    return made;
}

void ActivityStream::update(const WindowSettings &settings)
{
    settings_.hop = settings.hop;
    settings_.top_k = settings.top_k;
    settings_.rule = settings.rule;
    if (settings.alarms.has_value() != alarms_.has_value()) {
        alarms_.reset();
        alarm_.reset();
        if (settings.alarms)
            alarms_.emplace(labels_, *settings.alarms);
    }
    windows_.set_hop(settings.hop);
    video_.set_rule(settings.rule);
    if (segments_ && settings.segments)
        segments_->set_threshold(settings.segments->threshold);
}

void ActivityStream::set_frame_rate(double fps)
{
    if (segments_)
        segments_->set_frame_rate(fps);
}

void ActivityStream::reset()
{
    windows_.reset();
    next_index_ = 0;
    if (segments_)
        segments_->finish();
    video_ = VideoScores(settings_.rule);
    if (alarms_)
        alarms_->reset();
    alarm_.reset();
    decisive_ = {};
    frames_ = {};
    unseen_ = 0;
    all_unseen_ = 0;
    finished_ = false;
}

void ActivityStream::add_segments(const std::vector<Segment> &segments,
                                  std::vector<Activity> *made) const
{
    for (const Segment &segment : segments)
        made->push_back(activity_of(segment, labels_));
}

std::optional<Activity> ActivityStream::window_activity(const ScoredWindow &window)
{
    const std::vector<float> &scores = window.output.scores;
    const std::vector<float> &region_weights = window.output.region_weights;
    const std::vector<float> &time_weights = window.output.time_weights;
    if (scores.size() != labels_.size())
        throw Error(Error::Kind::Settings, "model '" + model_ + "': the head gives " +
                                               std::to_string(scores.size()) +
                                               " scores, the labels file has " +
                                               std::to_string(labels_.size()) + " lines");

    const bool is_strongest = video_.add(window.time(), scores);
    const bool decisive = has_alarmed(window) || (is_strongest && !alarm_);
    const bool is_video = settings_.window == 0;
    Activity activity;
    if (!(is_video ? label_video(&activity)
                   : set_label(&activity, scores, labels_, settings_.rule, settings_.top_k)))
        return std::nullopt;
    activity.scope = is_video ? Activity::Scope::Video : Activity::Scope::Window;
    activity.time = window.time();
    for (std::size_t r = 0; r < window.regions.size() && r < region_weights.size(); ++r)
        activity.regions.push_back({window.regions[r], region_weights[r]});
    const auto strongest = std::max_element(time_weights.begin(), time_weights.end());
    for (std::size_t t = 0; t < window.times.size() && t < time_weights.size(); ++t)
        activity.salience.push_back(
            {window.times[t], *strongest > 0 ? time_weights[t] / *strongest : 0});
    activity.heat = window.heat;
    activity.frames = window.frames;
    activity.too_far = window.output.too_far;
    activity.unseen = std::exchange(unseen_, 0);
    if (decisive)
        decisive_ = activity;
    return activity;
}

/** \brief Whether the strongest alarm so far begins, or gets stronger, with this window */
bool ActivityStream::has_alarmed(const ScoredWindow &window)
{
    if (!alarms_)
        return false;
    bool stronger = false;
    for (const AlarmEvent &event : alarms_->add(alarm_window(window))) {
        if (alarm_ && event.label.confidence <= alarm_->label.confidence)
            continue;
        alarm_ = event;
        alarm_scores_ = window.output.scores;
        stronger = true;
    }
    return stronger;
}

/** \brief Sets label and top_k of the whole video; false where nothing is said of it */
bool ActivityStream::label_video(Activity *activity) const
{
    const std::vector<float> scores = video_scores();
    if (!alarms_)
        return set_label(activity, scores, labels_, settings_.rule, settings_.top_k);
    return set_label_by_alarm(activity, alarm_, scores, labels_, settings_.rule, settings_.top_k);
}

std::optional<Activity> ActivityStream::video_activity() const
{
    Activity activity;
    if (video_.empty() || !label_video(&activity))
        return std::nullopt;
    activity.scope = Activity::Scope::Video;
    activity.time = video_.time();
    activity.salience = video_.salience();
    activity.regions = decisive_.regions;
    activity.heat = decisive_.heat;
    activity.frames = frames_;
    activity.unseen = all_unseen_;
    return activity;
}

} // namespace fovea
