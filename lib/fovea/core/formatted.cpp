// SPDX-License-Identifier: MIT
#include "fovea/core/formatted.h"

#include <array>
#include <charconv>
#include <cstdarg>
#include <cstdio>

namespace fovea {

std::string formatted(const char *format, ...)
{
    std::va_list values;
    va_start(values, format);
    std::va_list again;
    va_copy(again, values);
    const int length = std::vsnprintf(nullptr, 0, format, values);
    va_end(values);
    std::string text(length > 0 ? static_cast<std::size_t>(length) : 0, '\0');
    std::vsnprintf(text.data(), text.size() + 1, format, again);
    va_end(again);
    return text;
}

std::string to_text(double value)
{
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() ? std::string(digits.data(), end) : "0";
}

std::string six_places(double value)
{
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    return text;
}

std::string counted(std::size_t count, const char *one)
{
    return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

} // namespace fovea
