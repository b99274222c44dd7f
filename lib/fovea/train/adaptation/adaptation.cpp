// SPDX-License-Identifier: MIT
#include "fovea/train/adaptation/adaptation.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include <ATen/Context.h>

#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/core/random_id.h"
#include "fovea/decide/alarm_rate.h"
#include "fovea/nn/heads.h"
#include "fovea/store/events/event_store.h"
#include "fovea/store/events/window_store.h"
#include "fovea/train/adaptation/adaptation_source.h"
#include "fovea/train/adaptation/adapted_head.h"
#include "fovea/train/adaptation/anchors.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/loop/module_state.h"
#include "fovea/train/training_steps.h"

namespace fovea {

namespace {

constexpr double seconds_an_hour = 3600;
constexpr double kept_share = 0.9; ///< of the anchor events found before

/* What the parts of the loss weigh beside the anchors, which weigh 1 together; chosen on validation clips */
constexpr double of_quiet = 0.5;
constexpr double of_verdict = 0.05; ///< each
constexpr double of_verdicts = 1;   ///< together at most
constexpr int folds = 4; ///< thresholds are set on windows that the head did not learn from

/**
 * \brief The folder whose bundle is replaced, without a slash at its end
 * \throw Error Settings where something else than a bundle of an adaptation is there
 */
std::filesystem::path checked_place(const std::filesystem::path &asked)
{
    bundle_name(asked);
    auto place = bundle_folder(asked);
    const auto card = place / card_name;
    std::error_code none;
    if (!std::filesystem::exists(place, none) ||
        (std::filesystem::is_directory(place, none) && std::filesystem::is_empty(place, none)) ||
        (std::filesystem::exists(card, none) && read_json(card).contains("adapted")))
        return place;
    throw Error(Error::Kind::Settings,
                "--out '" + asked.string() +
                    "': expected no folder there, or a bundle that fovea adapt made, got something "
                    "else, which would be lost; choose another --out");
}

/** \brief One camera's adaptation, step by step */
class Adaptation
{
public:
    Adaptation(const AdaptationSettings &settings, RunWatcher &watcher);

    void train();

    /** \throw Error Settings when too few anchor events are found */
    void settle();

    AdaptationReport write();

private:
    using Scores = std::vector<std::vector<float>>; ///< by window, by class

    std::shared_ptr<nn::Head> fitted(int left_out);
    Scores unseen_scores();
    std::vector<std::int64_t> targets() const;
    std::vector<QuietScore> quiet_scores(const Scores &scores, std::size_t label) const;
    std::int64_t anchor_events_found(const Scores &scores, const AlarmRule &rule) const;
    float highest_that_keeps(const Scores &of_anchors, std::size_t label) const;
    AlarmRule new_rule(const Scores &unseen, const Scores &of_anchors) const;
    double false_share() const;

    double hours() const { return watched_.seconds / seconds_an_hour; }

    int class_of(const std::string &label) const;

