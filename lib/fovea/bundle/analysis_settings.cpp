// SPDX-License-Identifier: MIT
#include "fovea/bundle/analysis_settings.h"

#include <algorithm>
#include <initializer_list>

#include "fovea/bundle/card_focus.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"
#include "fovea/detect/unseen_motion.h"
#include "fovea/focus/region_choice.h"

namespace fovea {

AnalysisOptions options_of(const AnalysisSettings &settings)
{
    AnalysisOptions options;
    options.look = settings.look;
    options.attended = settings.attended;
    options.gate = settings.gate;
    options.precision = settings.precision;
    options.sampling = settings.sampling;
    options.timesteps = settings.timesteps;
    return options;
}

void set_input_side(ActivityCard *card, int side)
{
    RegionGridOptions &regions = card->regions;
    regions.cut_width = std::min(1.0, regions.cut_width * side / card->input.size.width);
    regions.cut_height = std::min(1.0, regions.cut_height * side / card->input.size.height);
    card->input.size = {side, side};
}

ActivityCard card_with(ActivityCard card, const AnalysisSettings &settings)
{
    if (settings.sampling != Sampling::Card)
        card.sampling.plan = settings.sampling;
    if (settings.regions != "card")
        card.regions = chosen_regions(card.regions, settings.regions);
    if (settings.timesteps > 0)
        card.sampling.timesteps = settings.timesteps;
    if (settings.size > 0)
        set_input_side(&card, settings.size);
    if (settings.mode)
        card.sampling.mode = *settings.mode;
    if (settings.pooling != Pooling::Card)
        card.decision.pooling = settings.pooling;
    if (!settings.attended.empty())
        card.attended = {settings.attended, /*sha256=*/""};
    return card;
}

namespace {

/** \brief Of the file as it is, where the card does not know it; empty: it is not there */
std::string sha256_of_file(const Bundle &bundle, const CardFile &file)
{
    if (!file.sha256.empty())
        return file.sha256;
    try {
        return sha256_of(bundle.file(file));
    } catch (const Error &) {
        return "";
    }
}

Json weights_entry(const Bundle &bundle)
{
    Json files = Json::object();
    for (const CardFile &file : bundle.files())
        files[file.name] = sha256_of_file(bundle, file);
    return {{"name", bundle.name()}, {"files", files}};
}

/** \brief Those that the card has, as they stand there: whoever edits one wants what was made anew */
Json card_entries(const Bundle &model, std::initializer_list<const char *> names)
{
    const Json card = read_json(model.card_file());
    Json entries = Json::object();
    for (const char *name : names) {
        if (card.contains(name))
            entries[name] = card.at(name);
    }
    return entries;
}

/** \brief A network beside the model's: a detector, one of keypoints, or a second model */
Json part_entry(const Bundle &part)
{
    Json entry = weights_entry(part);
    entry["card"] = card_entries(part, {"architecture", "attention", "ensemble", "input",
                                        "sampling", "regions", "actor", "layout", "network",
                                        "weights", "classes", "person_class", "nms_threshold"});
    return entry;
}

} // namespace

Json made_with(const Bundle &model, const AnalysisSettings &settings)
{
    const ActivityCard card = card_with(model.activity(), settings);
    const SecondLook look = settled(options_of(settings).look, model.activity().focus);
    const bool hog = settings.detector.empty() || settings.detector == "hog";
    Json made = {{"model", weights_entry(model)},
                 {"card", card_entries(model, {"architecture", "attention", "ensemble", "input",
                                               "sampling", "regions", "actor"})},
                 {"detector", hog ? Json("hog") : part_entry(Bundle::open(settings.detector))},
                 {"precision", settings.precision},
                 {"sampling", name_of(samplings, settings.sampling)},
                 {"mode", name_of(feature_modes, card.sampling.mode)},
                 {"regions", settings.regions},
                 {"timesteps", settings.timesteps}};
    if (const auto attended = model.attended(settings.attended))
        made["attended"] = part_entry(*attended);
    else if (model.attended_by(settings.attended).is_persons()) {
        made["attended"] = AttendedModel::persons;
        made["pose"] =
            settings.pose.empty() ? Json("none") : part_entry(Bundle::open(settings.pose));
    }
    if (settings.size > 0)
        made["size"] = settings.size;
    if (const CardDecision &decision = model.activity().decision;
        !decision.needs.empty() || decision.least_person > 0)
        made["persons"] = "seen"; // rows of before did not tell it
    if (card.actor.motion > 0)    // what the card's number means
        made["card"]["unseen_motion"] = UnseenMotion::version;
    if (settings.gate > 0) {
        made["gate"] = settings.gate;
        made["card"].update(card_entries(model, {"head"})); // whose attention says what rests
    }
    if (settings.motion_gate > 0)
        made["motion_gate"] = settings.motion_gate;
    if (look.is_taken())
        made["focus"] = focus_entry(look, /*weights=*/"");
    if (look.entropy == Entropy::Truth) // told by the places of labels
        made["labels"] = model.labels();
    return made;
}

Json results_made_with(const Bundle &model, const AnalysisSettings &settings)
{
    Json made = made_with(model, settings);
    made["card"].update(card_entries(model, {"head", "decision", "segments"}));
    made["labels"] = model.labels();
    return made;
}

} // namespace fovea
