// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "fovea/core/names.h"

namespace fovea {

/**
 * \brief An option that takes a name of \a table and writes its value to \a value
 * \param names those that are taken; none: all of the table's
 */
template <typename Value, std::size_t count>
CLI::Option *add_choice(CLI::App *command, const std::string &option, Value *value,
                        const Named<Value> (&table)[count], const std::string &help,
                        const std::vector<std::string> &names = {})
{
    return command
        ->add_option_function<std::string>(
            option,
            [value, option, &table](const std::string &name) {
                *value = value_named(table, option, name);
            },
            help)
        ->check(CLI::IsMember(names.empty() ? names_in(table) : names));
}

} // namespace fovea
