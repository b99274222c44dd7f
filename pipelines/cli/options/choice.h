// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "fovea/core/names.h"

namespace fovea {

/**
 * \brief An option that takes a name of \a table and writes its value to \a target
 * \param names those that are taken; none: all that users may write
 */
template <typename Target, typename Value, std::size_t count>
CLI::Option *add_choice(CLI::App *command, const std::string &option, Target *target,
                        const Named<Value> (&table)[count], const std::string &help,
                        const std::vector<std::string> &names = {})
{
    return command
        ->add_option_function<std::string>(
            option,
            [target, option, &table](const std::string &name) {
                *target = value_named(table, option, name);
            },
            help)
        ->check(CLI::IsMember(names.empty() ? asked_names(table) : names));
}

} // namespace fovea
