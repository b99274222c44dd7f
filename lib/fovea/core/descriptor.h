// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

namespace fovea {

/** \brief An open file's descriptor, closed when it is left; negative: nothing is open */
struct Descriptor {
    explicit Descriptor(int opened) : number(opened) {}

    ~Descriptor()
    {
        if (number >= 0)
            close(number);
    }

    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;

    int number;
};

} // namespace fovea
