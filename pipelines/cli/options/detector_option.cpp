// SPDX-License-Identifier: MIT
#include "options/detector_option.h"

#include <cstdio>

#include "fovea/bundle/detector_choice.h"
#include "fovea/core/printable.h"

namespace fovea {

namespace {

void tell(const std::string &note)
{
    if (!note.empty())
        std::fprintf(stderr, "fovea: %s\n", printable(note).c_str());
}

} // namespace

std::string detector_for(const std::string &asked, const ActivityCard &card)
{
    const ModelChoice choice = choose_detector(asked, card);
    tell(choice.note);
    return choice.name;
}

std::string pose_for(const std::string &attended, const ActivityCard &card)
{
    const ModelChoice choice = choose_pose(attended, card);
    tell(choice.note);
    return choice.name;
}

} // namespace fovea
