// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

#include <gst/gst.h>

#include <unistd.h>

#include "commands/doctor.h"
#include "fovea/core/printable.h"
#include "interrupt.h"
#include "options/shared_options.h"

namespace {

constexpr int usage_exit_code = 2;

void add_doctor(CLI::App &app, fovea::Command *asked)
{
    app.add_subcommand("doctor", "Versions, what loads, and how to install what is missing")
        ->callback([asked] { *asked = fovea::doctor; });
}

/* Told in the help; launcher.cpp starts their program */
void add_service(CLI::App &app, fovea::Command *)
{
    app.add_subcommand("watch", "Watch cameras: alarms with clips, messages and a page");
    app.add_subcommand("report", "That page, as files, for what was labelled or watched");
}

bool is_subcommand(const CLI::App &app, const std::string &word)
{
    const auto all = app.get_subcommands([](const CLI::App *) { return true; });
    return std::any_of(all.begin(), all.end(),
                       [&](const CLI::App *one) { return one->get_name() == word; });
}

int run(int argc, char **argv)
{
    CLI::App app("Fovea: what people do in video, where and when", "fovea");
    app.set_version_flag("--version", "fovea " FOVEA_VERSION);
    app.require_subcommand(1);
    app.get_formatter()->column_width(26);
    fovea::Command asked;
    for (const auto add :
         {fovea::add_label, fovea::add_extract, fovea::add_models, fovea::add_bench,
          fovea::add_train, fovea::add_eval, add_service, fovea::add_adapt, add_doctor})
        add(app, &asked);

    const std::string first = argc > 1 ? argv[1] : "";
    const bool known = is_subcommand(app, first);
    try {
        if (!first.empty() && first.front() != '-' && !known)
            throw CLI::ParseError("there is no command '" + first + "'", usage_exit_code);
        app.parse(argc, argv);
    } catch (const CLI::Success &told) { // --help, --version
        return app.exit(told);
    } catch (const CLI::ParseError &error) {
        std::fprintf(stderr, "fovea: %s (see fovea%s --help)\n",
                     fovea::printable(error.what()).c_str(), known ? (" " + first).c_str() : "");
        return usage_exit_code;
    }
    fovea::catch_interrupts();
    return asked();
}

/* LibTorch takes a tenth of a second to forget its operators */
void leave([[maybe_unused]] int code)
{
#ifndef __SANITIZE_ADDRESS__ // which looks for leaks at a program's own end
    std::fflush(nullptr);
    _exit(code);
#endif
}

} // namespace

int main(int argc, char **argv)
{
    gst_init(nullptr, nullptr); // its own options come through the environment
    int code = 1;
    try {
        code = run(argc, argv);
    } catch (const fovea::Interrupted &told) {
        std::fprintf(stderr, "fovea: %s\n", told.what());
        code = fovea::interrupted_exit_code;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "fovea: %s\n", fovea::printable(error.what()).c_str());
    }
    leave(code);
    return code;
}
