// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fovea {

/** \brief The character at \a at of a UTF-8 text, and its number of bytes; bytes = 0: not UTF-8 there */
struct Utf8Character {
    char32_t code;
    std::size_t bytes;
};

Utf8Character utf8_character(std::string_view text, std::size_t at);

/**
 * \brief A text from outside, fit for a terminal, a log or one line of a file
 *
 * Control characters (with line ends, escape codes and marks that turn the direction of writing) and bytes that
 * are no UTF-8 become U+FFFD. A text without any comes back as it was.
 */
std::string printable(std::string_view text);

/** \brief printable(), but line feeds stay: for a text of several lines */
std::string printable_lines(std::string_view text);

/** \brief Is the text UTF-8 without control characters? */
bool is_printable(std::string_view text);

} // namespace fovea
