// SPDX-License-Identifier: MIT
#include "fovea/late/torch_library.h"

#include <algorithm>
#include <string>

#include <dlfcn.h>
#include <link.h>

#include "fovea/core/errors.h"
#include "torch_build.h" // FOVEA_TORCH_BUILD

namespace fovea {

namespace fs = std::filesystem;

namespace {

constexpr const char *library = "libfovea-torch.so";

[[noreturn]] void fail(const std::string &what, const std::string &remedy = "install fovea anew")
{
    throw Error(Error::Kind::Init, "LibTorch is needed for this, and " + what + "; " + remedy +
                                       ", or build it: ninja -C build runtime");
}

std::string listed(const std::vector<fs::path> &files)
{
    std::string list;
    for (const fs::path &file : files)
        list += (list.empty() ? "'" : ", '") + file.parent_path().string() + "'";
    return list;
}

} // namespace

std::vector<fs::path> torch_library_places(const fs::path &folder)
{
    const fs::path installed = FOVEA_TORCH_DIR;
    std::vector<fs::path> places;
    for (const fs::path &place :
         {folder, folder / "../lib/fovea/late", folder / "../../lib/fovea/late",
          folder / installed.lexically_relative(FOVEA_PLUGIN_DIR),
          folder / installed.lexically_relative(FOVEA_COMMAND_DIR), installed}) {
        const fs::path file = (place / library).lexically_normal();
        if (std::find(places.begin(), places.end(), file) == places.end())
            places.push_back(file);
    }
    return places;
}

fs::path own_folder()
{
    Dl_info image;
    link_map *map = nullptr;
    std::error_code error;
    const bool known = dladdr1(reinterpret_cast<void *>(&own_folder), &image,
                               reinterpret_cast<void **>(&map), RTLD_DL_LINKMAP) != 0;
    if (!known || map->l_name[0] == '\0') // the program, whose name is what its caller called it
        return fs::read_symlink("/proc/self/exe", error).parent_path();
    const fs::path file = fs::canonical(map->l_name, error); // plugins may be links
    return (error ? fs::path(map->l_name) : file).parent_path();
}

const char *own_torch_build()
{
    return FOVEA_TORCH_BUILD;
}

const TorchFunctions &open_torch_library(const std::vector<fs::path> &places)
{
    const auto there = std::find_if(places.begin(), places.end(), [](const fs::path &file) {
        std::error_code error;
        return fs::exists(file, error);
    });
    if (there == places.end())
        fail(std::string("'") + library + "' is in none of " + listed(places));
    // Never unloaded: LibTorch has threads and statics of its own
    void *handle = dlopen(there->c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == nullptr) {
        const char *why = dlerror();
        fail("'" + there->string() +
             "' does not load: " + (why != nullptr ? why : "no reason said"));
    }
    // Of another build nothing but its name is looked at: what the functions take may differ
    const auto build =
        reinterpret_cast<decltype(&fovea_torch_build)>(dlsym(handle, "fovea_torch_build"));
    const std::string got = build != nullptr ? build() : "none";
    const auto functions =
        reinterpret_cast<decltype(&fovea_torch_functions)>(dlsym(handle, "fovea_torch_functions"));
    if (got != FOVEA_TORCH_BUILD || functions == nullptr)
        fail("'" + there->string() + "' is of another build (expected " FOVEA_TORCH_BUILD ", got " +
                 got + ")",
             "start fovea anew where it was running, install it anew");
    return *functions();
}

} // namespace fovea
