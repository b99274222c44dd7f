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
#include "fovea/bundle/load_networks.h"

int main(int argc, char **argv)
{
    try {
        std::filesystem::remove_all(fovea::cache_folder() / "networks"); // of an earlier build
        fovea::EngineOptions on_cpu;
        on_cpu.device = "cpu";
        for (int i = 1; i < argc; ++i) {
            const fovea::Bundle bundle = fovea::Bundle::open(argv[i]);
            if (bundle.kind() == fovea::Bundle::Kind::Pose) {
                fovea::load_pose_estimator(argv[i], {"cpu", "auto", "fp32", 1});
                continue;
            }
            fovea::load_feature_extractor(bundle, on_cpu);
            fovea::load_head(bundle);
        }
        std::_Exit(0); // LibTorch's statics stay as they are
    } catch (const std::exception &error) {
        std::fprintf(stderr, "keep_networks: %s\n", error.what());
        return 1;
    }
}
