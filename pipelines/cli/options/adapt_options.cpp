// SPDX-License-Identifier: MIT
#include "commands/adapt.h"
#include "options/finite.h"
#include "options/shared_options.h"

namespace fovea {

void add_adapt(CLI::App &app, Command *asked)
{
    const auto settings = std::make_shared<AdaptationSettings>();
    CLI::App *command = app.add_subcommand(
        "adapt", "Train a model's head anew on what was said of a camera's alarms");
    command->add_option("--from", settings->events, "events.db of 'fovea watch'")
        ->required()
        ->option_text("FILE (required)");
    command->add_option("--camera", settings->camera, "Camera, by its name")
        ->required()
        ->option_text("NAME (required)");
    command
        ->add_option("--alarms-per-hour", settings->alarms_per_hour,
                     "False alarms that an hour of this camera may give")
        ->check(CLI::Range(1e-4, 1e4))
        ->check(finite())
        ->option_text("X (0.1)");
    command
        ->add_option("--out,-o", settings->out,
                     "Folder of the bundle (default: where 'fovea watch' takes it from)")
        ->check(not_empty())
        ->option_text("DIR");
    command->add_option("--model", settings->model, "Model that the camera was watched with")
        ->option_text("MODEL (as FILE says)");
    command->add_option("--seed", settings->seed, "The same seed gives the same weights")
        ->check(whole())
        ->option_text("N (0)");
    add_threads(command, &settings->threads);
    command->callback(
        [settings, asked] { *asked = [settings] { return run_adaptation(*settings); }; });
}

} // namespace fovea
