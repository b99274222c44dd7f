// SPDX-License-Identifier: MIT
#pragma once

#include <fstream>
#include <sys/resource.h>

#include <unistd.h>

namespace fovea::test {

/** \brief While it is there, this process gets few more threads: 100 MB are left for their stacks */
class FewThreads
{
public:
    FewThreads()
    {
        constexpr rlim_t place = 100 << 20;
        rlim_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        getrlimit(RLIMIT_AS, &before_);
        const rlimit few = {pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + place,
                            before_.rlim_max};
        setrlimit(RLIMIT_AS, &few);
    }

    ~FewThreads() { setrlimit(RLIMIT_AS, &before_); }

    FewThreads(const FewThreads &) = delete;
    FewThreads &operator=(const FewThreads &) = delete;

private:
    rlimit before_ = {};
};

} // namespace fovea::test
