// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "fovea/core/motion_layout.h"
#include "fovea/core/names.h"
#include "fovea/engine/activity_head.h"

namespace fovea {

/** \brief What an event takes of the persons who are followed */
enum class PersonsNeed {
    TwoTouch, ///< the boxes of two, of sizes within 2.5, overlap in a frame
    GoesDown  ///< somebody sinks, gets lower or wider by PersonsNeeds::descent
};

inline constexpr Named<PersonsNeed> persons_needs[] = {{PersonsNeed::TwoTouch, "two-touch"},
                                                       {PersonsNeed::GoesDown, "goes-down"}};

struct ClassNeed {
    PersonsNeed need = PersonsNeed::TwoTouch;
    float factor = 0.85F; ///< of the class's score where it is not met, [0, 1]
};

/** \brief What the classes of a model take; nothing is asked where nobody is followed */
struct PersonsNeeds {
    static constexpr float descent = 0.25F;        ///< sizes, of the centre or the height
    static constexpr float widening = 0.5F;        ///< of the logarithm of width over height
    std::vector<std::optional<ClassNeed>> classes; ///< by class; none: it takes nothing
    int normal = -1; ///< class that gets what the others lose; -1: nobody does
    /* Of the frame's height or width, [0, 1]: an event is not judged where everyone is smaller. */
    float least_person = 0;

    bool empty() const;
};

/**
 * \brief A head whose scores are held against what the classes take
 *
 * Where somebody is followed and a class's need is not met in any of the rows, its score is taken times the
 * need's factor. Where all who are followed are smaller than least_person in every row, each class but
 * the normal one gets 0, and HeadScores::too_far says so. Needs and sizes are choices by validation, from no paper.
 *
 * \param head its rows' last channels are a MotionLayout of \a layout, the same in each region
 * \throw Error Settings with fewer channels than the layout has, or needs of more classes than the head
 * gives scores: the latter when it runs (expected and got)
 */
std::unique_ptr<ActivityHead> needs_head(std::unique_ptr<ActivityHead> head,
                                         const MotionLayout &layout, PersonsNeeds needs);

} // namespace fovea
