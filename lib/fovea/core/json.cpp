#include "fovea/core/json.h"

#include <algorithm>
#include <cstring>
#include <fstream>

namespace fovea {

Json read_json(const std::filesystem::path &file)
{
    std::ifstream stream(file);
    if (!stream)
        throw Error(Error::Kind::NotFound, "'" + file.string() + "' cannot be read; expected JSON");
    try {
        return Json::parse(stream);
    } catch (const nlohmann::json::parse_error &error) {
        throw Error(Error::Kind::Settings, "'" + file.string() + "' is not JSON: " + error.what());
    }
}

JsonReader::JsonReader(Json value, std::string where)
    : value_(std::move(value)), where_(std::move(where))
{
    if (!value_.is_object())
        throw Error(Error::Kind::Settings, "'" + where_ + "': expected a JSON object, got " +
                                               std::string(value_.type_name()));
}

JsonReader JsonReader::object(const std::string &key) const
{
    return {at(key), where_ + ": " + key};
}

const Json &JsonReader::at(const std::string &key) const
{
    const auto entry = value_.find(key);
    if (entry == value_.end())
        throw Error(Error::Kind::Settings, "'" + where_ + "': the entry '" + key + "' is missing");
    return *entry;
}

void JsonReader::refuse_unknown(std::initializer_list<const char *> known) const
{
    for (const auto &entry : value_.items()) {
        const bool listed = std::any_of(known.begin(), known.end(),
                                        [&](const char *name) { return entry.key() == name; });
        if (!listed)
            throw Error(Error::Kind::Settings,
                        "'" + where_ + "': unknown entry '" + entry.key() + "'");
    }
}

Error JsonReader::wrong(const std::string &key, const std::string &expected) const
{
    return {Error::Kind::Settings, "'" + where_ + "': entry '" + key + "' is " +
                                       value_.at(key).dump() + ", expected " + expected};
}

} // namespace fovea
