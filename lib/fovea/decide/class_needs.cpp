// SPDX-License-Identifier: MIT
#include "fovea/decide/class_needs.h"

namespace fovea {

namespace {

bool is_met(PersonsNeed need, const PersonsSeen &seen)
{
    return need == PersonsNeed::TwoTouch ? seen.two_touch : seen.goes_down;
}

float factor_of(const PersonsNeeds &needs, std::size_t label, const PersonsSeen &seen)
{
    if (seen.largest < needs.least_person)
        return 0;
    const bool asks = label < needs.classes.size() && needs.classes[label];
    return asks && !is_met(needs.classes[label]->need, seen) ? needs.classes[label]->factor : 1;
}

} // namespace

void hold_against(const PersonsNeeds &needs, const PersonsSeen &seen, HeadScores *said)
{
    if (seen.followed == 0)
        return;
    said->too_far = seen.largest < needs.least_person;
    for (std::size_t i = 0; i < said->scores.size(); ++i) {
        if (static_cast<int>(i) == needs.normal)
            continue;
        const float lost = (1 - factor_of(needs, i, seen)) * said->scores[i];
        said->scores[i] -= lost;
        if (needs.normal >= 0)
            said->scores.at(static_cast<std::size_t>(needs.normal)) += lost;
    }
}

} // namespace fovea
