// SPDX-License-Identifier: MIT
/*
 * What a shell starts as `fovea`: it settles the environment that libraries read when they are
 * loaded, answers what needs none of them, and becomes the command proper (main.cpp). Nothing is
 * linked to it, so that it starts at once.
 */

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "fovea/core/standard_output.h"

namespace {

/*
 * Threads that wait must sleep, not burn the core that decodes. OpenBLAS's would for a tenth of a
 * second after each product (2^26 cycles), and take a core from the network that runs next. oneDNN would ask for the
 * library of a profiler when it compiles, and wait where FFmpeg's are being loaded.
 */
void settle_environment()
{
    setenv("OMP_WAIT_POLICY", "PASSIVE", /*overwrite=*/0);
    setenv("OPENBLAS_THREAD_TIMEOUT", "4", /*overwrite=*/0);
    setenv("DNNL_JIT_PROFILE", "0", /*overwrite=*/0);
}

/* What c10d logs of processes that do not come is said by the error, in one line; with and without glog */
void silence_c10d()
{
    setenv("GLOG_minloglevel", "3", /*overwrite=*/0);
    setenv("TORCH_CPP_LOG_LEVEL", "FATAL", /*overwrite=*/0);
}

/** \brief Where this program lies */
std::filesystem::path own_folder()
{
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
}

/** \brief The build folder that this program was built in; empty: it is installed */
std::filesystem::path build_folder()
{
    std::error_code error;
    const auto own = own_folder();
    const auto folder = own.parent_path().parent_path();
    const bool is_built_there =
        own == folder / "pipelines/cli" && std::filesystem::exists(folder / "build.ninja", error);
    return is_built_there ? folder : std::filesystem::path();
}

/**
 * \brief A program that does the work: where this one was built, and there alone, since one that is installed is of
 * another version; or in the tree that it is installed in, else where it was to be
 */
std::filesystem::path program(const char *name, const char *built_in)
{
    std::error_code error;
    const auto own = own_folder();
    if (!build_folder().empty())
        return (own / built_in / name).lexically_normal();
    const std::filesystem::path installed = FOVEA_COMMAND_DIR;
    const auto beside = own / installed.lexically_relative(FOVEA_BIN_DIR) / name;
    return std::filesystem::exists(beside, error) ? beside : installed / name;
}

/** \brief What to do where a program does not start for \a cause */
std::string remedy(int cause, bool watches)
{
    const std::string needs = "libsoup-3.0-dev and libtomlplusplus-dev";
    const auto build = build_folder();
    if (cause == ENOENT && !build.empty())
        return "it is not built: ninja -C '" + build.string() + "'" +
               (watches ? "; where it has no such target, install " + needs + " and configure anew"
                        : "");
    return watches ? "build with " + needs : "install fovea anew";
}

/*
 * Where stdin, stdout or stderr is closed, the next file that is opened would have its number, and take what is said on
 * it: /dev/null has it in its place.
 */
void fill_standard_descriptors()
{
    int opened = STDIN_FILENO;
    while (opened >= STDIN_FILENO && opened <= STDERR_FILENO)
        opened = open("/dev/null", O_RDWR);
    if (opened > STDERR_FILENO)
        close(opened);
}

/* What it starts takes them once it can; until then they would end that */
void hold_signals()
{
    sigset_t held;
    sigemptyset(&held);
    for (const int number : {SIGHUP, SIGINT, SIGTERM})
        sigaddset(&held, number);
    sigprocmask(SIG_BLOCK, &held, nullptr);
}

} // namespace

int main(int argc, char **argv)
{
    fill_standard_descriptors();
    if (argc == 2 && std::string_view(argv[1]) == "--version") {
        std::puts("fovea " FOVEA_VERSION);
        return fovea::code_when_written(0);
    }
    settle_environment();
    // a file beyond `ulimit -f` is an error to be told, as a full disk is
    std::signal(SIGXFSZ, SIG_IGN);
    const std::string_view word = argc > 1 ? argv[1] : "";
    if (word == "watch")
        hold_signals();
    if (word == "train")
        silence_c10d();
    // A program of its own has cameras and the page; it is left out where its libraries are not there
    const bool watches = word == "watch" || word == "report";
    const auto file = watches           ? program("fovea-watch", "../service")
                      : word == "label" ? program("fovea-label", ".")
                                        : program("fovea-command", ".");
    execv(file.c_str(), watches ? argv + 1 : argv);
    const int cause = errno;
    std::fprintf(stderr, "fovea: '%s' does not start: %s; %s\n", file.c_str(), std::strerror(cause),
                 remedy(cause, watches).c_str());
    return 1;
}
