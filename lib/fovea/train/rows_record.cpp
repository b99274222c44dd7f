// SPDX-License-Identifier: MIT
#include "fovea/train/rows_record.h"

#include <algorithm>
#include <vector>

#include "fovea/bundle/weights.h"
#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/training_steps.h"

namespace fovea {

namespace {

/** \brief Without what may be otherwise from video to video */
Json of_any_video(Json made)
{
    for (const char *key : {"label", "mirrored"})
        made.erase(key);
    return made;
}

bool are_same(const Weights &one, const Weights &other)
{
    return one.size() == other.size() &&
           std::equal(one.begin(), one.end(), other.begin(), [](const auto &a, const auto &b) {
               return a.first == b.first && a.second.sizes() == b.second.sizes() &&
                      a.second.equal(b.second);
           });
}

} // namespace

std::optional<bool> are_rows_of(const Bundle &bundle, const FeatureFile &file)
{
    if (file.bundle.empty() || file.bundle_sha256.empty())
        return std::nullopt;
    if (bundle.weights().sha256 == file.bundle_sha256)
        return true;
    if (bundle.activity().focus.is_taken())
        return std::nullopt;
    try {
        const Bundle other = Bundle::open_part(training_folder(bundle.folder()), file.bundle);
        if (other.weights().sha256 != file.bundle_sha256)
            return std::nullopt;
        return are_same(backbone_weights(other), backbone_weights(bundle));
    } catch (const Error &error) {
        if (error.kind() != Error::Kind::NotFound)
            throw;
        return std::nullopt;
    }
}

std::optional<RowsRecord> record_of(const std::filesystem::path &features)
{
    const auto file = std::filesystem::path(features).replace_extension(".run.json");
    if (!std::filesystem::exists(file))
        return std::nullopt;
    const JsonReader record(read_json(file), file.string());
    (void)JsonReader(record.at("made_with"), file.string() + ": made_with"); // an object
    return RowsRecord{file.string(), record.at("made_with")};
}

std::string differences(const Json &found, const Json &expected)
{
    std::vector<std::string> keys;
    for (const auto &[key, value] : expected.items()) {
        if (!found.contains(key) || found.at(key) != value)
            keys.push_back(key);
    }
    for (const auto &[key, value] : found.items()) {
        if (!expected.contains(key))
            keys.push_back(key);
    }
    return joined(keys);
}

std::string made_otherwise(const RowsRecord &one, const RowsRecord &other)
{
    return differences(of_any_video(one.made), of_any_video(other.made));
}

std::string unlike_card(const std::filesystem::path &features, const Bundle &model)
{
    const auto record = record_of(features);
    if (!record)
        return "";
    const Json card = read_json(model.card_file());
    const Json made = record->made.value("card", Json::object());
    std::vector<std::string> keys;
    for (const char *key : {"attention", "input", "sampling", "regions", "actor"}) {
        if (made.contains(key) && (!card.contains(key) || card.at(key) != made.at(key)))
            keys.emplace_back(key);
    }
    if (record->made.contains("size"))
        keys.emplace_back("--size");
    if (record->made.contains("focus") && !model.activity().focus.is_taken())
        keys.emplace_back("--focus");
    if (keys.empty())
        return "";
    return "'" + features.string() + "': made with another " + joined(keys) + " than the card '" +
           model.card_file().string() +
           "' says, which the new model will see by; give --model FOLDER of the one that made "
           "them, or extract them again";
}

std::string made_otherwise(const std::filesystem::path &one, const std::filesystem::path &other)
{
    const auto first = record_of(one);
    const auto second = record_of(other);
    if (first && second)
        return made_otherwise(*first, *second);
    return networks_in_words(read_feature_file(one)) == networks_in_words(read_feature_file(other))
               ? ""
               : "model";
}

} // namespace fovea
