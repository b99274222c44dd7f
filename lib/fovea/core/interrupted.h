// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace fovea {

/** \brief The user wants an end: work in hand was given up */
class Interrupted : public std::runtime_error
{
public:
    /** \param what that means, where it is more than an end */
    explicit Interrupted(const std::string &what = "interrupted") : std::runtime_error(what) {}
};

} // namespace fovea
