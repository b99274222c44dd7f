// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
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

/** \brief Of a seed: CLI11 takes the greatest for one that is too long, or less than 0 */
inline CLI::Validator whole()
{
    return CLI::Validator(
        [](const std::string &text) {
            std::uint64_t number = 0;
            const auto [end, error] =
                std::from_chars(text.data(), text.data() + text.size(), number);
            return error == std::errc() && end == text.data() + text.size()
                       ? std::string()
                       : "expected a whole number from 0 to 18446744073709551615, got '" + text +
                             "'";
        },
        "");
}

} // namespace fovea
