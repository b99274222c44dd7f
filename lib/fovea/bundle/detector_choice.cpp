// SPDX-License-Identifier: MIT
#include "fovea/bundle/detector_choice.h"

#include <optional>

#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"

namespace fovea {

namespace {

std::optional<Bundle> opened(const std::string &name)
{
    try {
        return Bundle::open(name);
    } catch (const Error &error) {
        if (error.kind() == Error::Kind::NotFound)
            return std::nullopt;
        throw;
    }
}

bool is_complete(const std::string &name)
{
    const std::optional<Bundle> bundle = opened(name);
    return bundle && bundle->complete();
}

/** \brief Whether what it says depends on who finds the persons */
bool goes_by_persons(const ActivityCard &card)
{
    return card.regions.actor || card.attended.is_persons() || !card.decision.needs.empty() ||
           card.decision.least_person > 0;
}

} // namespace

ModelChoice choose_detector(const std::string &asked, const ActivityCard &card)
{
    if (asked == "hog")
        return {asked, ""};
    if (!asked.empty()) {
        open_of_kind("detector", asked, Bundle::Kind::Detector, "hog or one that finds persons");
        return {asked, ""};
    }
    if (card.detector.empty() || card.detector == "hog")
        return {"hog", ""};
    if (is_complete(card.detector)) {
        check_weights(Bundle::open(card.detector));
        return {card.detector, ""};
    }
    if (!opened(card.detector))
        return {"hog",
                "note: detector hog; '" + card.detector +
                    "', which the card names, is no model that is there (fovea models list)"};
    if (!goes_by_persons(card))
        return {"hog", ""};
    return {"hog", "note: detector hog; '" + card.detector +
                       "', which the model was measured with, finds more: fovea models fetch " +
                       card.detector};
}

ModelChoice choose_pose(const std::string &attended, const ActivityCard &card)
{
    const std::string &by = attended.empty() ? card.attended.name : attended;
    if (card.pose.empty() || by != AttendedModel::persons)
        return {};
    for (const std::string &name : {card.pose, card.pose_else}) {
        if (name.empty() || !is_complete(name))
            continue;
        open_of_kind("pose", name, Bundle::Kind::Pose, "one that finds keypoints");
        return {name, name == card.pose
                          ? ""
                          : "note: keypoints by '" + name + "'; with those of '" + card.pose +
                                "' the model finds more: fovea models fetch " + card.pose};
    }
    return {"", "note: persons are judged by their boxes; '" + card.pose +
                    "', which the model was measured with, tells their keypoints: fovea models "
                    "fetch " +
                    card.pose};
}

} // namespace fovea
