// SPDX-License-Identifier: MIT
#include "fovea/core/formatted.h"

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

std::string counted(std::size_t count, const char *one)
{
    return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

} // namespace fovea
