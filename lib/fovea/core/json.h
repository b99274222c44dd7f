// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "fovea/core/errors.h"
#include "fovea/core/json_fwd.h"
#include "fovea/core/names.h"

namespace fovea {

/**
 * \brief What every JSON text from outside is read with
 *
 * Beyond the grammar: arrays and objects are nested at most 64 deep, no object has a key twice, and every number
 * is finite as a double.
 * \param where the file, and the line where it has many texts, for the error
 * \throw Error Settings that names \a where and the path within the text
 */
Json parse_json(std::string_view text, const std::string &where);

/**
 * \brief A JSON file, whole
 * \throw Error NotFound when it is not there, Settings when it is no file or does not parse (with the line)
 */
Json read_json(const std::filesystem::path &file);

/** \brief As JSON without line breaks; text that is no UTF-8 gets replacement characters, for nothing ends by a label */
std::string one_line(const Json &json);

/** \brief As a file holds it, an entry a line; of text that is no UTF-8 as one_line() */
std::string file_text(const Json &json);

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

    /** \brief Text, truth value, number, or a list of numbers. \throw Error when it is another or does not fit T */
    template <typename T>
    T get(const std::string &key) const
    {
        const Json &entry = at(key);
        if constexpr (std::is_same_v<T, bool>) {
            expect(entry.is_boolean(), key);
        } else if constexpr (std::is_integral_v<T>) {
            expect(entry.is_number_integer(), key);
            if (!fits(entry, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()))
                throw wrong(key, "an integer of " + std::to_string(8 * sizeof(T)) + " bits");
        } else if constexpr (std::is_floating_point_v<T>) {
            expect(entry.is_number(), key);
            if (std::abs(entry.get<double>()) > std::numeric_limits<T>::max())
                throw wrong(key, "a number that is not as large");
        } else if constexpr (std::is_same_v<T, std::string>) {
            expect(entry.is_string(), key);
        } else if constexpr (std::is_same_v<T, Json>) {
            return entry;
        } else {
            return numbers<typename T::value_type>(key);
        }
        return entry.get<T>();
    }

    template <typename T>
    T get(const std::string &key, T fallback) const
    {
        return has(key) ? get<T>(key) : fallback;
    }

    /** \brief A whole number, not written with a point. \param least, most the range, both inside */
    std::int64_t integer(const std::string &key, std::int64_t least, std::int64_t most) const;

    /** \brief A number. \param least, most the range, both inside */
    double number(const std::string &key, double least, double most) const;

    /** \brief The value of a name of \a table that may stand in a file */
    template <typename Value, std::size_t count>
    Value named(const std::string &key, const Named<Value> (&table)[count]) const
    {
        const Named<Value> *found = find_named(table, get<std::string>(key));
        if (found == nullptr || found->use == NameUse::Asked)
            throw wrong(key, "one of " + joined(stored_names(table)));
        return found->value;
    }

    JsonReader object(const std::string &key) const;
    const Json &at(const std::string &key) const;

    /** \throw Error Settings on a key that is not listed: a misspelt setting must not pass */
    void refuse_unknown(std::initializer_list<const char *> known) const;

    /** \brief The error for a key that holds something wrong */
    Error wrong(const std::string &key, const std::string &expected) const;

private:
    static bool fits(const Json &integer, std::int64_t least, std::uint64_t most);
    void expect(bool is_type, const std::string &key) const;

    template <typename Number>
    std::vector<Number> numbers(const std::string &key) const
    {
        const Json &entry = at(key);
        expect(entry.is_array(), key);
        std::vector<Number> values;
        for (std::size_t i = 0; i < entry.size(); ++i) {
            const std::string name = std::to_string(i);
            values.push_back(
                JsonReader(Json{{name, entry[i]}}, where_ + ": " + key).get<Number>(name));
        }
        return values;
    }

    Json value_;
    std::string where_;
};

} // namespace fovea
