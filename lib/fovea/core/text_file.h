// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/**
 * \brief A text file in UTF-8, whole, without a byte order mark; line ends as they are
 * \param what the file's role for the error, for example `list`
 * \throw Error NotFound when it is not there; Settings when it is no file, is in UTF-16, or has a line that is
 * not UTF-8 or holds a control character (which line)
 */
std::string read_text(const std::filesystem::path &file, const std::string &what);

/** \brief What is wrong with a line of such a file, to be told behind its number: " is not UTF-8 ..."; empty: nothing */
std::string fault_of_line(std::string_view line);

/** \brief A file's lines without line ends and outer blanks, but empty ones. \throw as above */
std::vector<std::string> read_lines(const std::filesystem::path &file, const std::string &what);

/** \brief \a text without blanks at both ends */
std::string trimmed(const std::string &text);

/** \brief ASCII letters made small ones */
std::string lowered(std::string text);

/** \brief A path, or the path that a `file://` URI stands for. \throw Error Settings when it is of another host */
std::filesystem::path local_path(const std::string &path_or_uri);

/** \brief A whole path as `file://` URI, which local_path() takes back to the same bytes: letters, digits and `-._~/` stay */
std::string file_uri(const std::filesystem::path &path);

} // namespace fovea
