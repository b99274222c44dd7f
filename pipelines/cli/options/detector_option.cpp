// SPDX-License-Identifier: MIT
#include "options/detector_option.h"

#include <cstdio>

#include "fovea/bundle/detector_choice.h"
#include "fovea/core/errors.h"
#include "fovea/core/printable.h"
#include "fovea/engine/engine_info.h"

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

void check_device(const std::string &asked)
{
    if (asked == "auto" || asked == "cpu")
        return;
    const std::string number = asked.rfind("cuda:", 0) == 0 ? asked.substr(5) : "";
    const bool is_known =
        asked == "cuda" ||
        (!number.empty() && number.find_first_not_of("0123456789") == number.npos);
    if (!is_known)
        throw Error(Error::Kind::Settings,
                    "--device '" + asked + "' is not known; expected auto, cpu, cuda or cuda:N");
    if (!libtorch_finds_gpu())
        throw Error(Error::Kind::Settings,
                    "--device '" + asked +
                        "': no GPU is found here; use --device cpu, or see 'fovea doctor'");
}

} // namespace fovea
