// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

/** \brief \a text as it stands in a CSV file (RFC 4180): in quotes where it needs them */
std::string csv_field(const std::string &text);

/**
 * \brief The same for tables that people open: without control characters, and behind a ' where a spreadsheet
 * would run it as a formula
 */
std::string csv_cell(const std::string &text);

} // namespace fovea
