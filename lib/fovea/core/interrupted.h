// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>

namespace fovea {

/** \brief The user wants an end: work in hand was given up */
class Interrupted : public std::runtime_error
{
public:
    Interrupted() : std::runtime_error("interrupted") {}
};

} // namespace fovea
