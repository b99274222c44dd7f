// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/core/image.h"
#include "fovea/core/names.h"
#include "fovea/core/region.h"

namespace fovea {

/** \brief The part of the frame a model sees */
enum class ViewArea {
    Square, ///< the centred square of side min(width, height): Ballan 2021
    Frame   ///< the whole frame, stretched to the input
};

constexpr Named<ViewArea> view_areas[] = {{ViewArea::Square, "square", "The centred square"},
                                          {ViewArea::Frame, "frame", "The whole frame"}};

/** \brief That part, normalised to a frame of \a frame pixels */
Box view_box(ViewArea area, ImageSize frame);

/** \brief The regions of Ballan 2021: the full view, an N x N overlapping grid (row-major), the actor */
struct RegionGridOptions {
    ViewArea area = ViewArea::Frame;
    bool full = true;          ///< region 0 is the whole view
    bool crops = false;        ///< three full views along the frame's long side instead of one
    double cut_width = 1;      ///< of the full view, a share of the view's, cut from its middle
    double cut_height = 1;     ///< the same
    int grid = 0;              ///< N; 0: no grid; Ballan 2021: 3
    double fraction = 5.0 / 8; ///< side of a grid cell as a share of the view's side; Ballan 2021
    bool actor = true;         ///< the actor's square comes last
};

/** \brief Full views: of `crops` the middle, the first and the last along the long side, else one */
constexpr int full_views(const RegionGridOptions &options)
{
    return !options.full ? 0 : options.crops ? 3 : 1;
}

/** \brief The full view of a frame, the middle one of several */
Box full_view(const RegionGridOptions &options, ImageSize frame);

/**
 * \param actor the actor's box, normalised to the frame; the view where there is none
 * \return boxes normalised to the frame. Cells of an N x N grid start at multiples of
 * (1 - fraction) / (N - 1) of the view's side (N = 1: centred). The three crops are as large as the
 * full view and touch the ends of the frame's long side. Source: GroupFullResSample of
 * mit-han-lab/temporal-shift-module
 * \throw Error Settings when grid is outside [0, 16], a share outside (0, 1], or no region is left
 */
std::vector<Region> region_grid(const RegionGridOptions &options, ImageSize frame,
                                const Box *actor);

} // namespace fovea
