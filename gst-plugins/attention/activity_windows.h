#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fovea/engine/activity_head.h"
#include "fovea/engine/decision.h"
#include "meta/foveameta.h"

namespace fovea {

/** \brief The properties of foveaattention, already filled from the card */
struct WindowSettings {
    std::size_t window = 0; ///< rows a label is made from; 0: the whole stream
    std::size_t hop = 1;    ///< rows from window to window
    std::size_t top_k = 5;
    DecisionRule rule;
};

using ActivityPointer = std::shared_ptr<FoveaActivity>;

/**
 * \brief Rows in, activities out: each window as it is complete, the whole video at the end
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
     * \return the activities of the windows that \a row completes
     * \throw Error Settings when the row's regions or channels differ from the window's or head's
     */
    std::vector<ActivityPointer> add(FoveaRow *row);

    /**
     * \brief The end: the video's activity; none without rows or below the threshold
     *
     * A last window that is not full counts only where there was no full one.
     */
    std::vector<ActivityPointer> finish();

    /** \brief The stream jumped: a window never spans the jump */
    void drop_begun();

    /** \brief Back to the start */
    void reset();

private:
    using RowPointer = std::shared_ptr<FoveaRow>;

    Array rows_of_window(std::size_t count) const;
    std::vector<ActivityPointer> judge(std::size_t count);
    ActivityPointer activity(const Decision &decision, const std::vector<float> &scores,
                             std::size_t regions, std::size_t moments) const;
    ActivityPointer video() const;

    std::unique_ptr<ActivityHead> head_;
    std::string model_;
    std::vector<std::string> labels_;
    WindowSettings settings_;
    std::deque<RowPointer> rows_;
    std::size_t skip_ = 0; ///< rows to pass over, where the hop is longer than the window
    std::uint64_t next_index_ = 0;
    VideoDecision video_;
    ActivityPointer decisive_; ///< of the strongest window: its regions serve the video
};

} // namespace fovea
