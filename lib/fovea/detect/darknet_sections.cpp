// SPDX-License-Identifier: MIT
#include "fovea/detect/darknet_sections.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace fovea {

namespace {

using Entry = DarknetSection::Entry;

constexpr std::size_t most_quoted = 80; ///< bytes of what is wrong

std::string without_blanks(std::string_view text)
{
    std::string kept;
    std::copy_if(text.begin(), text.end(), std::back_inserter(kept),
                 [](char byte) { return byte != ' ' && byte != '\t' && byte != '\r'; });
    return kept;
}

std::int64_t whole_number(const std::string &key, const Entry &entry, const std::string &word,
                          std::int64_t least, std::int64_t most)
{
    std::int64_t value = 0;
    const char *end = word.data() + word.size();
    const auto [read, error] = std::from_chars(word.data(), end, value);
    if (error != std::errc() || read != end || value < least || value > most)
        throw darknet_error(entry.line, "'" + key + "' is '" + word.substr(0, most_quoted) +
                                            "', expected a whole number from " +
                                            std::to_string(least) + " to " + std::to_string(most));
    return value;
}

/** \brief Words between commas */
std::vector<std::string> words_of(const std::string &text)
{
    std::vector<std::string> words;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

} // namespace

Error darknet_error(std::size_t line, const std::string &what)
{
    return {Error::Kind::Settings, "line " + std::to_string(line) + ": " + what};
}

const Entry *DarknetSection::find(const std::string &key) const
{
    const auto found = entries.find(key);
    return found == entries.end() ? nullptr : &found->second;
}

std::int64_t DarknetSection::integer(const std::string &key, std::int64_t least, std::int64_t most,
                                     std::int64_t fallback) const
{
    const Entry *entry = find(key);
    return entry == nullptr ? fallback : whole_number(key, *entry, entry->value, least, most);
}

std::vector<std::int64_t> DarknetSection::integers(const std::string &key, std::int64_t least,
                                                   std::int64_t most) const
{
    const Entry *entry = find(key);
    if (entry == nullptr)
        throw darknet_error(line, "[" + type + "] lacks '" + key + "'");
    std::vector<std::int64_t> numbers;
    for (const std::string &word : words_of(entry->value))
        numbers.push_back(whole_number(key, *entry, word, least, most));
    return numbers;
}

std::vector<float> DarknetSection::sizes(const std::string &key) const
{
    const Entry *entry = find(key);
    if (entry == nullptr)
        return {};
    std::vector<float> numbers;
    for (const std::string &word : words_of(entry->value)) {
        float side = 0;
        const char *end = word.data() + word.size();
        const auto [read, error] = std::from_chars(word.data(), end, side);
        if (error != std::errc() || read != end || !(side > 0 && side < 1e6F))
            throw darknet_error(entry->line, "'" + key + "' hold '" + word.substr(0, most_quoted) +
                                                 "', expected sizes above 0");
        numbers.push_back(side);
    }
    return numbers;
}

std::vector<DarknetSection> read_darknet_sections(std::string_view text)
{
    std::vector<DarknetSection> sections;
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = without_blanks(text.substr(at, end - at));
        at = end + 1;
        ++number;
        if (line.empty() || line[0] == '#' || line[0] == ';')
            continue;
        if (line[0] == '[') {
            if (line.back() != ']')
                throw darknet_error(number, "expected [section], got '" +
                                                line.substr(0, most_quoted) + "'");
            sections.push_back({line.substr(1, line.size() - 2), number, {}});
            continue;
        }
        const std::size_t equals = line.find('=');
        if (sections.empty() || equals == std::string::npos || equals == 0)
            throw darknet_error(number, "expected key=value under a [section], got '" +
                                            line.substr(0, most_quoted) + "'");
        const bool is_new =
            sections.back()
                .entries.emplace(line.substr(0, equals), Entry{line.substr(equals + 1), number})
                .second;
        if (!is_new)
            throw darknet_error(number,
                                "'" + line.substr(0, equals) + "' stands twice in its section");
    }
    return sections;
}

} // namespace fovea
