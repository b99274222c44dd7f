// SPDX-License-Identifier: MIT
/*
 * What `fovea adapt` brings, by replay: the clips of a set as one camera's time, the first half watched and judged by
 * what the list says, the second half for the figures. A set is one that the model was not trained on.
 *
 *     replay_adaptation MODEL LIST FEATURES ALARMS_PER_HOUR SHUFFLES SET...
 *
 * LIST has a column `set` (a set may be named as several, a+b) and FEATURES the feature files of its videos. Verdicts
 * are given in the order of the alarms. Quiet rows are those of clips without events.
 */
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <set>
#include <sstream>

#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/core/errors.h"
#include "fovea/core/random_id.h"
#include "fovea/decide/feature_row.h"
#include "fovea/eval/alarm_evaluation.h"
#include "fovea/store/events/event_store.h"
#include "fovea/store/events/window_store.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/adaptation/adaptation.h"
#include "fovea/train/data/feature_samples.h"
#include "fovea/train/lists/list_truths.h"

namespace {

using namespace fovea;

constexpr double behind_event = 2; // s, as evaluate_alarms()

struct Clip {
    std::filesystem::path features;
    WatchedVideo video; ///< without windows
};

struct SeenWindow {
    AlarmWindow window;
    Array rows;
};

/* As ActivityStream takes them; what is no full window has no rows to learn from */
std::vector<SeenWindow> windows_of(const std::shared_ptr<ActivityHead> &head,
                                   const WindowSettings &settings, const FeatureFile &file)
{
    std::vector<SeenWindow> seen;
    WindowScores scores(head, settings.window, settings.hop);
    std::deque<FeatureRow> last;
    for (const FeatureRow &row : rows_of(file.features, file.times, file.jumps)) {
        if (row.after_jump) {
            scores.drop_begun();
            last.clear();
        }
        last.push_back(row);
        if (last.size() > settings.window)
            last.pop_front();
        if (const auto window = scores.add(row))
            seen.push_back({alarm_window(*window), stacked(last, 0, last.size())});
    }
    return seen;
}

bool is_true(const AlarmEvent &alarm, const WatchedVideo &video)
{
    return std::any_of(video.events.begin(), video.events.end(), [&](const AlarmTruth &event) {
        return event.label == alarm.label.label_id &&
               to_seconds(alarm.time.start) < event.time.end + behind_event &&
               event.time.start < to_seconds(alarm.time.end);
    });
}

/* Watches a clip: its alarms and their windows, and quiet time */
class Replay
{
public:
    Replay(const Bundle &base, const std::filesystem::path &events)
        : base_(base), events_(events), windows_(events, WindowStore::Limits(), 1)
    {
        windows_.begin("scene", base.folder().string(), base.features_sha256());
    }

    void watch(const Clip &clip, const std::shared_ptr<ActivityHead> &head)
    {
        const auto seen =
            windows_of(head, window_settings(base_), read_feature_file(clip.features));
        std::map<std::uint64_t, AlarmEvent> alarms;
        Alarms rule(base_.labels(), *alarm_rule(base_));
        const auto take = [&](const std::vector<AlarmEvent> &events) {
            for (const AlarmEvent &event : events)
                alarms[event.id] = event;
        };
        for (const SeenWindow &one : seen)
            take(rule.add(one.window));
        take(rule.jump());
        for (const auto &[number, alarm] : alarms)
            keep(clip, alarm, seen);
        if (alarms.empty() && clip.video.events.empty() && clip.video.ignored.empty())
            for (const SeenWindow &one : seen)
                windows_.add_quiet("scene", kept(one, 0));
        windows_.add_time("scene", clip.video.duration);
    }

    /** \brief The first \a count alarms are judged \return how many were */
    std::size_t judge(std::size_t count)
    {
        windows_.flush();
        const std::size_t judged = std::min(count, verdicts_.size());
        for (std::size_t i = 0; i < judged; ++i)
            events_.set_verdict(verdicts_[i].first, verdicts_[i].second, 1);
        return judged;
    }

private:
    KeptWindow kept(const SeenWindow &one, std::int64_t alarm) const
    {
        KeptWindow window;
        window.alarm = alarm;
        window.rows = one.rows;
        const int normal = decision_rule(base_).normal;
        for (std::size_t i = 0; i < one.window.scores.size(); ++i)
            if (static_cast<int>(i) != normal)
                window.score = std::max(window.score, one.window.scores[i]);
        return window;
    }

    void keep(const Clip &clip, const AlarmEvent &alarm, const std::vector<SeenWindow> &seen)
    {
        StoredAlarm stored;
        stored.camera = "scene";
        stored.label = alarm.label.label;
        const std::int64_t id = events_.add_alarm(stored);
        verdicts_.emplace_back(id, is_true(alarm, clip.video) ? Verdict::True : Verdict::Nothing);
        for (const SeenWindow &one : seen)
            if (one.window.time.start >= alarm.time.start && one.window.time.end <= alarm.time.end)
                windows_.add_of_alarm("scene", kept(one, id));
    }

