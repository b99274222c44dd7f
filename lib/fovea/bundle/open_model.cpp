// SPDX-License-Identifier: MIT
#include "fovea/bundle/open_model.h"

#include <optional>
#include <sstream>
#include <utility>

#include "fovea/bundle/missing_weights.h"
#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/flow/flow_method.h"

namespace fovea {

namespace {

bool finds_keypoints(const std::string &name)
{
    try {
        return Bundle::open(name).kind() == Bundle::Kind::Pose;
    } catch (const Error &error) {
        if (error.kind() == Error::Kind::NotFound)
            return false;
        throw;
    }
}

} // namespace

void check_pose_names(const Bundle &model)
{
    const ActivityCard &card = model.activity();
    for (const auto &[entry, name] :
         {std::pair("pose", card.pose), std::pair("pose_else", card.pose_else)})
        if (!name.empty() && !finds_keypoints(name))
            throw Error(Error::Kind::Settings,
                        "'" + model.card_file().string() + "': entry '" + entry + "' is '" + name +
                            "', expected a model that finds keypoints (fovea models list)");
}

void check_flow_of(const Bundle &model)
{
    const ActivityCard &card = model.activity();
    check_flow(card.modality, card.flow, "model '" + model.name() + "' sees flow by tvl1");
}

void check_weights(const Bundle &bundle)
{
    std::vector<CardFile> missing;
    for (const CardFile &file : bundle.files()) {
        try {
            bundle.file(file);
        } catch (const Error &error) {
            if (error.kind() != Error::Kind::NotFound)
                throw;
            missing.push_back(file);
        }
    }
    if (!missing.empty())
        throw Error(Error::Kind::NotFound, "the weights of '" + bundle.name() +
                                               "' are not there (" + joined(names_in(missing)) +
                                               "); " + how_to_get(bundle, missing));
    if (const std::optional<Bundle> attended = bundle.attended())
        check_weights(*attended);
}

Bundle open_of_kind(const std::string &role, const std::string &name, Bundle::Kind kind,
                    const std::string &expected)
{
    Bundle bundle = Bundle::open(name);
    if (bundle.kind() != kind)
        throw Error(Error::Kind::Settings, role + " '" + name + "' " + what_it_does(bundle.kind()) +
                                               "; expected " + expected + " (fovea models list)");
    check_weights(bundle);
    return bundle;
}

void expect_kind(const Bundle &bundle, Bundle::Kind kind)
{
    if (bundle.kind() == kind)
        return;
    throw Error(Error::Kind::Settings, "model '" + bundle.name() + "' " +
                                           what_it_does(bundle.kind()) + ", expected one that " +
                                           what_it_does(kind));
}

Bundle open_activity_model(const std::string &name)
{
    Bundle model =
        open_of_kind("model", name, Bundle::Kind::Activity, "one that recognises activities");
    check_pose_names(model);
    return model;
}

std::vector<WeightedModel> open_models(const std::string &names)
{
    std::vector<std::vector<WeightedModel>> groups;
    std::istringstream list(names);
    for (std::string name; std::getline(list, name, ',');) {
        const Bundle named = Bundle::open(name);
        if (named.kind() != Bundle::Kind::Combination) {
            groups.push_back({{open_activity_model(name), 1}});
            continue;
        }
        groups.push_back(models_of(named));
        for (const WeightedModel &model : groups.back()) {
            check_weights(model.bundle);
            check_pose_names(model.bundle);
        }
    }
    if (groups.empty())
        throw Error(Error::Kind::Settings, "model: expected a name or a folder, got nothing");
    std::vector<WeightedModel> models;
    for (const auto &group : groups)
        for (const WeightedModel &model : group) {
            models.push_back({model.bundle, model.weight / static_cast<double>(groups.size())});
            check_same_labels(models.front().bundle, model.bundle);
            check_flow_of(model.bundle);
        }
    return models;
}

} // namespace fovea
