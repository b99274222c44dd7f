// SPDX-License-Identifier: MIT
#include "fovea/core/secret.h"

#include <cstdlib>
#include <string_view>
#include <vector>

#include "fovea/core/errors.h"
#include "fovea/core/text_file.h"

namespace fovea {

namespace {

constexpr std::string_view file_start = "file:";
constexpr std::string_view variable_start = "env:";

} // namespace

bool is_secret_place(const std::string &where)
{
    return where.rfind(file_start, 0) == 0 || where.rfind(variable_start, 0) == 0;
}

std::string read_secret(const std::string &where, const std::string &what)
{
    // whoever wrote the secret itself here must not find it in a log
    if (!is_secret_place(where))
        throw Error(Error::Kind::Settings,
                    what + ": expected file:PATH or env:NAME, where the secret stands");
    std::string secret;
    if (where.rfind(file_start, 0) == 0) {
        const std::vector<std::string> lines = read_lines(where.substr(file_start.size()), what);
        secret = lines.empty() ? "" : lines.front();
    } else {
        const char *value = std::getenv(where.c_str() + variable_start.size());
        if (value == nullptr)
            throw Error(Error::Kind::Settings, what + ": the environment variable '" +
                                                   where.substr(variable_start.size()) +
                                                   "' is not set");
        secret = value;
    }
    if (secret.empty())
        throw Error(Error::Kind::Settings, what + ": '" + where + "' is empty");
    return secret;
}

Login read_login(const std::string &where, const std::string &what)
{
    const std::string secret = read_secret(where, what);
    const std::size_t colon = secret.find(':');
    if (colon == std::string::npos || colon == 0)
        throw Error(Error::Kind::Settings,
                    what + ": '" + where + "' holds no user:password in its first line");
    return {secret.substr(0, colon), secret.substr(colon + 1)};
}

} // namespace fovea
