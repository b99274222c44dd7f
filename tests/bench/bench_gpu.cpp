// SPDX-License-Identifier: MIT
/** \file What `fovea bench` measures on a GPU, where the command cannot be built: figures as JSON. Run by tests/gpu.sh */
#include <cstdio>
#include <exception>
#include <string>

#include "fovea/bench/cuda_bench.h"
#include "fovea/bench/training_bench.h"
#include "fovea/core/json.h"

int main(int argc, char **argv)
{
    const std::string what = argc > 1 ? argv[1] : "i3d";
    try {
        fovea::NetworkBenchOptions options;
        options.rounds = 10;
        options.architecture = what;
        const fovea::Json report = what == "train" ? fovea::bench_train(3, 0, "cuda")
                                                   : fovea::bench_network_on_gpu(options, "cuda");
        std::puts(report.dump(2).c_str());
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
