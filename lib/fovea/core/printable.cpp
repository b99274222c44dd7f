// SPDX-License-Identifier: MIT
#include "fovea/core/printable.h"

#include <algorithm>
#include <array>

namespace fovea {

namespace {

constexpr const char *replacement = "\xEF\xBF\xBD"; // U+FFFD

bool is_control(char32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || // C0, DEL, C1
           (code >= 0x200E && code <= 0x200F) ||           // direction marks
           (code >= 0x2028 && code <= 0x202E) ||           // line ends, directions
           (code >= 0x2066 && code <= 0x2069) ||           // isolated directions
           code == 0xFEFF;                                 // byte order mark
}

} // namespace

Utf8Character utf8_character(std::string_view text, std::size_t at)
{
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80)
        return {lead, 1};
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - at < bytes)
        return {0, 0};
    char32_t code = lead & (0xFFU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        const auto next = static_cast<unsigned char>(text[at + i]);
        if ((next & 0xC0U) != 0x80)
            return {0, 0};
        code = code << 6U | (next & 0x3FU);
    }
    constexpr std::array<char32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
    const bool is_surrogate = code >= 0xD800 && code < 0xE000;
    if (code < least[bytes] || is_surrogate || code > 0x10FFFF)
        return {0, 0};
    return {code, bytes};
}

std::string printable(std::string_view text)
{
    std::string shown;
    shown.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Utf8Character next = utf8_character(text, at);
        const std::size_t bytes = next.bytes == 0 ? 1 : next.bytes;
        if (next.bytes == 0 || is_control(next.code))
            shown += replacement;
        else
            shown += text.substr(at, bytes);
        at += bytes;
    }
    return shown;
}

std::string printable_lines(std::string_view text)
{
    std::string lines;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines += printable(text.substr(begin, end - begin));
        if (end < text.size())
            lines += '\n';
        begin = end + 1;
    }
    return lines;
}

bool is_printable(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const Utf8Character next = utf8_character(text, at);
        if (next.bytes == 0 || is_control(next.code))
            return false;
        at += next.bytes;
    }
    return true;
}

} // namespace fovea
