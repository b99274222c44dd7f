// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include "fovea/core/errors.h"

namespace fovea {

/** \brief Where a name may stand */
enum class NameUse {
    Anywhere, ///< users may ask for it, and files hold it
    Asked,    ///< only asked for: such as `card`
    Stored    ///< only in files that the program writes
};

/**
 * \brief A value of an enum as users write it
 *
 * An enum that users choose from has one table of these beside it, in the order of its values:
 * cards, properties, command options and error texts are made from that table.
 */
template <typename Value>
struct Named {
    Value value;
    const char *name = "";
    const char *meaning = ""; ///< half a sentence, for a help text
    NameUse use = NameUse::Anywhere;
};

/** \brief The row of \a value; null where there is none */
template <typename Value, std::size_t count>
constexpr const Named<Value> *find_value(const Named<Value> (&table)[count], Value value)
{
    for (const Named<Value> &one : table) {
        if (one.value == value)
            return &one;
    }
    return nullptr;
}

/** \brief The name of \a value, which is in the table */
template <typename Value, std::size_t count>
constexpr const char *name_of(const Named<Value> (&table)[count], Value value)
{
    const Named<Value> *found = find_value(table, value);
    return found != nullptr ? found->name : "";
}

/**
 * \brief The entry of that name; null where there is none
 * \param table of Named, or of other rows with a member `name`: an array or a vector
 */
template <typename Table>
constexpr auto find_named(const Table &table, const std::string &name)
    -> decltype(&*std::begin(table))
{
    for (const auto &one : table) {
        if (name == one.name)
            return &one;
    }
    return nullptr;
}

/** \brief All names, in the order of the table, which is as of find_named() */
template <typename Table>
std::vector<std::string> names_in(const Table &table)
{
    std::vector<std::string> names;
    for (const auto &one : table)
        names.emplace_back(one.name);
    return names;
}

/** \brief All names but those of one use */
template <typename Value, std::size_t count>
std::vector<std::string> names_without(const Named<Value> (&table)[count], NameUse use)
{
    std::vector<std::string> names;
    for (const Named<Value> &one : table) {
        if (one.use != use)
            names.emplace_back(one.name);
    }
    return names;
}

/** \brief The names that may stand in a file */
template <typename Value, std::size_t count>
std::vector<std::string> stored_names(const Named<Value> (&table)[count])
{
    return names_without(table, NameUse::Asked);
}

/** \brief The names that users may write */
template <typename Value, std::size_t count>
std::vector<std::string> asked_names(const Named<Value> (&table)[count])
{
    return names_without(table, NameUse::Stored);
}

/** \brief Number of a name among \a names, from 0; -1: it is none of them */
inline int place_of(const std::string &name, const std::vector<std::string> &names)
{
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

/** \brief "a, b, c" */
inline std::string joined(const std::vector<std::string> &names)
{
    std::string list;
    for (const std::string &name : names)
        list += (list.empty() ? "" : ", ") + name;
    return list;
}

/** \brief A name is not among those known; \a what it is of: "sampling" */
inline Error unknown_name(const std::string &what, const std::string &name,
                          const std::vector<std::string> &known)
{
    return {Error::Kind::Settings,
            what + " '" + name + "' is not known; expected one of " + joined(known)};
}

/**
 * \brief The row of that name, of a table as of find_named()
 * \param what a literal: of a temporary string GCC 14 takes the row for a part
 * \throw Error Settings for a name that is not in the table, listing those that are
 */
template <typename Table>
const auto &row_named(const Table &table, const char *what, const std::string &name)
{
    if (const auto *found = find_named(table, name))
        return *found;
    throw unknown_name(what, name, names_in(table));
}

/**
 * \brief The value of a name that a user wrote
 * \throw Error Settings for a name that users may not write, listing those they may
 */
template <typename Value, std::size_t count>
Value value_named(const Named<Value> (&table)[count], const std::string &what,
                  const std::string &name)
{
    const Named<Value> *found = find_named(table, name);
    if (found == nullptr || found->use == NameUse::Stored)
        throw unknown_name(what, name, asked_names(table));
    return found->value;
}

} // namespace fovea
