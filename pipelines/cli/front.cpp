// SPDX-License-Identifier: MIT
/*
 * What a shell starts as `fovea`: it settles the environment that libraries read when they are
 * loaded, answers what needs none of them, and becomes the command proper (main.cpp). Nothing is
 * linked to it, so that it starts at once.
 */

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

#include <unistd.h>

namespace {

/*
 * Threads that wait must sleep, not burn the core that decodes. OpenBLAS's would for a tenth of a
 * second after each product (2^26 cycles), and take a core from the network that runs next.
 */
void settle_environment()
{
    setenv("OMP_WAIT_POLICY", "PASSIVE", /*overwrite=*/0);
    setenv("OPENBLAS_THREAD_TIMEOUT", "4", /*overwrite=*/0);
}

/** \brief The command proper: beside this one where it was built, else where it is installed */
std::filesystem::path command()
{
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    auto beside = self.parent_path() / "fovea-command";
    return std::filesystem::exists(beside, error) ? beside : FOVEA_COMMAND_DIR "/fovea-command";
}

} // namespace

int main(int argc, char **argv)
{
    if (argc == 2 && std::string_view(argv[1]) == "--version") {
        std::puts("fovea " FOVEA_VERSION);
        return 0;
    }
    settle_environment();
    const auto file = command();
    execv(file.c_str(), argv);
    std::fprintf(stderr, "fovea: '%s' does not start: %s; install fovea anew\n", file.c_str(),
                 std::strerror(errno));
    return 1;
}
