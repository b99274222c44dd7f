// SPDX-License-Identifier: MIT
#include "command_line.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include <gst/gst.h>

#include <unistd.h>

#include "fovea/core/error_text.h"
#include "fovea/core/heaps.h"
#include "fovea/core/printable.h"
#include "fovea/core/standard_output.h"
#include "interrupt.h"

namespace fovea {

namespace {

constexpr int usage_exit_code = 2;

/** \brief How far the words at the front of a line are commands, as `models list` */
struct NamedCommand {
    const CLI::App *command;
    std::string words; ///< " models list"
    int next;          ///< the first that is none
};

NamedCommand named_command(const CLI::App &app, int argc, char **argv)
{
    NamedCommand named = {&app, "", 1};
    for (; named.next < argc; ++named.next) {
        const std::string word = argv[named.next];
        const auto ones = named.command->get_subcommands(
            [&](const CLI::App *one) { return one->get_name() == word; });
        if (ones.empty())
            break;
        named.command = ones.front();
        named.words += " " + word;
    }
    return named;
}

/** \throw CLI::ParseError naming the word that stands where a command is needed and is none */
void check_command(const NamedCommand &named, int argc, char **argv)
{
    if (named.command->get_require_subcommand_min() == 0 || named.next == argc)
        return;
    const std::string word = argv[named.next];
    if (word.empty() || word.front() != '-')
        throw CLI::ParseError("there is no command '" + (named.words + " " + word).substr(1) + "'",
                              usage_exit_code);
    if (named.command->get_option_no_throw(word) == nullptr)
        throw CLI::ParseError("The following argument was not expected: " + word, usage_exit_code);
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

    const NamedCommand named = named_command(app, argc, argv);
    try {
        check_command(named, argc, argv);
        app.parse(argc, argv);
    } catch (const CLI::Success &told) { // --help, --version
        return app.exit(told);
    } catch (const CLI::ParseError &error) {
        std::fprintf(stderr, "fovea: %s (see fovea%s --help)\n", printable(error.what()).c_str(),
                     named.words.c_str());
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
    keep_freed_memory();
    gst_init(nullptr, nullptr); // its own options come through the environment
    int code = 1;
    try {
        code = run(argc, argv, words);
    } catch (const Interrupted &told) {
        std::fprintf(stderr, "fovea: %s\n", told.what());
        code = interrupted_exit_code;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "fovea: %s\n", printable(error_text(error)).c_str());
    }
    leave(code_when_written(code));
}

} // namespace fovea
