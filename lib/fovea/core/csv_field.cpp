// SPDX-License-Identifier: MIT
#include "fovea/core/csv_field.h"

#include "fovea/core/printable.h"

namespace fovea {

std::string csv_field(const std::string &text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"')
            quoted += '"';
        quoted += c;
    }
    return quoted + "\"";
}

std::string csv_cell(const std::string &text)
{
    const std::string shown = printable(text);
    const bool formula =
        !text.empty() && std::string("=+-@\t\r").find(text[0]) != std::string::npos;
    return csv_field(formula ? "'" + shown : shown);
}

} // namespace fovea
