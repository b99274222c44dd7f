// SPDX-License-Identifier: MIT
#include "fovea/eval/alarm_evaluation.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "fovea/store/tensors/combined_rows.h"
#include "fovea/store/tensors/feature_file.h"

namespace fovea {

namespace {

constexpr double behind_event = 2; ///< s, in which an alarm is still the event's
constexpr double seconds_per_hour = 3600;

/** \brief An alarm as a whole */
struct RaisedAlarm {
    int label = 0;
    TimeInterval time; ///< s
    double raised = 0; ///< s: the end of the window that raised it
    double score = 0;  ///< of its strongest window
};

TimeInterval in_seconds(TimeSpan time)
{
    return {to_seconds(time.start), to_seconds(time.end)};
}

bool touch(const TimeInterval &a, const TimeInterval &b)
{
    return a.start < b.end && b.start < a.end;
}

TimeInterval with_time_behind(const TimeInterval &event)
{
    return {event.start, event.end + behind_event};
}

std::vector<RaisedAlarm> replayed(const WatchedVideo &video, const std::vector<std::string> &labels,
                                  const AlarmRule &rule)
{
    Alarms alarms(labels, rule);
    std::map<std::uint64_t, RaisedAlarm> raised;
    const auto take = [&](const std::vector<AlarmEvent> &events) {
        for (const AlarmEvent &event : events) {
            if (event.kind == AlarmEvent::Kind::Begin)
                raised[event.id] = {event.label.label_id, {}, to_seconds(event.time.end), 0};
            raised[event.id].time = in_seconds(event.time);
            raised[event.id].score = event.label.confidence;
        }
    };
    for (const AlarmWindow &window : video.windows)
        take(alarms.add(window));
    take(alarms.jump());
    std::vector<RaisedAlarm> all;
    for (const auto &[id, alarm] : raised)
        all.push_back(alarm);
    return all;
}

/** \brief Where an alarm is no false one: events, the time behind them and what is ignored */
std::vector<TimeInterval> spoken_for(const WatchedVideo &video)
{
    std::vector<TimeInterval> all = video.ignored;
    for (const AlarmTruth &event : video.events)
        all.push_back(with_time_behind(event.time));
    return all;
}

/** \brief s of the video outside \a taken */
double seconds_outside(std::vector<TimeInterval> taken, double duration)
{
    std::sort(taken.begin(), taken.end(),
              [](const TimeInterval &a, const TimeInterval &b) { return a.start < b.start; });
    double left = 0;
    double reached = 0;
    for (const TimeInterval &one : taken) {
        left += std::max(0.0, std::min(one.start, duration) - reached);
        reached = std::max(reached, std::min(one.end, duration));
    }
    return left + std::max(0.0, duration - reached);
}

bool is_false(const RaisedAlarm &alarm, const std::vector<TimeInterval> &taken)
{
    return std::none_of(taken.begin(), taken.end(),
                        [&](const TimeInterval &one) { return touch(alarm.time, one); });
}

/** \brief The first alarm of the event's class that touches it or the time behind it; end(): none */
std::vector<RaisedAlarm>::const_iterator alarm_of(const AlarmTruth &event,
                                                  const std::vector<RaisedAlarm> &alarms)
{
    return std::find_if(alarms.begin(), alarms.end(), [&](const RaisedAlarm &alarm) {
        return alarm.label == event.label && touch(alarm.time, with_time_behind(event.time));
    });
}

double highest_score(const AlarmTruth &event, const std::vector<AlarmWindow> &windows)
{
    double highest = 0;
    for (const AlarmWindow &window : windows) {
        if (touch(in_seconds(window.time), with_time_behind(event.time)))
            highest =
                std::max<double>(highest, window.scores.at(static_cast<std::size_t>(event.label)));
    }
    return highest;
}

/** \brief Gathers what alarms of videos come to */
class Tally
{
public:
    /** \param classes whose events are looked for */
    explicit Tally(std::set<int> classes) : classes_(std::move(classes)) {}

    void add(const WatchedVideo &video, const std::vector<RaisedAlarm> &alarms)
    {
        for (const AlarmTruth &event : video.events) {
            if (classes_.count(event.label) > 0)
                look_for(event, alarms);
        }
        const std::vector<TimeInterval> taken = spoken_for(video);
        figures_.false_alarms.hours += seconds_outside(taken, video.duration) / seconds_per_hour;
        figures_.false_alarms.events +=
            std::count_if(alarms.begin(), alarms.end(),
                          [&](const RaisedAlarm &alarm) { return is_false(alarm, taken); });
        if (taken.empty()) {
            ++figures_.alarmed.total;
            figures_.alarmed.hits += alarms.empty() ? 0 : 1;
        }
    }

    AlarmFigures figures(double threshold)
    {
        figures_.threshold = threshold;
        std::sort(until_.begin(), until_.end());
        const std::size_t count = until_.size();
        if (count > 0)
            figures_.seconds_until = (until_[(count - 1) / 2] + until_[count / 2]) / 2;
        return figures_;
    }

private:
    void look_for(const AlarmTruth &event, const std::vector<RaisedAlarm> &alarms)
    {
        ++figures_.found.total;
        const auto found = alarm_of(event, alarms);
        if (found == alarms.end())
            return;
        ++figures_.found.hits;
        until_.push_back(std::max(0.0, found->raised - event.time.start));
    }

