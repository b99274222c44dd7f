// SPDX-License-Identifier: MIT
#include "fovea/core/json.h"

#include <algorithm>
#include <sstream>
#include <unordered_set>

#include "fovea/core/mapped_file.h"

namespace fovea {

namespace {

constexpr std::size_t deepest = 64;
constexpr std::size_t longest_shown = 120; ///< bytes of a wrong value that its error shows

Error wrong_text(const std::string &where, const std::string &what)
{
    return {Error::Kind::Settings, "'" + where + "' " + what};
}

std::string range(const std::string &what, double least, double most)
{
    std::ostringstream text;
    text << what << " from " << least << " to " << most;
    return text.str();
}

/**
 * \brief Builds the value while the library's parser walks the text, and refuses what the grammar allows
 *
 * An object's keys are compared through a set: the library's own objects are lists, in which each key would be
 * looked for among all before it.
 */
class JsonBuilder : public nlohmann::json_sax<Json>
{
public:
    explicit JsonBuilder(const std::string &where) : where_(where) {}

    Json take() { return std::move(root_); }

    bool null() override { return add(nullptr); }

    bool boolean(bool value) override { return add(value); }

    bool number_integer(number_integer_t value) override { return add(value); }

    bool number_unsigned(number_unsigned_t value) override { return add(value); }

    bool number_float(number_float_t value, const string_t & /*text*/) override
    {
        return add(value); // the library refuses those too large for a double
    }

    bool string(string_t &value) override { return add(std::move(value)); }

    bool binary(binary_t & /*value*/) override { return false; }

    bool start_object(std::size_t /*size*/) override { return open(Json::object()); }

    bool start_array(std::size_t /*size*/) override { return open(Json::array()); }

    bool end_object() override { return close(); }

    bool end_array() override { return close(); }

    bool key(string_t &name) override
    {
        if (!open_.back().keys.insert(name).second)
            throw wrong_text(where_, "has the entry " + path() + name + " twice");
        open_.back().value->get_ref<Json::object_t &>().emplace_back(name, nullptr);
        return true;
    }

    bool parse_error(std::size_t /*position*/, const std::string & /*token*/,
                     const nlohmann::detail::exception &error) override
    {
        const std::string in = open_.empty() || path().empty() ? "" : " (in " + path() + ")";
        throw wrong_text(where_, std::string("is not JSON: ") + error.what() + in);
    }

private:
    struct Open {
        Json *value;
        std::unordered_set<std::string> keys;
    };

    /** \brief The place of the next value */
    Json *place(Json value)
    {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Json &parent = *open_.back().value;
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        Json &member = parent.get_ref<Json::object_t &>().back().second;
        member = std::move(value);
        return &member;
    }

    template <typename Value>
    bool add(Value &&value)
    {
        place(Json(std::forward<Value>(value)));
        return true;
    }

    bool open(Json value)
    {
        if (open_.size() == deepest)
            throw wrong_text(where_, "is nested deeper than " + std::to_string(deepest) + " at " +
                                         path().substr(0, longest_shown));
        open_.push_back({place(std::move(value)), {}});
        return true;
    }

    bool close()
    {
        open_.pop_back();
        return true;
    }

    /** \brief Where the reader is: `files[2].name.`, empty at the top */
    std::string path() const
    {
        std::string text;
        for (const Open &level : open_) {
            if (level.value->empty())
                continue;
            if (level.value->is_array()) {
                if (!text.empty())
                    text.pop_back(); // the point
                text += "[" + std::to_string(level.value->size() - 1) + "].";
            } else if (&level != &open_.back()) {
                text += level.value->get_ref<const Json::object_t &>().back().first + ".";
            }
        }
        return text;
    }

    const std::string &where_;
    Json root_;
    std::vector<Open> open_;
};

} // namespace

Json parse_json(std::string_view text, const std::string &where)
{
    JsonBuilder builder(where);
    Json::sax_parse(text.begin(), text.end(), &builder);
    return builder.take();
}

Json read_json(const std::filesystem::path &file)
{
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        throw Error(Error::Kind::NotFound, "'" + file.string() + "' cannot be read; expected JSON");
    return parse_json(MappedFile(file, "JSON file").bytes(), file.string());
}

std::string one_line(const Json &json)
{
    return json.dump(/*indent=*/-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

std::string file_text(const Json &json)
{
    return json.dump(/*indent=*/2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) +
           "\n";
}

JsonReader::JsonReader(Json value, std::string where)
    : value_(std::move(value)), where_(std::move(where))
{
    if (!value_.is_object())
        throw Error(Error::Kind::Settings, "'" + where_ + "': expected a JSON object, got " +
                                               std::string(value_.type_name()));
}

JsonReader JsonReader::object(const std::string &key) const
{
    return {at(key), where_ + ": " + key};
}

const Json &JsonReader::at(const std::string &key) const
{
    const auto entry = value_.find(key);
    if (entry == value_.end())
        throw Error(Error::Kind::Settings, "'" + where_ + "': the entry '" + key + "' is missing");
    return *entry;
}

void JsonReader::refuse_unknown(std::initializer_list<const char *> known) const
{
    for (const auto &entry : value_.items()) {
        const bool listed = std::any_of(known.begin(), known.end(),
                                        [&](const char *name) { return entry.key() == name; });
        if (!listed)
            throw Error(Error::Kind::Settings,
                        "'" + where_ + "': unknown entry '" + entry.key() + "'");
    }
}

Error JsonReader::wrong(const std::string &key, const std::string &expected) const
{
    std::string got = one_line(value_.at(key));
    if (got.size() > longest_shown)
        got = got.substr(0, longest_shown) + " ...";
    return {Error::Kind::Settings,
            "'" + where_ + "': entry '" + key + "' is " + got + ", expected " + expected};
}

void JsonReader::expect(bool is_type, const std::string &key) const
{
    if (!is_type)
        throw wrong(key, "a value of another type than " + std::string(at(key).type_name()));
}

bool JsonReader::fits(const Json &integer, std::int64_t least, std::uint64_t most)
{
    if (integer.is_number_unsigned())
        return integer.get<std::uint64_t>() <= most &&
               (least <= 0 || integer.get<std::uint64_t>() >= static_cast<std::uint64_t>(least));
    const auto value = integer.get<std::int64_t>();
    return value >= least && (value < 0 || static_cast<std::uint64_t>(value) <= most);
}

std::int64_t JsonReader::integer(const std::string &key, std::int64_t least,
                                 std::int64_t most) const
{
    const Json &value = at(key);
    // A range below 0 has no unsigned end, and no entry of ours has one
    if (!value.is_number_integer() || !fits(value, least, static_cast<std::uint64_t>(most)))
        throw wrong(key,
                    range("a whole number", static_cast<double>(least), static_cast<double>(most)));
    return value.get<std::int64_t>();
}

double JsonReader::number(const std::string &key, double least, double most) const
{
    const Json &value = at(key);
    if (!value.is_number() || value.get<double>() < least || value.get<double>() > most)
        throw wrong(key, range("a number", least, most));
    return value.get<double>();
}

} // namespace fovea
