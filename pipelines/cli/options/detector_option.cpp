// SPDX-License-Identifier: MIT
#include "options/detector_option.h"

#include <cstdio>

#include "fovea/bundle/detector_choice.h"
#include "fovea/core/printable.h"

namespace fovea {

std::string detector_for(const std::string &asked, const ActivityCard &card)
{
    const DetectorChoice choice = choose_detector(asked, card);
    if (!choice.note.empty())
        std::fprintf(stderr, "fovea: %s\n", printable(choice.note).c_str());
    return choice.name;
}

} // namespace fovea
