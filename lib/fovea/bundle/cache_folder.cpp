// SPDX-License-Identifier: MIT
#include "fovea/bundle/cache_folder.h"

#include <cstdlib>

namespace fovea {

namespace fs = std::filesystem;

fs::path cache_folder()
{
    const auto folder = [](const char *variable) {
        const char *value = std::getenv(variable);
        return fs::path(value == nullptr ? "" : value);
    };
    if (const fs::path asked = folder("FOVEA_CACHE"); !asked.empty())
        return asked;
    // a relative XDG_CACHE_HOME is to be ignored, says the specification
    if (const fs::path caches = folder("XDG_CACHE_HOME"); caches.is_absolute())
        return caches / "fovea";
    return folder("HOME") / ".cache" / "fovea";
}

} // namespace fovea
