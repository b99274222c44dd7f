// SPDX-License-Identifier: MIT
#include "fovea/bundle/combination.h"

#include <algorithm>

#include "fovea/bundle/card_reader.h"

namespace fovea {

namespace {

constexpr double largest_weight = 1e6;
constexpr double least_weight = 1e-6;

using Words = std::vector<std::string>;

/** \brief Those of \a a that \a b lacks, the first few by name: "'x', 'y'" */
std::string missing(const Words &a, const Words &b)
{
    constexpr int told = 3;
    std::string words;
    int count = 0;
    for (const std::string &word : a) {
        if (std::find(b.begin(), b.end(), word) == b.end() && ++count <= told)
            words += (words.empty() ? "'" : ", '") + word + "'";
    }
    return count > told ? words + " and " + std::to_string(count - told) + " more" : words;
}

} // namespace

std::vector<CombinedModel> read_models(const CardReader &reader, const std::string &where)
{
    reader.refuse_unknown(
        {"schema", "kind", "name", "title", "licence", "source", "measured", "limits", "models"});
    const Json &list = reader.at("models");
    if (!list.is_array() || list.size() < 2)
        throw reader.wrong("models", "a list of two models or more");
    std::vector<CombinedModel> models;
    for (const Json &entry : list) {
        const CardReader model(entry.is_string() ? Json{{"name", entry}} : entry,
                               where + ": models[" + std::to_string(models.size()) + "]");
        model.refuse_unknown({"name", "weight"});
        models.push_back(
            {model.file_name("name"), model.number("weight", least_weight, largest_weight, 1)});
    }
    return models;
}

std::vector<WeightedModel> models_of(const Bundle &combination)
{
    double sum = 0;
    for (const CombinedModel &model : combination.models())
        sum += model.weight;
    std::vector<WeightedModel> models;
    for (const CombinedModel &model : combination.models()) {
        Bundle part = combination.open_part(model.name);
        if (part.folder() == combination.folder())
            throw Error(Error::Kind::Settings, "combination '" + combination.name() +
                                                   "' names itself; expected other models");
        if (part.kind() != Bundle::Kind::Activity)
            throw Error(Error::Kind::Settings, "combination '" + combination.name() + "': '" +
                                                   model.name + "' " + what_it_does(part.kind()) +
                                                   ", expected one that recognises activities");
        models.push_back({std::move(part), model.weight / sum});
        check_same_labels(models.front().bundle, models.back().bundle);
    }
    return models;
}

void check_same_labels(const Bundle &first, const Bundle &other)
{
    const std::string only_first = missing(first.labels(), other.labels());
    const std::string only_other = missing(other.labels(), first.labels());
    if (only_first.empty() && only_other.empty())
        return;
    std::string text = "models '" + first.name() + "' and '" + other.name() +
                       "' cannot be combined: expected the same labels, got";
    if (!only_first.empty())
        text += " " + only_first + " in '" + first.name() + "' alone";
    if (!only_other.empty())
        text += std::string(only_first.empty() ? "" : ",") + " " + only_other + " in '" +
                other.name() + "' alone";
    throw Error(Error::Kind::Settings, text + "; train both on one list");
}

} // namespace fovea
