#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "fovea/core/errors.h"
#include "fovea/core/json_fwd.h"

namespace fovea {

/**
 * \brief A JSON file, whole
 * \throw Error NotFound when it is not there, Settings when it does not parse (with the line)
 */
Json read_json(const std::filesystem::path &file);

/**
 * \brief Strict reading of one object: every access names the file and the key in its error
 *
 * \code
 * JsonReader card(read_json(file), file.string());
 * const auto name = card.get<std::string>("name");
 * const auto frames = card.object("sampling").get<int>("frames");
 * card.refuse_unknown({"name", "sampling"});
 * \endcode
 */
class JsonReader
{
public:
    /** \throw Error Settings when \a value is not an object */
    JsonReader(Json value, std::string where);

    bool has(const std::string &key) const { return value_.contains(key); }

    template <typename T>
    T get(const std::string &key) const
    {
        const Json &entry = at(key);
        try {
            return entry.get<T>();
        } catch (const nlohmann::json::exception &) {
            throw wrong(key, "a value of another type than " + std::string(entry.type_name()));
        }
    }

    template <typename T>
    T get(const std::string &key, T fallback) const
    {
        return has(key) ? get<T>(key) : fallback;
    }

    JsonReader object(const std::string &key) const;
    const Json &at(const std::string &key) const;

    /** \throw Error Settings on a key that is not listed: a misspelt setting must not pass */
    void refuse_unknown(std::initializer_list<const char *> known) const;

    /** \brief The error for a key that holds something wrong */
    Error wrong(const std::string &key, const std::string &expected) const;

private:
    Json value_;
    std::string where_;
};

} // namespace fovea
