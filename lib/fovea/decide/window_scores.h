// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "fovea/decide/class_needs.h"
#include "fovea/decide/feature_row.h"
#include "fovea/engine/activity_head.h"

namespace fovea {

/** \brief A window of rows and what the head says of it */
struct ScoredWindow {
    HeadScores output;
    std::vector<TimeSpan> times; ///< of its rows, one at least; of a shuffled plan in its order
    std::vector<Region> regions; ///< of its last row, then the persons who speak for the winner
    HeatMap heat;                ///< of its weightiest row
    FrameCounts frames;

    TimeSpan time() const; ///< from the earliest to the latest
};

/**
 * \brief Rows in, the head's scores out, held against what the classes need: of each window as it is complete
 *
 * Memory holds a window, but for a window of 0, which keeps every row until the end.
 */
class WindowScores
{
public:
    /**
     * \param window rows; 0: all \param hop rows from window to window, 1 or more
     * \param needs that the head's scores are held against
     */
    WindowScores(std::shared_ptr<ActivityHead> head, std::size_t window, std::size_t hop,
                 PersonsNeeds needs = {})
        : head_(std::move(head)), window_(window), hop_(hop), needs_(std::move(needs))
    {
    }

    /**
     * \return the window that \a row completes
     * \throw Error Settings when the row's regions or channels differ from the window's or head's
     */
    std::optional<ScoredWindow> add(const FeatureRow &row);

    /**
     * \brief The end: all rows, in the order of their indices, which is the plan's; or the last that are
     * no full window where there was no full one
     */
    std::optional<ScoredWindow> finish();

    /** \param hop rows from the window that is begun to the next, 1 or more */
    void set_hop(std::size_t hop) { hop_ = hop; }

    /** \brief The stream jumped: no window spans the jump, but for one of all rows */
    void drop_begun();

    /** \brief Back to the start */
    void reset();

private:
    ScoredWindow scored();

    std::shared_ptr<ActivityHead> head_;
    std::size_t window_;
    std::size_t hop_;
    PersonsNeeds needs_;
    std::deque<FeatureRow> rows_;
    std::size_t skip_ = 0;    ///< rows to pass over, where the hop is longer than the window
    bool has_scored_ = false; ///< a window, since the start
};

} // namespace fovea
