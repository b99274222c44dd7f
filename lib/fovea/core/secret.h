// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

struct Login {
    std::string user;
    std::string password;
};

/** \brief Whether read_secret() would look there: `file:PATH` or `env:NAME` */
bool is_secret_place(const std::string &where);

/**
 * \brief A secret from where only its owner reads it; it never stands in an error
 * \param where `file:PATH` (its first line) or `env:NAME`
 * \param what the setting's name for the error, for example `signing-key`
 * \throw Error Settings when \a where is neither, the variable is not set, or the secret is empty; NotFound when the
 * file is not there
 */
std::string read_secret(const std::string &where, const std::string &what);

/** \brief A secret of the form `user:password`; the password may hold colons. \throw as read_secret() */
Login read_login(const std::string &where, const std::string &what);

} // namespace fovea
