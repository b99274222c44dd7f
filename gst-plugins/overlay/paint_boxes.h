// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "overlay/scene.h"
#include "overlay/style.h"
#include "overlay/tile.h"

namespace fovea {

/** \brief A thin box around each person, with track id and score */
void paint_persons(const Scene &scene, const Style &style, std::vector<Drawing> *drawings);

/** \brief Brackets at the corners of the actor's square; \a weight: with its share of the evidence */
void paint_actor(const Scene &scene, bool weight, const Style &style,
                 std::vector<Drawing> *drawings);

/** \brief A border around a salient frame */
void paint_highlight(const Scene &scene, const Style &style, std::vector<Drawing> *drawings);

/** \brief The point (x, y) of the frame where the share (share_x, share_y) of a tag's size lies */
struct TagPlace {
    double x = 0;
    double y = 0;
    double share_x = 0; ///< 0: its left edge, 1: its right edge
    double share_y = 0; ///< 0: its upper edge, 1: its lower edge
};

/** \brief A small text on a translucent ground, moved so that it stays inside the frame */
void paint_tag(const std::string &text, const Colour &ground, const Colour &ink,
               const TagPlace &place, const Style &style, std::vector<Drawing> *drawings);

} // namespace fovea
