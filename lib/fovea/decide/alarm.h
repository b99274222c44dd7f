// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fovea/core/person.h"
#include "fovea/core/result.h"
#include "fovea/decide/window_scores.h"
#include "fovea/decide/zones.h"

namespace fovea {

/**
 * \brief When a class raises an alarm, and when that ends
 *
 * The defaults are choices of this project, from no paper.
 */
struct AlarmLimits {
    static constexpr float off_share = 0.8F; ///< of on, where off is not said
    static constexpr double longest = 86400; ///< s, a day: most that a card or property may ask for

    float on = 0.9F;         ///< score that raises an alarm, in (0, 1]
    float off = -1;          ///< below it the alarm ends; below 0: off_share of on
    double min_duration = 0; ///< s, for which windows reach on before there is an alarm
    double cool_down = 10;   ///< s behind an alarm in which no window raises another

    float off_score() const { return off < 0 ? on * off_share : off; }
};

struct AlarmRule {
    std::vector<std::optional<AlarmLimits>> limits; ///< by class; none: it never alarms
    Zones zones;                                    ///< where the evidence has to lie
    double longest_gap = 2;                         ///< s between two windows; one further ends all
};

/** \brief What an alarm rule knows of a window */
struct AlarmWindow {
    TimeSpan time;
    std::vector<float> scores; ///< by class
    bool after_jump = false;   ///< the stream jumped since the window before: alarms end first
    Nanoseconds best = 0;      ///< middle of its weightiest moment
    /// Where its evidence lies: its weightiest region but for the full view; where there is no other, everywhere
    Box box = whole_frame;
    std::vector<Person> persons; ///< those in the box, while it lasted; none where nobody looked
};

/** \brief Of rows: no persons */
AlarmWindow alarm_window(const ScoredWindow &window);

/**
 * \brief Of what was said of a window
 *
 * Classes that its label and top_k leave out count as 0; all do where most of its frames are damaged.
 * \param persons seen while it lasted: those whose centre lies in its box are kept
 */
AlarmWindow alarm_window(const Activity &window, std::size_t classes,
                         const std::vector<Person> &persons);

/**
 * \brief Windows in, alarms out: when they begin, get stronger and end
 *
 * Each class has its own. An alarm begins once windows that join have reached `on` for `min_duration`,
 * the last one's end counted, so that one window can raise it; it ends with the first window below
 * `off`, with a jump or at the end, and the next one of its class has its first window at the earliest
 * `cool_down` behind it. Windows join that overlap, touch or lie no more than longest_gap apart; one
 * that starts before the last one did is behind a jump, and forgets cool-downs.
 *
 * With zones a window counts where at least one of its persons stands in them (the middle of the
 * lower edge of the box), or if it has none, where its box stands so; else it is below every `off`.
 */
class Alarms
{
public:
    /** \param labels by class \throw Error Settings when limits are out of range, or of more classes */
    Alarms(std::vector<std::string> labels, AlarmRule rule);

    /** \throw Error Settings when it has not a score for each label (expected and got) */
    std::vector<AlarmEvent> add(const AlarmWindow &window);

    /**
     * \brief Other limits and zones, from the next window on
     *
     * What goes on is judged by them too; one whose class has no limits any more ends with the next window. A new
     * cool-down holds behind alarms that end from here on.
     * \throw Error Settings as the constructor does; the old ones stay then
     */
    void update(AlarmRule rule);

    /** \brief The stream jumped, or it ends: alarms end too */
    std::vector<AlarmEvent> jump();

    /** \brief Back to the start, nothing is told */
    void reset();

private:
    /** \brief Of a class */
    struct State {
        std::optional<AlarmEvent> alarm; ///< begun, or on its way
        bool begun = false;
        std::optional<Nanoseconds> quiet_until;
    };

    bool counts(const AlarmWindow &window) const;
    std::vector<int> ids_of(const AlarmWindow &window) const;
    void take(State *state, const AlarmWindow &window, float score) const;
    void step(std::size_t label, const AlarmWindow &window, float score,
              std::vector<AlarmEvent> *told);
    void end(std::size_t label, std::vector<AlarmEvent> *told);

    std::vector<std::string> labels_;
    AlarmRule rule_;
    std::vector<State> states_; ///< by class
    std::optional<TimeSpan> last_;
    std::uint64_t count_ = 0; ///< of alarms
};

} // namespace fovea
