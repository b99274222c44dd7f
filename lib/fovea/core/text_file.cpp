// SPDX-License-Identifier: MIT
#include "fovea/core/text_file.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>

#include "fovea/core/errors.h"
#include "fovea/core/mapped_file.h"
#include "fovea/core/printable.h"

namespace fovea {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF"; // spreadsheets put it first
constexpr std::string_view utf16_little("\xFF\xFE", 2);
constexpr std::string_view utf16_big("\xFE\xFF", 2);
constexpr std::string_view zip_begin = "PK\x03\x04";
constexpr std::string_view file_scheme = "file://";

/** \brief What is wrong with a text; empty: nothing */
std::string fault_of(std::string_view text)
{
    std::size_t number = 1;
    for (std::size_t begin = 0; begin <= text.size(); ++number) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        if (const auto fault = fault_of_line(text.substr(begin, end - begin)); !fault.empty())
            return "line " + std::to_string(number) + fault;
        begin = end + 1;
    }
    return "";
}

} // namespace

std::string fault_of_line(std::string_view line)
{
    for (std::size_t at = 0; at < line.size();) {
        const Utf8Character next = utf8_character(line, at);
        if (next.bytes == 0)
            return " is not UTF-8 (of Latin-1, perhaps); save the file as UTF-8";
        const bool blank = next.code == '\t' || next.code == '\r';
        if ((next.code < ' ' && !blank) || next.code == 0x7F)
            return " holds the control character " + std::to_string(static_cast<int>(next.code)) +
                   "; take it out";
        at += next.bytes;
    }
    return "";
}

std::string read_text(const std::filesystem::path &file, const std::string &what)
{
    const MappedFile mapped(file, what);
    std::string_view text = mapped.bytes();
    const std::string name = what + " '" + file.string() + "': ";
    if (text.rfind(utf16_little, 0) == 0 || text.rfind(utf16_big, 0) == 0)
        throw Error(Error::Kind::Settings,
                    name + "is in UTF-16, expected UTF-8; save it as text or CSV in UTF-8");
    if (text.rfind(zip_begin, 0) == 0)
        throw Error(Error::Kind::Settings, name + "is a ZIP archive, as spreadsheets are, expected "
                                                  "text; save it as CSV in UTF-8");
    if (text.rfind(byte_order_mark, 0) == 0)
        text.remove_prefix(byte_order_mark.size());
    if (const std::string fault = fault_of(text); !fault.empty())
        throw Error(Error::Kind::Settings, name + fault);
    return std::string(text);
}

std::vector<std::string> read_lines(const std::filesystem::path &file, const std::string &what)
{
    std::istringstream stream(read_text(file, what));
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        line = trimmed(line);
        if (!line.empty())
            lines.push_back(line);
    }
    return lines;
}

std::string lowered(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string trimmed(const std::string &text)
{
    constexpr const char *blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string::npos)
        return "";
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::filesystem::path local_path(const std::string &path_or_uri)
{
    if (path_or_uri.rfind(file_scheme, 0) != 0)
        return path_or_uri;
    std::string rest = path_or_uri.substr(file_scheme.size());
    const std::size_t slash = rest.find('/');
    const std::string host = rest.substr(0, slash);
    if (slash == std::string::npos || (!host.empty() && host != "localhost"))
        throw Error(Error::Kind::Settings, "'" + path_or_uri +
                                               "' is on another host, expected file:///path of "
                                               "this one");
    std::string path;
    for (std::size_t i = slash; i < rest.size(); ++i) {
        const std::string digits = rest.substr(i + 1, 2);
        const bool escaped = rest[i] == '%' && digits.size() == 2 &&
                             std::all_of(digits.begin(), digits.end(),
                                         [](unsigned char c) { return std::isxdigit(c) != 0; });
        if (escaped) {
            path += static_cast<char>(std::strtol(digits.c_str(), nullptr, 16));
            i += 2;
        } else {
            path += rest[i];
        }
    }
    return path;
}

std::string file_uri(const std::filesystem::path &path)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view kept =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    std::string uri(file_scheme);
    for (const char c : path.string()) {
        const auto byte = static_cast<unsigned char>(c);
        if (kept.find(c) != std::string_view::npos)
            uri += c;
        else
            uri += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
    }
    return uri;
}

} // namespace fovea