    const Bundle &base_;
    EventStore events_;
    WindowStore windows_;
    std::vector<std::pair<std::int64_t, Verdict>> verdicts_;
};

struct Figures {
    double false_alarms = 0;
    double quiet_hours = 0;
    double found = 0;
    double events = 0;
    double judged = 0;
    int runs = 0;
    int refused = 0;

    void add(const AlarmCurves &curves, std::size_t verdicts)
    {
        false_alarms += static_cast<double>(curves.together.false_alarms.events);
        quiet_hours += curves.together.false_alarms.hours;
        found += static_cast<double>(curves.together.found.hits);
        events += static_cast<double>(curves.together.found.total);
        judged += static_cast<double>(verdicts);
        ++runs;
    }
};

AlarmCurves judged_by(const Bundle &bundle, const std::vector<Clip> &clips)
{
    const std::shared_ptr<ActivityHead> head = load_head(bundle);
    std::vector<WatchedVideo> videos;
    for (const Clip &clip : clips) {
        videos.push_back(clip.video);
        double duration = 0;
        videos.back().windows =
            *watched_windows(head, window_settings(bundle), {clip.features}, &duration);
    }
    return evaluate_alarms(videos, bundle.labels(), *alarm_rule(bundle)).curves.front();
}

void replay(const Bundle &base, std::vector<Clip> clips, double alarms_per_hour, int shuffles,
            const std::string &name)
{
    constexpr std::size_t verdicts[] = {0, 5, 20, 50};
    const std::shared_ptr<ActivityHead> head = load_head(base);
    std::map<std::size_t, Figures> figures;
    for (int run = 0; run < shuffles; ++run) {
        std::vector<Clip> first;
        std::vector<Clip> second;
        for (const std::size_t i : shuffled(clips.size(), static_cast<std::uint64_t>(run), 0))
            (first.size() <= second.size() ? first : second).push_back(clips[i]);
        figures[0].add(judged_by(base, second), 0);
        const auto folder = std::filesystem::temp_directory_path() / ("replay-" + random_id());
        std::filesystem::create_directories(folder);
        {
            Replay watched(base, folder / "events.db");
            for (const Clip &clip : first)
                watched.watch(clip, head);
            std::size_t before = 0;
            for (const std::size_t count : verdicts) {
                if (count == 0)
                    continue;
                const std::size_t judged = watched.judge(count);
                if (judged == before)
                    break; // there are no more alarms
                before = judged;
                AdaptationSettings settings;
                settings.events = folder / "events.db";
                settings.camera = "scene";
                settings.out = folder / "adapted";
                settings.alarms_per_hour = alarms_per_hour;
                RunWatcher silent;
                try {
                    figures[count].add(judged_by(adapt(settings, silent).bundle, second), judged);
                } catch (const Error &error) {
                    std::fprintf(stderr, "%s\n", error.what());
                    ++figures[count].refused;
                }
            }
        }
        std::filesystem::remove_all(folder);
    }
    for (const auto &[count, sum] : figures)
        if (sum.runs + sum.refused > 0)
            std::printf("%-24s | %2zu (%4.1f given) | %6.1f an hour (%5.1f in %.3f h) | %5.1f of "
                        "%5.1f events | %d runs, %d refused\n",
                        name.c_str(), count, sum.judged / std::max(1, sum.runs),
                        sum.false_alarms / std::max(1e-9, sum.quiet_hours),
                        sum.false_alarms / std::max(1, sum.runs),
                        sum.quiet_hours / std::max(1, sum.runs), sum.found / std::max(1, sum.runs),
                        sum.events / std::max(1, sum.runs), sum.runs, sum.refused);
    std::fflush(stdout);
}

int run(int argc, char **argv)
{
    if (argc < 7) {
        std::fprintf(stderr, "usage: %s MODEL LIST FEATURES ALARMS_PER_HOUR SHUFFLES SET...\n",
                     argv[0]);
        return 2;
    }
    const Bundle base = Bundle::open(argv[1]);
    ListOptions options;
    options.labels = base.labels();
    const ClipList list = read_clip_list(argv[2], options);
    const int normal = decision_rule(base).normal;
    for (int i = 6; i < argc; ++i) {
        std::set<std::string> sets;
        std::istringstream names(argv[i]);
        for (std::string one; std::getline(names, one, '+');)
            sets.insert(one);
        std::vector<Clip> clips;
        for (const VideoRows &rows : rows_by_video(list, "")) {
            const auto file = std::filesystem::path(argv[3]) / (rows.front().id + ".pt");
            if (sets.count(rows.front().set) == 0 || !std::filesystem::exists(file))
                continue;
            clips.push_back(
                {file, watched_video(rows, list, normal, duration_of(read_feature_file(file)))});
        }
        replay(base, std::move(clips), std::atof(argv[4]), std::atoi(argv[5]), argv[i]);
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    try {
        return run(argc, argv);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
