#include "fovea/train/data/text_file.h"

#include <fstream>
#include <sstream>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr const char *byte_order_mark = "\xEF\xBB\xBF"; // spreadsheets put it first

} // namespace

std::string read_text(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    if (!stream.is_open() || std::filesystem::is_directory(file))
        throw Error(Error::Kind::NotFound, "'" + file.string() + "' cannot be read");
    text << stream.rdbuf();
    std::string result = text.str();
    if (result.rfind(byte_order_mark, 0) == 0)
        result.erase(0, 3);
    return result;
}

std::vector<std::string> read_lines(const std::filesystem::path &file)
{
    std::istringstream stream(read_text(file));
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        line = trimmed(line);
        if (!line.empty())
            lines.push_back(line);
    }
    return lines;
}

std::string trimmed(const std::string &text)
{
    constexpr const char *blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string::npos)
        return "";
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

} // namespace fovea
