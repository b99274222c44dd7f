// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdlib>
#include <string>

#include <CLI/CLI.hpp>

namespace fovea {

/** \brief Of numbers: neither "inf" nor "nan", which CLI::Range lets pass */
inline CLI::Validator finite()
{
    return CLI::Validator(
        [](const std::string &text) { // what is no number is refused when it is taken for one
            return std::isfinite(std::strtod(text.c_str(), nullptr))
                       ? std::string()
                       : "expected a finite number, got '" + text + "'";
        },
        "");
}

} // namespace fovea
