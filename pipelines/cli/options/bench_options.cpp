// SPDX-License-Identifier: MIT
#include <algorithm>

#include "commands/bench.h"
#include "options/shared_options.h"

namespace fovea {

namespace {

/* What is measured does not go by the others' options: a figure would be taken for theirs */
void check_belongs(const CLI::App &command, const std::string &what)
{
    using Names = std::vector<std::string>;
    const std::vector<std::pair<const char *, Names>> of_some = {
        {"--size", {"i3d", "network", "stream"}},
        {"--no-libtorch", {"i3d", "network"}},
        {"--device", {"i3d", "network", "train"}},
        {"--architecture", {"network"}},
        {"--video", {"pipeline"}},
        {"--model", {"pipeline"}},
        {"--mode", {"pipeline"}},
        {"--precision", {"pipeline", "detect"}},
        {"--timesteps", {"pipeline"}},
        {"--detector", {"detect"}}};
    for (const auto &[name, whats] : of_some) {
        if (command.count(name) > 0 && std::find(whats.begin(), whats.end(), what) == whats.end())
            throw CLI::ValidationError(name, "expected with " + CLI::detail::join(whats, " or ") +
                                                 ", got " + what + "; leave it out");
    }
}

} // namespace

void add_bench(CLI::App &app, Command *asked)
{
    const auto options = std::make_shared<BenchOptions>();
    CLI::App *command =
        app.add_subcommand("bench", "Measure the speed of this machine; JSON on stdout");
    command->add_option("WHAT", options->what, "i3d, network, stream, pipeline, detect or train")
        ->required()
        ->check(CLI::IsMember({"i3d", "network", "stream", "pipeline", "detect", "train"}))
        ->option_text(" ");
    command->add_option("--rounds", options->rounds, "Timed runs")
        ->check(CLI::Range(1, 1000))
        ->option_text("N (5)");
    command->add_option("--size", options->size, "i3d, network, stream: pixels")
        ->check(CLI::Range(32, 1024))
        ->option_text("N (224)");
    command->add_option("--threads", options->threads, "Threads of a network; 0: all cores")
        ->check(CLI::Range(0, 256))
        ->option_text("N");
    command->add_flag_callback(
        "--no-libtorch", [options] { options->torch = false; }, "i3d, network: leave LibTorch out");
    command->add_option("--device", options->device, "i3d, network, train: cpu, or cuda or cuda:N")
        ->option_text("DEVICE (cpu)");
    command->add_option("--architecture", options->architecture, "network: which")
        ->option_text("NAME (i3d)");
    command->add_option("--video", options->video, "pipeline: the file")->option_text("FILE");
    add_model(command, &options->model, "pipeline: activity model");
    add_mode(command, &options->mode, "pipeline: one-at-a-time or one-shot")
        ->option_text("MODE (one-at-a-time)");
    command
        ->add_option("--precision", options->precision,
                     "pipeline: auto, fp32, bf16 or int8; detect: fp32 or bf16")
        ->option_text("(auto)");
    command->add_option("--timesteps", options->timesteps, "pipeline: clips, or pieces of one")
        ->check(CLI::Range(1, 65536))
        ->option_text("N (64)");
    command->add_option("--detector", options->detector, "detect: hog or a bundle")
        ->option_text("DETECTOR (hog)");
    command->callback([options, asked, command] {
        check_belongs(*command, options->what);
        *asked = [options] { return bench(*options); };
    });
}

} // namespace fovea
