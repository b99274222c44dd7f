// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "fovea/core/frame_counts.h"
#include "fovea/core/geometry.h"
#include "fovea/core/heat_map.h"
#include "fovea/core/person.h"
#include "fovea/core/region.h"
#include "fovea/core/result.h"
#include "meta/foveameta.h"

namespace fovea {

/** \brief The library's types as the metadata's, field by field; and back */
FoveaBox to_c(const Box &box);
FoveaPerson to_c(const Person &person);
FoveaRegion to_c(const Region &region);
FoveaScore to_c(const ScoredLabel &label); ///< (transfer full) its text
Box from_c(const FoveaBox &box);
Person from_c(const FoveaPerson &person);
Region from_c(const FoveaRegion &region);
ScoredLabel from_c(const FoveaScore &score);
TimeSpan span_of(GstClockTime start, GstClockTime end);

/** \brief Replaces what \a to holds */
void set_heat(FoveaHeat *to, const HeatMap &heat);
HeatMap from_c(const FoveaHeat &heat);

FoveaFrameCounts to_c(const FrameCounts &counts);
FrameCounts from_c(const FoveaFrameCounts &counts);

/** \brief What a frame's metadata holds */
std::vector<Person> persons_from(const FoveaMeta &meta);
std::optional<Box> actor_from(const FoveaMeta &meta);
std::vector<Region> regions_from(const FoveaMeta &meta);

/** \brief Replace it */
void set_persons(FoveaMeta *meta, const std::vector<Person> &persons);
void set_actor(FoveaMeta *meta, const std::optional<Box> &actor);
void set_regions(FoveaMeta *meta, const std::vector<Region> &regions);

} // namespace fovea
