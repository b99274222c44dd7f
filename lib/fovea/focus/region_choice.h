// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "fovea/focus/region_grid.h"

namespace fovea {

/**
 * \brief A choice of regions in words: some of full, crops (three full views), NxN and actor, as in
 * "full,3x3,actor"
 * \param base where the area and the sides of full views and cells come from
 * \throw Error Settings naming the word that is none
 */
RegionGridOptions chosen_regions(const RegionGridOptions &base, const std::string &words);

/** \brief The words for it: chosen_regions backwards */
std::string region_words(const RegionGridOptions &options);

/** \brief The words for regions of these kinds; empty: their grid is no square */
std::string region_words(const std::vector<RegionKind> &kinds);

/** \brief Regions of a frame */
std::size_t region_count(const RegionGridOptions &options);

/**
 * \brief Where the regions \a wanted stand among the regions \a there
 * \throw Error Settings when one is not there
 */
std::vector<std::size_t> region_places(const RegionGridOptions &there,
                                       const RegionGridOptions &wanted);

} // namespace fovea
