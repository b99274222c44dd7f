#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "commands/evaluate.h"
#include "commands/train_backbone.h"
#include "commands/train_head.h"

namespace fovea {

/** \brief What `fovea train` and `fovea eval` were asked on the command line */
struct TrainCommands {
    HeadTraining head;
    BackboneTraining backbone;
    double cache_gigabytes = 50;
    EvaluateOptions evaluation;
};

/** \brief Adds both commands. \param commands must live until they have run */
void add_training_commands(CLI::App &app, TrainCommands *commands);

/** \brief Runs the one that was asked for. \return exit code; -1 when it was none of these */
int run_training_command(const CLI::App &app, TrainCommands *commands);

} // namespace fovea
