#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fovea/decide/decision.h"
#include "fovea/decide/segment_finder.h"
#include "fovea/engine/activity_head.h"
#include "meta/foveameta.h"

namespace fovea {

/** \brief The properties of foveaattention, already filled from the card */
struct WindowSettings {
    std::size_t window = 0; ///< rows a label is made from; 0: the whole stream
    std::size_t hop = 1;    ///< rows from window to window
    std::size_t top_k = 5;
    DecisionRule rule;
    std::optional<SegmentRule> segments; ///< actions are found too; none: only windows
};

using ActivityPointer = std::shared_ptr<FoveaActivity>;

/**
 * \brief Rows in, activities out: each window as it is complete, each segment as it can no longer
 * change, the whole video at the end
 *
 * Memory is constant, but for a window of 0, which keeps every row until the end.
 */
class ActivityWindows
{
public:
    /**
     * \param model name of the bundle, told with each activity
     * \param labels by class
     */
    ActivityWindows(std::unique_ptr<ActivityHead> head, std::string model,
                    std::vector<std::string> labels, const WindowSettings &settings);

    /**
     * \return the activities of the windows that \a row completes, and of the segments it settles
     * \throw Error Settings when the row's regions or channels differ from the window's or head's
     */
    std::vector<ActivityPointer> add(FoveaRow *row);

    /**
     * \brief The end: the video's activity; none without rows or below the threshold
     *
     * A last window that is not full counts only where there was no full one.
     */
    std::vector<ActivityPointer> finish();

    /** \brief The stream jumped: no window spans the jump \return the segments before it */
    std::vector<ActivityPointer> drop_begun();

    /** \brief Back to the start */
    void reset();

private:
    using RowPointer = std::shared_ptr<FoveaRow>;

    Array rows_of_window(std::size_t count) const;
    std::vector<ActivityPointer> judge(std::size_t count);
    void find_segments(const FoveaRow &row, std::vector<ActivityPointer> *made);
    void add_segments(const std::vector<Segment> &segments,
                      std::vector<ActivityPointer> *made) const;
    ActivityPointer activity(const Decision &decision, const std::vector<float> &scores,
                             std::size_t regions, std::size_t moments) const;
    ActivityPointer video() const;

    std::shared_ptr<ActivityHead> head_;
    std::string model_;
    std::vector<std::string> labels_;
    WindowSettings settings_;
    std::deque<RowPointer> rows_;
    std::size_t skip_ = 0; ///< rows to pass over, where the hop is longer than the window
    std::uint64_t next_index_ = 0;
    std::unique_ptr<SegmentFinder> segments_; ///< null: none are asked for
    VideoDecision video_;
    ActivityPointer decisive_; ///< of the strongest window: its regions serve the video
};

} // namespace fovea
