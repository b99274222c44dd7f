// SPDX-License-Identifier: MIT
#include "service/toml_table.h"

#include <utility>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/names.h"

namespace fovea {

namespace {

const char *kind_of(const toml::node &node)
{
    switch (node.type()) {
    case toml::node_type::string:
        return "text";
    case toml::node_type::integer:
        return "a whole number";
    case toml::node_type::floating_point:
        return "a number";
    case toml::node_type::boolean:
        return "true or false";
    case toml::node_type::array:
        return "a list";
    case toml::node_type::table:
        return "a table";
    default:
        return "a date or time";
    }
}

std::string text_of(double number)
{
    return formatted("%.10g", number);
}

std::string text_of(const toml::node &node)
{
    if (const auto text = node.value<std::string>())
        return "'" + *text + "'";
    if (const auto number = node.value<double>())
        return text_of(*number);
    return kind_of(node);
}

} // namespace

TomlTable::TomlTable(const toml::table &table, std::string file, std::string path)
    : table_(table), file_(std::move(file)), path_(std::move(path))
{
}

template <typename Value>
Value TomlTable::checked(const toml::node &node, const char *key, const char *expected) const
{
    if (const auto *exact = node.as<Value>())
        return exact->get();
    refuse(node, key, expected, kind_of(node));
}

void TomlTable::take(const char *key, std::string *value)
{
    if (const toml::node *node = find(key))
        *value = checked<std::string>(*node, key, "text");
}

void TomlTable::take(const char *key, bool *value)
{
    if (const toml::node *node = find(key))
        *value = checked<bool>(*node, key, "true or false");
}

void TomlTable::take(const char *key, std::int64_t *value, std::int64_t low, std::int64_t high)
{
    const toml::node *node = find(key);
    if (node == nullptr)
        return;
    const std::string expected =
        "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
    *value = checked<std::int64_t>(*node, key, expected.c_str());
    if (*value < low || *value > high)
        refuse(*node, key, expected, text_of(*node));
}

void TomlTable::take(const char *key, double *value, double low, double high)
{
    const toml::node *node = find(key);
    if (node == nullptr)
        return;
    const auto number = node->is_number() ? node->value<double>() : std::nullopt;
    if (!number || !(*number >= low && *number <= high))
        refuse(*node, key, "a number from " + text_of(low) + " to " + text_of(high),
               number ? text_of(*node) : kind_of(*node));
    *value = *number;
}

void TomlTable::take(const char *key, std::optional<double> *value, double low, double high)
{
    if (find(key) == nullptr)
        return;
    double number = 0;
    take(key, &number, low, high);
    *value = number;
}

void TomlTable::take(const char *key, std::vector<std::string> *value)
{
    const toml::node *node = find(key);
    if (node == nullptr)
        return;
    if (const auto text = node->value<std::string>(); text && node->is_string()) {
        *value = {*text};
        return;
    }
    const toml::array *list = node->as_array();
    if (list == nullptr)
        refuse(*node, key, "a list of texts", kind_of(*node));
    value->clear();
    for (const toml::node &entry : *list)
        value->push_back(checked<std::string>(entry, key, "a list of texts"));
}

std::optional<TomlTable> TomlTable::table(const char *key)
{
    const toml::node *node = find(key);
    if (node == nullptr)
        return std::nullopt;
    if (!node->is_table())
        refuse(*node, key, std::string("a table [") + key + "]", kind_of(*node));
    return TomlTable(*node->as_table(), file_, path_ + key + ".");
}

std::vector<TomlTable> TomlTable::tables(const char *key)
{
    std::vector<TomlTable> found;
    const toml::node *node = find(key);
    if (node == nullptr)
        return found;
    const toml::array *list = node->as_array();
    if (list == nullptr || !list->is_homogeneous(toml::node_type::table))
        refuse(*node, key, std::string("tables [[") + key + "]]", kind_of(*node));
    for (const toml::node &entry : *list)
        found.emplace_back(*entry.as_table(), file_, path_ + key + ".");
    return found;
}

void TomlTable::end() const
{
    for (const auto &[key, node] : table_) {
        const std::string name(key.str());
        if (known_.count(name) > 0)
            continue;
        refuse(node, name, "one of " + joined({known_.begin(), known_.end()}), "this key");
    }
}

void TomlTable::refuse_key(const char *key, const std::string &expected,
                           const std::string &got) const
{
    refuse_key(key, "expected " + expected + ", got " + got);
}

void TomlTable::refuse_key(const char *key, const std::string &why, Error::Kind kind) const
{
    throw Error(kind, place(key) + why);
}

std::string TomlTable::place() const
{
    return line_of(table_);
}

std::string TomlTable::place(const char *key) const
{
    const toml::node *node = table_.get(key);
    return place(node != nullptr ? *node : static_cast<const toml::node &>(table_), key);
}

std::string TomlTable::place(const toml::node &node, const std::string &key) const
{
    return line_of(node) + path_ + key + ": ";
}

std::string TomlTable::line_of(const toml::node &node) const
{
    return file_ + ":" + std::to_string(node.source().begin.line) + ": ";
}

const toml::node *TomlTable::find(const char *key)
{
    known_.insert(key);
    return table_.get(key);
}

void TomlTable::refuse(const toml::node &node, const std::string &key, const std::string &expected,
                       const std::string &got) const
{
    throw Error(Error::Kind::Settings, place(node, key) + "expected " + expected + ", got " + got);
}

} // namespace fovea
