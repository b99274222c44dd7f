// SPDX-License-Identifier: MIT
#include "fovea/late/known_library.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "fovea/core/errors.h"
#include "fovea/core/mapped_file.h"

namespace fovea {

namespace fs = std::filesystem;

namespace {

constexpr std::array trusted_folders = {"/lib", "/usr/lib", "/lib64", "/usr/lib64"};

bool is_in(const fs::path &folder, const std::string &name)
{
    std::error_code error;
    return fs::exists(folder / name, error);
}

/** \brief A list as the variable LD_LIBRARY_PATH; an empty folder is the current one */
bool is_in_list(const char *folders, const std::string &name)
{
    std::string list = folders == nullptr ? "" : folders;
    std::replace(list.begin(), list.end(), ';', ':');
    std::istringstream stream(list);
    for (std::string folder; std::getline(stream, folder, ':');) {
        // $ORIGIN and the like only the loader knows
        if (folder.find('$') != std::string::npos || is_in(folder, name))
            return true;
    }
    return false;
}

bool is_in_cache(const fs::path &cache, const std::string &name)
{
    try {
        const MappedFile mapped(cache, "cache");
        return mapped.bytes().find(std::string_view(name.c_str(), name.size() + 1)) !=
               std::string_view::npos; // with the zero behind it
    } catch (const Error &) {
        return true;
    }
}

} // namespace

bool may_be_loaded(const std::string &name, const fs::path &cache)
{
    return is_in_cache(cache, name) || is_in_list(std::getenv("LD_LIBRARY_PATH"), name) ||
           std::any_of(trusted_folders.begin(), trusted_folders.end(),
                       [&](const char *folder) { return is_in(folder, name); });
}

} // namespace fovea
