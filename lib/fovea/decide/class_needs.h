// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "fovea/core/names.h"
#include "fovea/core/persons_seen.h"
#include "fovea/engine/activity_head.h"

namespace fovea {

/** \brief What an event takes of the persons who are followed, as PersonsSeen has it */
enum class PersonsNeed { TwoTouch, GoesDown };

inline constexpr Named<PersonsNeed> persons_needs[] = {{PersonsNeed::TwoTouch, "two-touch"},
                                                       {PersonsNeed::GoesDown, "goes-down"}};

struct ClassNeed {
    PersonsNeed need = PersonsNeed::TwoTouch;
    float factor = 0.7F; ///< of the class's score where it is not met, [0, 1]
};

/** \brief What the classes of a model take; nothing is asked where nobody is followed */
struct PersonsNeeds {
    std::vector<std::optional<ClassNeed>>
        classes;     ///< by class; none, or not in it: it takes nothing
    int normal = -1; ///< class that gets what the others lose; -1: nobody does
    /* Of the frame's height or width, [0, 1]: an event is not judged where everyone is smaller. */
    float least_person = 0;
};

/**
 * \brief Holds the scores of a window against what its classes take
 *
 * Where somebody is followed and a class's need is not met, its score is taken times the need's factor. Where
 * all who are followed are smaller than least_person, each class but the normal one gets 0, and
 * HeadScores::too_far says so. Needs and sizes are choices by validation, from no paper.
 */
void hold_against(const PersonsNeeds &needs, const PersonsSeen &seen, HeadScores *said);

} // namespace fovea
