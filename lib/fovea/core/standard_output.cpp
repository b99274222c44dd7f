// SPDX-License-Identifier: MIT
#include "fovea/core/standard_output.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace fovea {

int code_when_written(int code)
{
    errno = 0;
    const bool lost = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
    if (!lost || fcntl(STDOUT_FILENO, F_GETFD) == -1)
        return code;
    std::fprintf(stderr, "fovea: cannot write to standard output: %s\n",
                 errno != 0 ? std::strerror(errno) : "a part is lost");
    return code == 0 ? 1 : code;
}

} // namespace fovea
