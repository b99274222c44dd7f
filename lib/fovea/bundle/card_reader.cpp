// SPDX-License-Identifier: MIT
#include "fovea/bundle/card_reader.h"

#include <algorithm>

namespace fovea {

std::string CardReader::text(const std::string &key) const
{
    if (!at(key).is_string())
        throw wrong(key, "text");
    return at(key).get<std::string>();
}

std::string CardReader::text(const std::string &key, const std::string &fallback) const
{
    return has(key) ? text(key) : fallback;
}

std::vector<std::string> CardReader::texts(const std::string &key) const
{
    if (!has(key))
        return {};
    const Json &value = at(key);
    const bool fits =
        value.is_array() && std::all_of(value.begin(), value.end(),
                                        [](const Json &entry) { return entry.is_string(); });
    if (!fits)
        throw wrong(key, "a list of texts");
    return value.get<std::vector<std::string>>();
}

std::string CardReader::file_name(const std::string &key) const
{
    std::string name = text(key);
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos)
        throw wrong(key, "the name of a file in the card's folder");
    return name;
}

bool CardReader::flag(const std::string &key, bool fallback) const
{
    if (!has(key))
        return fallback;
    if (!at(key).is_boolean())
        throw wrong(key, "true or false");
    return at(key).get<bool>();
}

int CardReader::integer(const std::string &key, int least, int most) const
{
    return static_cast<int>(reader_.integer(key, least, most));
}

int CardReader::integer(const std::string &key, int least, int most, int fallback) const
{
    return has(key) ? integer(key, least, most) : fallback;
}

double CardReader::number(const std::string &key, double least, double most) const
{
    return reader_.number(key, least, most);
}

double CardReader::number(const std::string &key, double least, double most, double fallback) const
{
    return has(key) ? number(key, least, most) : fallback;
}

} // namespace fovea
