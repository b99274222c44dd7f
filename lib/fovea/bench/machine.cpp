// SPDX-License-Identifier: MIT
#include "fovea/bench/machine.h"

#include <array>
#include <fstream>
#include <utility>

namespace fovea {

Blas loaded_blas()
{
    // Debian chooses the library by a link: the mapped file says which it is.
    std::ifstream maps("/proc/self/maps");
    Blas found = {"not found", false};
    for (std::string line; std::getline(maps, line);) {
        if (line.find("openblas") != std::string::npos)
            return {"OpenBLAS", false};
        if (line.find("libmkl") != std::string::npos)
            return {"MKL", false};
        if (line.find("/blis") != std::string::npos)
            return {"BLIS", false};
        if (line.find("/libblas.so") != std::string::npos ||
            line.find("/blas/") != std::string::npos)
            found = {"reference BLAS", true};
    }
    return found;
}

std::string cpu_name()
{
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        const auto colon = line.find(": ");
        if (line.rfind("model name", 0) == 0 && colon != std::string::npos)
            return line.substr(colon + 2);
    }
    return "unknown";
}

std::string cpu_features()
{
    constexpr std::array<std::pair<const char *, const char *>, 8> known = {
        {{"avx2", "avx2"},
         {"fma", "fma"},
         {"avx512f", "avx512"},
         {"avx512_vnni", "avx512_vnni"},
         {"avx_vnni", "avx_vnni"},
         {"avx512_bf16", "avx512_bf16"},
         {"amx_tile", "amx"},
         {"asimd", "neon"}}};
    std::ifstream info("/proc/cpuinfo");
    std::string flags;
    for (std::string line; std::getline(info, line);) {
        if (line.rfind("flags", 0) == 0 || line.rfind("Features", 0) == 0) {
            flags = line.substr(line.find(':') + 1) + " ";
            break;
        }
    }
    std::string names;
    for (const auto &[flag, name] : known)
        if (flags.find(" " + std::string(flag) + " ") != std::string::npos)
            names += (names.empty() ? "" : " ") + std::string(name);
    return names.empty() ? "none of note" : names;
}

} // namespace fovea
