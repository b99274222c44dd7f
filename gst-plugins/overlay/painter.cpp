// SPDX-License-Identifier: MIT
#include "overlay/painter.h"

#include "overlay/heat_layer.h"
#include "overlay/paint_alarms.h"
#include "overlay/paint_boxes.h"
#include "overlay/paint_label.h"
#include "overlay/paint_poses.h"
#include "overlay/paint_regions.h"
#include "overlay/paint_timeline.h"

namespace fovea {

std::vector<Drawing> paint(const Scene &scene, const Parts &parts, const Style &style)
{
    std::vector<Drawing> drawings;
    if (parts.saliency)
        paint_saliency(scene, style, &drawings);
    if (parts.regions)
        paint_regions(scene, style, &drawings);
    if (parts.persons)
        paint_persons(scene, style, &drawings);
    if (parts.poses)
        paint_poses(scene, style, &drawings);
    if (parts.actor)
        paint_actor(scene, parts.regions, style, &drawings);
    if (parts.highlight)
        paint_highlight(scene, style, &drawings);
    if (parts.timeline)
        paint_timeline(scene, style, &drawings);
    if (parts.label)
        paint_label(scene, style, &drawings);
    if (parts.alarms)
        paint_alarms(scene, style, &drawings);
    return drawings;
}

} // namespace fovea
