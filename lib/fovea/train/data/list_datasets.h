// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "fovea/train/data/clip_list.h"

namespace fovea {

/*
 * The annotations of published data sets, as they come. Each reader fills clips (ids may be empty) and
 * warnings, and throws Error NotFound when a file is missing and Settings when its form is wrong.
 */

ClipList read_kinetics(const std::filesystem::path &list, const ListOptions &options);
ClipList read_charades(const std::filesystem::path &list, const ListOptions &options);
ClipList read_activity_net(const std::filesystem::path &list, const ListOptions &options);
ClipList read_breakfast(const std::filesystem::path &folder, const ListOptions &options);

} // namespace fovea
