// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "overlay/scene.h"
#include "overlay/style.h"
#include "overlay/tile.h"

namespace fovea {

/** \brief A colour from cool over amber to red. \param heat in [0, 1] */
Colour heat_colour(double heat);

/**
 * \brief A heat over \a rect, the picture visible under it
 * \param key of the drawing: tells \a heat_at and the rect apart from others
 * \param heat_at heat in [0, 1] at shares (x, y) of the rect
 */
void paint_heat_layer(const std::string &key, const PixelRect &rect,
                      const std::function<double(double, double)> &heat_at,
                      std::vector<Drawing> *drawings);

/** \brief Where the network looked */
void paint_saliency(const Scene &scene, const Style &style, std::vector<Drawing> *drawings);

} // namespace fovea
