// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace fovea {

/** \brief The rows of a CSV file (RFC 4180: quoted fields may hold commas, quotes and line feeds) */
using CsvRows = std::vector<std::vector<std::string>>;

/**
 * \brief Every row that is not empty; a byte order mark is dropped
 * \throw Error NotFound, or Settings for a quote that never ends
 */
CsvRows read_csv(const std::filesystem::path &file);

/** \brief The first of these rows alone; empty where there is none \throw Error NotFound */
std::vector<std::string> csv_columns(const std::filesystem::path &file);

} // namespace fovea
