// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "fovea/core/errors.h"

namespace fovea {

/**
 * \brief A value of an enum as users write it
 *
 * An enum that users choose from has one table of these beside it, in the order of its values:
 * cards, properties, command options and error texts are made from that table.
 */
template <typename Value>
struct Named {
    Value value;
    const char *name;
    const char *meaning = ""; ///< half a sentence, for a help text
    bool only_asked = false;  ///< it may be asked for, but stands in no file: such as `card`
};

/** \brief The name of \a value, which is in the table */
template <typename Value, std::size_t count>
constexpr const char *name_of(const Named<Value> (&table)[count], Value value)
{
    for (const Named<Value> &one : table) {
        if (one.value == value)
            return one.name;
    }
    return "";
}

/**
 * \brief The entry of that name; null where there is none
 * \param table of Named, or of other rows with a member `name`
 */
template <typename Row, std::size_t count>
constexpr const Row *find_named(const Row (&table)[count], const std::string &name)
{
    for (const Row &one : table) {
        if (name == one.name)
            return &one;
    }
    return nullptr;
}

/** \brief All names, in the order of the table, which is as of find_named() */
template <typename Row, std::size_t count>
std::vector<std::string> names_in(const Row (&table)[count])
{
    std::vector<std::string> names;
    for (const Row &one : table)
        names.emplace_back(one.name);
    return names;
}

/** \brief The names that may stand in a file */
template <typename Value, std::size_t count>
std::vector<std::string> stored_names(const Named<Value> (&table)[count])
{
    std::vector<std::string> names;
    for (const Named<Value> &one : table) {
        if (!one.only_asked)
            names.emplace_back(one.name);
    }
    return names;
}

/** \brief "a, b, c" */
inline std::string joined(const std::vector<std::string> &names)
{
    std::string list;
    for (const std::string &name : names)
        list += (list.empty() ? "" : ", ") + name;
    return list;
}

/**
 * \brief The value of that name
 * \param what the name is of, for the error: "sampling"
 * \throw Error Settings for a name that is not in the table, listing those that are
 */
template <typename Value, std::size_t count>
Value value_named(const Named<Value> (&table)[count], const std::string &what,
                  const std::string &name)
{
    if (const Named<Value> *found = find_named(table, name))
        return found->value;
    throw Error(Error::Kind::Settings,
                what + " '" + name + "' is not known; expected one of " + joined(names_in(table)));
}

} // namespace fovea
