// SPDX-License-Identifier: MIT
#include "media/chain.h"

namespace fovea {

namespace {

constexpr const char *plain_characters = "abcdefghijklmnopqrstuvwxyz"
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789-_./,:+%@";

bool is_plain(const std::string &text)
{
    return !text.empty() && text.find_first_not_of(plain_characters) == std::string::npos;
}

/* Two readers in turn: the shell (single quotes), then GStreamer's parser (double quotes). */
std::string property_word(const std::string &name, const std::string &value)
{
    if (is_plain(value))
        return name + "=" + value;

    std::string word = "'" + name + "=\"";
    for (const char c : value) {
        if (c == '"' || c == '\\')
            word += '\\';
        if (c == '\'')
            word += "'\\''";
        else
            word += c;
    }
    return word + "\"'";
}

} // namespace

std::string to_launch_line(const Chain &chain)
{
    std::string line;
    for (const Stage &stage : chain) {
        if (!line.empty())
            line += " ! ";
        line += stage.factory;
        for (const auto &[name, value] : stage.properties)
            line += " " + property_word(name, value);
    }
    return line;
}

} // namespace fovea
