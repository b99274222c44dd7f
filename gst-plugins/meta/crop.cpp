// SPDX-License-Identifier: MIT
#include "meta/crop.h"

#include <optional>
#include <vector>

#include "meta/convert.h"

namespace fovea {

namespace {

std::optional<Box> relative_to(const Box &part, const Box &box)
{
    const Box common = intersected(box, part);
    if (common.area() <= 0)
        return std::nullopt;
    return Box{(common.x - part.x) / part.width, (common.y - part.y) / part.height,
               common.width / part.width, common.height / part.height};
}

/** \brief Those of \a all, persons or regions, that lie in \a part, with the new boxes */
template <typename Boxed>
std::vector<Boxed> cropped(const std::vector<Boxed> &all, const Box &part)
{
    std::vector<Boxed> kept;
    for (Boxed boxed : all) {
        if (const auto box = relative_to(part, boxed.box)) {
            boxed.box = *box;
            kept.push_back(boxed);
        }
    }
    return kept;
}

} // namespace

void crop_meta(FoveaMeta *meta, const Box &part)
{
    set_persons(meta, cropped(persons_from(*meta), part));
    set_regions(meta, cropped(regions_from(*meta), part));
    if (const auto actor = actor_from(*meta))
        set_actor(meta, relative_to(part, *actor));
}

} // namespace fovea
