// SPDX-License-Identifier: MIT
/*
 * keep_networks MODEL...: keeps the networks and heads of models in $FOVEA_CACHE/networks, as the first `fovea label`
 * would. Run by the build for the models that are installed, so that nobody's first run need load LibTorch.
 */
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "fovea/bundle/cache_folder.h"
#include "fovea/bundle/kept_networks.h"

int main(int argc, char **argv)
{
    try {
        std::filesystem::remove_all(fovea::cache_folder() / "networks"); // of an earlier build
        for (int i = 1; i < argc; ++i)
            fovea::keep_networks(fovea::Bundle::open(argv[i]));
        std::_Exit(0); // LibTorch's statics stay as they are
    } catch (const std::exception &error) {
        std::fprintf(stderr, "keep_networks: %s\n", error.what());
        return 1;
    }
}
