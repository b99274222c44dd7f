// SPDX-License-Identifier: MIT
/*
 * What attention costs: the time of a clip through a network with and without it, back to back,
 * least of the rounds, on one thread. Prints a line of JSON for each pair.
 */
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "fovea/nn/backbone.h"
#include "work_count.h"

namespace {

using fovea::nn::Backbone;
using fovea::nn::BackboneOptions;

struct Pair {
    const char *name;
    BackboneOptions with; ///< clip: the size that is timed
};

BackboneOptions network(const std::string &architecture, const std::string &attention,
                        std::vector<std::string> stages, std::int64_t frames, std::int64_t side)
{
    BackboneOptions options;
    options.architecture = architecture;
    options.attention.name = attention;
    options.attention.stages = std::move(stages);
    options.clip = {frames, side, side};
    return options;
}

double seconds_of(Backbone &network, const at::Tensor &clip)
{
    const auto start = std::chrono::steady_clock::now();
    network.map(clip);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void compare(const Pair &pair, int rounds)
{
    BackboneOptions plain = pair.with;
    plain.attention = {};
    const auto without = fovea::nn::make_backbone(plain);
    const auto with = fovea::nn::make_backbone(pair.with);
    without->eval();
    with->eval();
    const at::Tensor clip =
        at::rand({1, 3, pair.with.clip[0], pair.with.clip[1], pair.with.clip[2]});
    const c10::InferenceMode no_grad;
    double least_without = std::numeric_limits<double>::infinity();
    double least_with = std::numeric_limits<double>::infinity();
    for (int i = 0; i <= rounds; ++i) { // the first warms up
        const double a = seconds_of(*without, clip);
        const double b = seconds_of(*with, clip);
        if (i > 0) {
            least_without = std::min(least_without, a);
            least_with = std::min(least_with, b);
        }
    }
    const auto macs = [&](Backbone &counted) {
        return count_work([&] { counted.map(clip); }).multiply_adds;
    };
    std::printf("{\"pair\": \"%s\", \"clip\": [%lld, %lld, %lld], \"without_ms\": %.2f, "
                "\"with_ms\": %.2f, \"added_percent\": %.2f, \"added_macs_percent\": %.3f}\n",
                pair.name, static_cast<long long>(pair.with.clip[0]),
                static_cast<long long>(pair.with.clip[1]),
                static_cast<long long>(pair.with.clip[2]), 1e3 * least_without, 1e3 * least_with,
                100 * (least_with / least_without - 1),
                100 * (static_cast<double>(macs(*with)) / static_cast<double>(macs(*without)) - 1));
    std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv)
{
    at::set_num_threads(1);
    const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
    const std::vector<std::string> all = {"layer1", "layer2", "layer3", "layer4"};
    const std::vector<Pair> pairs = {
        {"resnet18-3d + sta", network("resnet18-3d", "sta", {"layer4"}, 16, 112)},
        {"resnext101-3d + sta", network("resnext101-3d", "sta", {"layer4"}, 16, 112)},
        {"i3d-resnet18 + w3", network("i3d-resnet18", "w3", all, 8, 224)},
        {"tsm-resnet50 + w3", network("tsm-resnet50", "w3", all, 8, 224)},
    };
    for (const Pair &pair : pairs)
        compare(pair, rounds);
    return 0;
}
