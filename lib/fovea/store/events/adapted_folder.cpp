// SPDX-License-Identifier: MIT
#include "fovea/store/events/adapted_folder.h"

namespace fovea {

std::filesystem::path adapted_folder(const std::filesystem::path &events, const std::string &camera)
{
    return std::filesystem::absolute(events).parent_path() / "adapted" / camera;
}

} // namespace fovea
