// SPDX-License-Identifier: MIT
#include "command_line.h"
#include "commands/doctor.h"

namespace {

void add_doctor(CLI::App &app, fovea::Command *asked)
{
    app.add_subcommand("doctor", "Versions, what loads, and how to install what is missing")
        ->callback([asked] { *asked = fovea::doctor; });
}

/* Told in the help; launcher.cpp starts their program */
void add_service(CLI::App &app, fovea::Command *)
{
    app.add_subcommand("watch", "Watch cameras: alarms with clips, messages and a page");
    app.add_subcommand(
        "report", "All alarms of what was labelled or watched: a table, and that page as files");
}

} // namespace

int main(int argc, char **argv)
{
    fovea::run_command_line(argc, argv,
                            {fovea::add_label, fovea::add_extract, fovea::add_models,
                             fovea::add_bench, fovea::add_train, fovea::add_eval, add_service,
                             fovea::add_adapt, add_doctor});
}