    std::set<int> classes_;
    AlarmFigures figures_;
    std::vector<double> until_; ///< s
};

using Videos = std::vector<const WatchedVideo *>;

AlarmFigures figures_of(const Videos &videos, const std::vector<std::string> &labels,
                        const AlarmRule &rule, double threshold)
{
    std::set<int> classes;
    for (std::size_t i = 0; i < rule.limits.size(); ++i) {
        if (rule.limits[i])
            classes.insert(static_cast<int>(i));
    }
    Tally tally(classes);
    for (const WatchedVideo *video : videos)
        tally.add(*video, replayed(*video, labels, rule));
    return tally.figures(threshold);
}

void add_mistakes(const WatchedVideo &video, const std::vector<RaisedAlarm> &alarms,
                  const AlarmRule &rule, std::vector<AlarmMistake> *mistakes)
{
    const std::vector<TimeInterval> taken = spoken_for(video);
    for (const RaisedAlarm &alarm : alarms) {
        if (is_false(alarm, taken))
            mistakes->push_back({AlarmMistake::Kind::FalseAlarm, video.id, video.set, alarm.label,
                                 alarm.time, alarm.score});
    }
    for (const AlarmTruth &event : video.events) {
        const auto label = static_cast<std::size_t>(event.label);
        const bool is_looked_for = label < rule.limits.size() && rule.limits[label];
        if (is_looked_for && alarm_of(event, alarms) == alarms.end())
            mistakes->push_back({AlarmMistake::Kind::Missed, video.id, video.set, event.label,
                                 event.time, highest_score(event, video.windows)});
    }
}

/** \brief The rule for one class alone */
AlarmRule alone(const AlarmRule &rule, std::size_t label)
{
    AlarmRule one = rule;
    one.limits.assign(rule.limits.size(), std::nullopt);
    one.limits[label] = rule.limits[label];
    return one;
}

AlarmCurves curves_of(const std::string &set, const Videos &videos,
                      const std::vector<std::string> &labels, const AlarmRule &rule)
{
    AlarmCurves curves;
    curves.set = set;
    curves.videos = static_cast<std::int64_t>(videos.size());
    for (const WatchedVideo *video : videos)
        curves.hours += video->duration / seconds_per_hour;
    curves.together = figures_of(videos, labels, rule, 0);
    for (std::size_t label = 0; label < rule.limits.size(); ++label) {
        if (!rule.limits[label])
            continue;
        AlarmRule one = alone(rule, label);
        const AlarmLimits limits = *rule.limits[label];
        curves.classes.push_back(static_cast<int>(label));
        curves.as_ruled.push_back(figures_of(videos, labels, one, limits.on));
        curves.sweeps.emplace_back();
        for (const double threshold : alarm_thresholds()) {
            one.limits[label]->on = static_cast<float>(threshold);
            one.limits[label]->off =
                static_cast<float>(threshold) * (limits.off_score() / limits.on);
            curves.sweeps.back().push_back(figures_of(videos, labels, one, threshold));
        }
    }
    return curves;
}

} // namespace

std::optional<std::vector<AlarmWindow>> watched_windows(
    const std::shared_ptr<ActivityHead> &head, const WindowSettings &settings,
    const std::vector<std::filesystem::path> &files, double *duration)
{
    const std::optional<FeatureFile> joint = read_combined_rows(files);
    if (!joint)
        return std::nullopt;
    *duration = duration_of(*joint);
    WindowScores scores(head, settings.window, settings.hop, settings.needs);
    std::vector<AlarmWindow> windows;
    bool after_jump = false;
    for (const FeatureRow &row :
         rows_of(joint->features, joint->times, joint->jumps, joint->persons)) {
        if (row.after_jump)
            scores.drop_begun();
        after_jump = after_jump || row.after_jump;
        if (const auto window = scores.add(row)) {
            windows.push_back(alarm_window(*window));
            windows.back().after_jump = std::exchange(after_jump, false);
        }
    }
    if (const auto last = scores.finish())
        windows.push_back(alarm_window(*last));
    return windows;
}

std::vector<double> alarm_thresholds()
{
    std::vector<double> thresholds;
    for (int percent = 5; percent < 100; ++percent)
        thresholds.push_back(percent / 100.0);
    thresholds.push_back(0.995);
    thresholds.push_back(0.999);
    return thresholds;
}

AlarmEvaluation evaluate_alarms(const std::vector<WatchedVideo> &videos,
                                const std::vector<std::string> &labels, const AlarmRule &rule)
{
    Videos all;
    std::map<std::string, Videos> sets;
    for (const WatchedVideo &video : videos) {
        all.push_back(&video);
        if (!video.set.empty())
            sets[video.set].push_back(&video);
    }
    AlarmEvaluation evaluation;
    evaluation.labels = labels;
    evaluation.curves.push_back(curves_of("", all, labels, rule));
    for (const auto &[set, of_set] : sets)
        evaluation.curves.push_back(curves_of(set, of_set, labels, rule));
    for (const WatchedVideo &video : videos)
        add_mistakes(video, replayed(video, labels, rule), rule, &evaluation.mistakes);
    return evaluation;
}

bool has_rate(const std::vector<AlarmFigures> &sweep)
{
    return !sweep.empty() && sweep.front().false_alarms.hours > 0;
}

std::optional<AlarmFigures> at_rate(const std::vector<AlarmFigures> &sweep, double alarms_per_hour)
{
    std::optional<AlarmFigures> lowest;
    if (!has_rate(sweep))
        return lowest;
    for (auto figures = sweep.rbegin(); figures != sweep.rend(); ++figures) {
        if (figures->false_alarms.value() > alarms_per_hour)
            break;
        lowest = *figures;
    }
    return lowest;
}

} // namespace fovea
