// SPDX-License-Identifier: MIT
#include "fovea/bundle/cache_folder.h"

#include <array>
#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

namespace fovea {

namespace fs = std::filesystem;

namespace {

/** \brief That of the list of users, for HOME is not set in a service of the system or behind `env -i`; empty: none */
fs::path listed_home()
{
    std::array<char, 16384> text = {};
    struct passwd user = {};
    struct passwd *found = nullptr;
    const bool is_listed =
        getpwuid_r(geteuid(), &user, text.data(), text.size(), &found) == 0 && found != nullptr;
    return is_listed ? user.pw_dir : "";
}

} // namespace

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
    const fs::path home = folder("HOME");
    return (home.empty() ? listed_home() : home) / ".cache" / "fovea";
}

} // namespace fovea
