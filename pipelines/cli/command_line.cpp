// SPDX-License-Identifier: MIT
#include "command_line.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include <gst/gst.h>

#include <unistd.h>

#include "fovea/core/printable.h"
#include "interrupt.h"

namespace fovea {

namespace {

constexpr int usage_exit_code = 2;

bool is_subcommand(const CLI::App &app, const std::string &word)
{
    const auto all = app.get_subcommands([](const CLI::App *) { return true; });
    return std::any_of(all.begin(), all.end(),
                       [&](const CLI::App *one) { return one->get_name() == word; });
}

int run(int argc, char **argv, const std::vector<AddWord> &words)
{
    CLI::App app("Fovea: what people do in video, where and when", "fovea");
    app.set_version_flag("--version", "fovea " FOVEA_VERSION);
    app.require_subcommand(1);
    app.get_formatter()->column_width(26);
    Command asked;
    for (const AddWord add : words)
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
        std::fprintf(stderr, "fovea: %s (see fovea%s --help)\n", printable(error.what()).c_str(),
                     known ? (" " + first).c_str() : "");
        return usage_exit_code;
    }
    catch_interrupts();
    return asked();
}

/* LibTorch takes a tenth of a second to forget its operators */
[[noreturn]] void leave(int code)
{
#ifndef __SANITIZE_ADDRESS__ // which looks for leaks at a program's own end
    std::fflush(nullptr);
    _exit(code);
#else
    std::exit(code);
#endif
}

} // namespace

void run_command_line(int argc, char **argv, const std::vector<AddWord> &words)
{
    gst_init(nullptr, nullptr); // its own options come through the environment
    int code = 1;
    try {
        code = run(argc, argv, words);
    } catch (const Interrupted &told) {
        std::fprintf(stderr, "fovea: %s\n", told.what());
        code = interrupted_exit_code;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "fovea: %s\n", printable(error.what()).c_str());
    }
    leave(code);
}

} // namespace fovea
