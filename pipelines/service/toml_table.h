// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include "fovea/core/errors.h"

namespace fovea {

/**
 * \brief A table of a file in TOML, whose keys are all asked for or refused
 *
 * What is wrong is an Error of Settings with file, line, key, what was expected and got.
 */
class TomlTable
{
public:
    /** \param path of the table in the file, as of its keys: "page."; empty: the file itself */
    TomlTable(const toml::table &table, std::string file, std::string path);

    /** \brief What stands there, of values those from \a low to \a high; where the key is not there the value stays */
    void take(const char *key, std::string *value);
    void take(const char *key, bool *value);
    void take(const char *key, std::int64_t *value, std::int64_t low, std::int64_t high);
    void take(const char *key, double *value, double low, double high);
    void take(const char *key, std::optional<double> *value, double low, double high);
    void take(const char *key, std::vector<std::string> *value); ///< or one text

    std::optional<TomlTable> table(const char *key);
    std::vector<TomlTable> tables(const char *key);

    /** \brief Whatever was not asked for is a slip of the pen */
    void end() const;

    /** \brief "cameras.toml:2: ", where the table begins */
    std::string place() const;

    /** \brief "cameras.toml:3: page.port: ", as errors begin; of a key that is not there, the table's line */
    std::string place(const char *key) const;

    [[noreturn]] void refuse_key(const char *key, const std::string &expected,
                                 const std::string &got) const;
    [[noreturn]] void refuse_key(const char *key, const std::string &why,
                                 Error::Kind kind = Error::Kind::Settings) const;

private:
    const toml::node *find(const char *key);

    template <typename Value>
    Value checked(const toml::node &node, const char *key, const char *expected) const;

    std::string place(const toml::node &node, const std::string &key) const;
    std::string line_of(const toml::node &node) const;

    [[noreturn]] void refuse(const toml::node &node, const std::string &key,
                             const std::string &expected, const std::string &got) const;

    const toml::table &table_;
    std::string file_;
    std::string path_;
    std::set<std::string> known_;
};

} // namespace fovea
