#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace fovea {

/** \brief A file, whole, without a byte order mark. \throw Error NotFound when it does not open */
std::string read_text(const std::filesystem::path &file);

/** \brief Its lines without line ends and outer blanks; empty ones are left out. \throw as above */
std::vector<std::string> read_lines(const std::filesystem::path &file);

/** \brief \a text without blanks at both ends */
std::string trimmed(const std::string &text);

} // namespace fovea