    const AdaptationSettings &settings_;
    std::filesystem::path out_;
    RunWatcher &watcher_;
    WatchedCamera watched_;
    std::vector<KeptWindow> windows_;
    std::map<std::int64_t, KeptAlarm> alarms_;
    Bundle base_;
    int normal_;
    AlarmRule rule_; ///< the base's
    std::vector<LabelledWindow> anchors_;
    std::vector<int> folds_; ///< of windows_: those of an alarm, and of a stretch of time, in one
    at::Tensor anchor_rows_; ///< [anchors, R, T', C]
    at::Tensor window_rows_; ///< [windows, R, T', C]
    Scores anchors_before_;  ///< by the base's head
    std::shared_ptr<nn::Head> head_; ///< the new one
    AdaptationReport report_;
    CardAlarms limits_; ///< the new ones
};

Adaptation::Adaptation(const AdaptationSettings &settings, RunWatcher &watcher)
    : settings_(settings),
      out_(checked_place(settings.out)),
      watcher_(watcher),
      watched_(known_camera(settings)),
      windows_(kept_windows(settings.events, settings.camera)),
      alarms_(alarms_of(windows_)),
      base_(checked_base(settings, watched_)),
      normal_(decision_rule(base_).normal),
      rule_(alarm_rule(base_, AlarmLimits())),
      anchors_(read_anchors(base_)),
      report_{base_}
{
    if (settings.alarms_per_hour <= 0)
        throw Error(Error::Kind::Settings, "alarms an hour: expected more than 0");
    for (const auto &[id, alarm] : alarms_) {
        report_.judged_true += alarm.verdict == Verdict::True ? 1 : 0;
        report_.judged_nothing += alarm.verdict == Verdict::Nothing ? 1 : 0;
    }
    report_.not_judged = std::max<std::int64_t>(alarms_in(settings.events, settings.camera),
                                                static_cast<std::int64_t>(alarms_.size())) -
                         report_.judged_true - report_.judged_nothing;
    report_.quiet_windows = static_cast<std::int64_t>(windows_.size());
    for (const auto &[id, alarm] : alarms_)
        report_.quiet_windows -= static_cast<std::int64_t>(alarm.windows.size());
    report_.hours = hours();
    if (windows_.empty() || hours() <= 0)
        throw nothing_kept(settings);
    prepare_process(settings.threads);
    std::vector<const Array *> rows;
    for (const LabelledWindow &anchor : anchors_)
        rows.push_back(&anchor.rows);
    for (const KeptWindow &window : windows_)
        rows.push_back(&window.rows);
    const at::Tensor all = batch_of(rows);
    const auto anchors = static_cast<std::int64_t>(anchors_.size());
    anchor_rows_ = all.narrow(0, 0, anchors);
    window_rows_ = all.narrow(0, anchors, all.size(0) - anchors);
    std::int64_t quiet = 0;
    for (const KeptWindow &window : windows_)
        folds_.push_back(static_cast<int>(
            window.alarm == 0 ? quiet++ * folds / std::max<std::int64_t>(1, report_.quiet_windows)
                              : window.alarm % folds));
}

int Adaptation::class_of(const std::string &label) const
{
    const int found = place_of(label, base_.labels());
    if (found < 0)
        throw Error(Error::Kind::Settings, "events '" + settings_.events.string() +
                                               "': an alarm is of '" + label + "', which model '" +
                                               base_.name() + "' does not know");
    return found;
}

/** \brief What each window is to be called; -1: nobody knows */
std::vector<std::int64_t> Adaptation::targets() const
{
    std::vector<std::int64_t> all;
    for (const KeptWindow &window : windows_) {
        if (window.alarm == 0 || window.verdict == Verdict::Nothing)
            all.push_back(normal_);
        else
            all.push_back(window.verdict ? class_of(window.label) : -1);
    }
    return all;
}

/** \brief The model's head, fitted \param left_out fold whose windows are not learned from; -1: none */
std::shared_ptr<nn::Head> Adaptation::fitted(int left_out)
{
    auto head = load_head_module(base_);
    const std::vector<std::int64_t> called = targets();
    const auto count = static_cast<std::int64_t>(windows_.size());
    const auto verdicts = static_cast<double>(report_.judged_true + report_.judged_nothing);
    const double each = std::min(of_verdict, of_verdicts / std::max(1.0, verdicts));
    HeadFit fit = {anchor_rows_, window_rows_, at::zeros({count, head->classes()}),
                   at::zeros({count})};
    for (std::int64_t i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (called[at] < 0 || folds_[at] == left_out)
            continue;
        fit.wanted[i][called[at]] = 1;
        const std::int64_t alarm = windows_[at].alarm;
        fit.weights[i] = alarm == 0 ? of_quiet / static_cast<double>(report_.quiet_windows)
                                    : each / static_cast<double>(alarms_.at(alarm).windows.size());
    }
    fit_head(*head, fit, [&](double share) {
        go_on(watcher_);
        watcher_.progress((left_out + 1 + share) / (folds + 1));
    });
    return head;
}

void Adaptation::train()
{
    at::manual_seed(settings_.seed); // of a head's dropout
    anchors_before_ = scores_of(*load_head_module(base_), anchor_rows_);
    report_.found_before = anchor_events_found(anchors_before_, rule_);
    head_ = fitted(-1);
}

/** \brief Scores of windows_, each by a head that did not learn from its fold */
Adaptation::Scores Adaptation::unseen_scores()
{
    Scores scores(windows_.size());
    for (int fold = 0; fold < folds; ++fold) {
        const Scores by_fold = scores_of(*fitted(fold), window_rows_);
        for (std::size_t i = 0; i < scores.size(); ++i)
            if (folds_[i] == fold)
                scores[i] = by_fold[i];
    }
    return scores;
}

std::int64_t Adaptation::anchor_events_found(const Scores &scores, const AlarmRule &rule) const
{
    std::int64_t found = 0;
    for (std::size_t i = 0; i < anchors_.size(); ++i) {
        const auto label = static_cast<std::size_t>(anchors_[i].target);
        const auto &limits = rule.limits[label];
        found += limits && scores[i][label] >= limits->on ? 1 : 0;
    }
    return found;
}

/** \brief Of the alarms that were judged, those that were nothing; all where none was judged */
double Adaptation::false_share() const
{
    const auto judged = static_cast<double>(report_.judged_true + report_.judged_nothing);
    return judged > 0 ? static_cast<double>(report_.judged_nothing) / judged : 1;
}

/** \brief Quiet windows by what they stand for, and alarms that were nothing, for those not judged too, by their strongest */
std::vector<QuietScore> Adaptation::quiet_scores(const Scores &scores, std::size_t label) const
{
    std::vector<QuietScore> quiet;
    std::map<std::int64_t, QuietScore> of_alarms;
    const auto judged = static_cast<double>(report_.judged_true + report_.judged_nothing);
    const double not_judged_too =
        1 + static_cast<double>(report_.not_judged) / std::max(1.0, judged);
    for (std::size_t i = 0; i < windows_.size(); ++i) {
        const KeptWindow &window = windows_[i];
        const float score = scores[i][label];
        if (window.alarm == 0) {
            quiet.push_back({score, window.stands_for});
        } else if (window.verdict == Verdict::Nothing) {
            QuietScore &alarm = of_alarms[window.alarm];
            alarm.score = std::max(alarm.score, score);
            alarm.stands_for = not_judged_too;
        }
    }
    for (const auto &[id, alarm] : of_alarms)
        quiet.push_back(alarm);
    return quiet;
}

/** \brief The highest threshold at which the new head finds the share of a label's anchors that it has to */
float Adaptation::highest_that_keeps(const Scores &of_anchors, std::size_t label) const
{
    std::vector<float> scores;
    std::int64_t found = 0;
    for (std::size_t i = 0; i < anchors_.size(); ++i) {
        if (anchors_[i].target != static_cast<std::int64_t>(label))
            continue;
        scores.push_back(of_anchors[i][label]);
        found += anchors_before_[i][label] >= rule_.limits[label]->on ? 1 : 0;
    }
    const auto needed =
        static_cast<std::size_t>(std::ceil(kept_share * static_cast<double>(found)));
    if (needed == 0)
        return 1;
    std::sort(scores.begin(), scores.end(), std::greater<>());
    return scores[needed - 1];
}

AlarmRule Adaptation::new_rule(const Scores &unseen, const Scores &of_anchors) const
{
    AlarmRule rule = rule_;
    const auto labels = std::count_if(rule.limits.begin(), rule.limits.end(),
                                      [](const auto &limits) { return limits.has_value(); });
    const double wished = settings_.alarms_per_hour * hours();
    for (std::size_t label = 0; label < rule.limits.size(); ++label) {
        auto &limits = rule.limits[label];
        if (!limits)
            continue;
        const float own = limits->on;
        const float floor =
            wished >= known_from ? std::min(own, base_.activity().decision.threshold) : own;
        const float quiet =
            threshold_for(quiet_scores(unseen, label), wished / static_cast<double>(labels), floor);
        const float off_share = limits->off_score() / own;
        limits->on = std::min(quiet, std::max(own, highest_that_keeps(of_anchors, label)));
        limits->off = limits->on * off_share;
    }
    return rule;
}

void Adaptation::settle()
{
    const Scores scores = unseen_scores();
    const Scores of_anchors = scores_of(*head_, anchor_rows_);
    const AlarmRule rule = new_rule(scores, of_anchors);
    report_.anchor_events =
        std::count_if(anchors_.begin(), anchors_.end(), [&](const LabelledWindow &anchor) {
            return rule.limits[static_cast<std::size_t>(anchor.target)].has_value();
        });
    report_.found_after = anchor_events_found(of_anchors, rule);
    report_.false_alarms_before = (static_cast<double>(report_.judged_nothing) +
                                   false_share() * static_cast<double>(report_.not_judged)) /
                                  hours();
    for (std::size_t label = 0; label < rule.limits.size(); ++label) {
        if (!rule.limits[label])
            continue;
        limits_[base_.labels()[label]] = *rule.limits[label];
        report_.false_alarms_after +=
            count_reaching(quiet_scores(scores, label), rule.limits[label]->on) / hours();
    }
    if (static_cast<double>(report_.found_after) <
        kept_share * static_cast<double>(report_.found_before))
        throw Error(Error::Kind::Settings,
                    "adapt: refused, the new head would forget: of " +
                        std::to_string(report_.anchor_events) +
                        " events of the training it finds " + std::to_string(report_.found_after) +
                        ", model '" + base_.name() + "' finds " +
                        std::to_string(report_.found_before) +
                        "; judge more alarms, or look whether those called nothing were");
}

AdaptationReport Adaptation::write()
{
    TrainedBundle trained;
    const ActivityCard &card = base_.activity();
    trained.head = card.head;
    trained.labels = base_.labels();
    trained.regions = card.regions;
    trained.focus = focus_of(base_);
    trained.attended = card.attended;
    trained.backbone = backbone_weights(base_);
    trained.head_weights = copy_of(*head_);
    trained.alarms = limits_;
    const bool again = !card.adapted.from.empty();
    trained.adapted = {{"from", again ? card.adapted.from : base_.name()},
                       {"sha256", base_.features_sha256()},
                       {"camera", settings_.camera},
                       {"true", report_.judged_true},
                       {"nothing", report_.judged_nothing},
                       {"quiet_hours", report_.hours}};
    trained.title = base_.title();
    trained.source = "Head of '" + base_.name() + "' trained anew by fovea adapt for camera '" +
                     settings_.camera + "'. " + base_.source();
    trained.measured = "Not measured but on what it learned from: see the figures of fovea adapt.";

    const auto parts = out_.parent_path() / ("." + random_id()); // beside its place, on its disk
    const auto made = parts / out_.filename();
    try {
        write_bundle(made, base_, trained);
    } catch (...) {
        std::error_code none;
        std::filesystem::remove_all(parts, none);
        throw;
    }
    put_in_place(made, out_, parts);
    report_.bundle = Bundle::open(out_.string());
    tell_made(report_.bundle, watcher_, /*is_first=*/true);
    return report_;
}

} // namespace

AdaptationReport adapt(const AdaptationSettings &settings, RunWatcher &watcher)
{
    Adaptation adaptation(settings, watcher);
    adaptation.train();
    adaptation.settle();
    return adaptation.write();
}

} // namespace fovea
