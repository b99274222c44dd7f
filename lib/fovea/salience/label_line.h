// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/core/result.h"

namespace fovea {

/**
 * \brief What was seen, for a person to read: "fight 0.97; strongest at 0:02-0:04, 0:31-0:33"
 *
 * The moments are the windows that carry the video's label, best first; without such windows, the
 * moments of the video's own salience; where alarms were raised, "fight 0.97; alarm at 0:02-0:09": those
 * of the label. "nothing recognised" where there is no label.
 */
std::string label_line(const std::vector<Result> &results);

} // namespace fovea
