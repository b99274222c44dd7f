// SPDX-License-Identifier: MIT
#include "fovea/focus/region_choice.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr int largest_grid = 16;

/** \brief N of "NxN"; 0: it is none */
int grid_of(const std::string &word)
{
    for (int n = 1; n <= largest_grid; ++n) {
        if (word == std::to_string(n) + "x" + std::to_string(n))
            return n;
    }
    return 0;
}

std::size_t cells(const RegionGridOptions &options)
{
    return static_cast<std::size_t>(options.grid) * static_cast<std::size_t>(options.grid);
}

} // namespace

RegionGridOptions chosen_regions(const RegionGridOptions &base, const std::string &words)
{
    RegionGridOptions chosen = base;
    chosen.full = chosen.crops = chosen.actor = false;
    chosen.grid = 0;
    std::stringstream stream(words);
    for (std::string word; std::getline(stream, word, ',');) {
        if (word == "full")
            chosen.full = true;
        else if (word == "crops")
            chosen.full = chosen.crops = true;
        else if (word == "actor")
            chosen.actor = true;
        else if (const int grid = grid_of(word); grid > 0)
            chosen.grid = grid;
        else
            throw Error(Error::Kind::Settings, "regions '" + words + "': '" + word +
                                                   "' is none; expected some of full, crops, 1x1 "
                                                   "to 16x16 and actor, as in full,3x3,actor");
    }
    if (region_count(chosen) == 0)
        throw Error(
            Error::Kind::Settings,
            "regions: none is chosen; expected some of full, crops, 1x1 to 16x16 and actor");
    return chosen;
}

std::string region_words(const RegionGridOptions &options)
{
    std::string words;
    const auto add = [&](const std::string &word) { words += (words.empty() ? "" : ",") + word; };
    if (options.full)
        add(options.crops ? "crops" : "full");
    if (options.grid > 0)
        add(std::to_string(options.grid) + "x" + std::to_string(options.grid));
    if (options.actor)
        add("actor");
    return words;
}

std::string region_words(const std::vector<RegionKind> &kinds)
{
    RegionGridOptions options;
    const auto count = [&](RegionKind kind) {
        return std::count(kinds.begin(), kinds.end(), kind);
    };
    options.full = count(RegionKind::Full) > 0;
    options.crops = count(RegionKind::Full) > 1;
    options.actor = count(RegionKind::Actor) > 0;
    options.grid = static_cast<int>(std::lround(std::sqrt(count(RegionKind::Grid))));
    return region_count(options) == kinds.size() ? region_words(options) : std::string();
}

std::size_t region_count(const RegionGridOptions &options)
{
    return static_cast<std::size_t>(full_views(options)) + cells(options) + (options.actor ? 1 : 0);
}

std::vector<std::size_t> region_places(const RegionGridOptions &there,
                                       const RegionGridOptions &wanted)
{
    if ((wanted.full && !there.full) || (wanted.crops && !there.crops) ||
        (wanted.actor && !there.actor) || (wanted.grid > 0 && wanted.grid != there.grid))
        throw Error(Error::Kind::Settings, "regions: '" + region_words(wanted) +
                                               "' are wanted, but there are '" +
                                               region_words(there) + "'");
    std::vector<std::size_t> places;
    places.resize(
        static_cast<std::size_t>(full_views(wanted))); // of crops the first is the full one
    std::iota(places.begin(), places.end(), 0);
    if (wanted.grid > 0) {
        places.resize(places.size() + cells(wanted));
        std::iota(places.end() - static_cast<std::ptrdiff_t>(cells(wanted)), places.end(),
                  full_views(there));
    }
    if (wanted.actor)
        places.push_back(region_count(there) - 1);
    return places;
}

} // namespace fovea
