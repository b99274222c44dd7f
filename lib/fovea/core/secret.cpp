// SPDX-License-Identifier: MIT
#include "fovea/core/secret.h"

#include <cstdlib>
#include <vector>

#include "fovea/core/errors.h"
#include "fovea/core/text_file.h"

namespace fovea {

namespace {

bool starts_with(const std::string &text, const std::string &start)
{
    return text.compare(0, start.size(), start) == 0;
}

} // namespace

std::string read_secret(const std::string &where, const std::string &what)
{
    const std::string file = "file:";
    const std::string variable = "env:";
    std::string secret;
    if (starts_with(where, file)) {
        const std::vector<std::string> lines = read_lines(where.substr(file.size()), what);
        secret = lines.empty() ? "" : lines.front();
    } else if (starts_with(where, variable)) {
        const char *value = std::getenv(where.c_str() + variable.size());
        if (value == nullptr)
            throw Error(Error::Kind::Settings, what + ": the environment variable '" +
                                                   where.substr(variable.size()) + "' is not set");
        secret = value;
    } else {
        // whoever wrote the secret itself here must not find it in a log
        throw Error(Error::Kind::Settings,
                    what + ": expected file:PATH or env:NAME, where the secret stands");
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
