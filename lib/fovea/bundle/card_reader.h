// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "fovea/core/json.h"
#include "fovea/core/names.h"

namespace fovea {

// Ranges of entries, those of the elements' properties; models/schema/card.schema.json says the same
constexpr int max_input_side = 4096;
constexpr int max_count = 1'000'000;

/**
 * \brief Entries of a card with their types and ranges checked, where JSON itself is lenient
 *
 * A reader \throw Error Settings naming the file, the entry, what was expected and what is there: for an entry that
 * is missing and has no \a fallback, is of another type or out of its range.
 */
class CardReader
{
public:
    /** \param where the file, for errors */
    CardReader(Json value, std::string where) : reader_(std::move(value), std::move(where)) {}

    explicit CardReader(JsonReader reader) : reader_(std::move(reader)) {}

    /** \brief The entries of the object under \a key */
    CardReader object(const std::string &key) const { return CardReader(reader_.object(key)); }

    bool has(const std::string &key) const { return reader_.has(key); }

    const Json &at(const std::string &key) const { return reader_.at(key); }

    std::string text(const std::string &key) const;
    std::string text(const std::string &key, const std::string &fallback) const;

    /** \brief A list of texts; none where the entry is missing */
    std::vector<std::string> texts(const std::string &key) const;

    /** \brief The name of a file inside the bundle's folder: no path, so nothing outside is read */
    std::string file_name(const std::string &key) const;

    bool flag(const std::string &key, bool fallback) const;

    /** \param least, most the range, both inside */
    int integer(const std::string &key, int least, int most) const;
    int integer(const std::string &key, int least, int most, int fallback) const;
    double number(const std::string &key, double least, double most) const;
    double number(const std::string &key, double least, double most, double fallback) const;

    /** \brief The value that belongs to the word under \a key, as JsonReader::named() */
    template <typename Value, std::size_t count>
    Value choice(const std::string &key, const Named<Value> (&table)[count]) const
    {
        return reader_.named(key, table);
    }

    /** \brief \throw Error Settings for an entry that is none of \a known */
    void refuse_unknown(std::initializer_list<const char *> known) const
    {
        reader_.refuse_unknown(known);
    }

    /** \brief The error for an entry that is not as \a expected, to be thrown */
    Error wrong(const std::string &key, const std::string &expected) const
    {
        return reader_.wrong(key, expected);
    }

private:
    JsonReader reader_;
};

} // namespace fovea
