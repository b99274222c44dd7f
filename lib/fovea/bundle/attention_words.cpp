// SPDX-License-Identifier: MIT
#include "fovea/bundle/attention_words.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/core/names.h"
#include "fovea/nn/names.h"

namespace fovea {

namespace {

std::vector<std::string> parts_of(const std::string &text, char between)
{
    std::istringstream stream(text);
    std::vector<std::string> parts;
    for (std::string part; std::getline(stream, part, between);)
        parts.push_back(part);
    return parts;
}

std::string one_of(const std::string &what, const std::string &name,
                   const std::vector<std::string> &known)
{
    if (std::find(known.begin(), known.end(), name) == known.end())
        throw unknown_name(what, name, known);
    return name;
}

int stride_of(const std::string &value)
{
    constexpr int largest = 16;
    for (int stride = 1; stride <= largest; ++stride) {
        if (value == std::to_string(stride))
            return stride;
    }
    throw Error(Error::Kind::Settings,
                "attention: expected a stride of 1 to 16, got '" + value + "'");
}

} // namespace

nn::AttentionOptions attention_in_words(const std::string &words)
{
    nn::AttentionOptions attention;
    const std::vector<std::string> parts = parts_of(words, ',');
    if (parts.empty() || parts[0] == "none")
        return attention;
    attention.name = one_of("attention", parts[0], nn::attention_names());
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto equals = parts[i].find('=');
        const std::string key = parts[i].substr(0, equals);
        const std::string value =
            equals == std::string::npos ? std::string() : parts[i].substr(equals + 1);
        if (key == "variant")
            attention.variant =
                one_of("attention: variant", value, nn::attention_variants(attention.name));
        else if (key == "stages")
            attention.stages = parts_of(value, '+');
        else if (key == "stride")
            attention.stride = stride_of(value);
        else if (key == "refine")
            attention.refine = one_of("attention: refine", value, {"true", "false"}) == "true";
        else
            throw unknown_name("attention: setting", key,
                               {"variant", "stages", "stride", "refine"});
    }
    return attention;
}

Json attention_entry(const nn::AttentionOptions &attention)
{
    if (attention.name.empty())
        return "none";
    Json entry = {
        {"name", attention.name}, {"stride", attention.stride}, {"refine", attention.refine}};
    if (!attention.stages.empty())
        entry["stages"] = attention.stages;
    if (!attention.variant.empty())
        entry["variant"] = attention.variant;
    return entry;
}

} // namespace fovea
