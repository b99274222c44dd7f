// SPDX-License-Identifier: MIT
#include "fovea/train/bundle_writer.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "fovea/bundle/attention_words.h"
#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/card_focus.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/core/printable.h"
#include "fovea/core/text_file.h"
#include "fovea/nn/backbone.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/file_copy.h"
#include "fovea/train/loop/module_state.h"

namespace fovea {

namespace {

constexpr double usual_threshold = 0.5; // of an event, where the base has no class that is none

Json decision_of(const Json &base, const std::string &normal, const TrainedBundle &trained)
{
    const std::vector<std::string> &labels = trained.labels;
    Json decision = base.contains("decision") ? base["decision"] : Json::object();
    if (normal.empty())
        decision["threshold"] = 0; // every class is an activity: the best one is the label
    else if (decision.value("normal", "").empty())
        decision["threshold"] = usual_threshold;
    decision["normal"] = normal;
    const int most = static_cast<int>(labels.size());
    decision["top_k"] = std::max(1, std::min(decision.value("top_k", 5), most));
    if (decision.value("many_labels", false) != trained.many_labels)
        decision.erase("pool"); // each has its own
    decision["many_labels"] = trained.many_labels;
    if (trained.adapted.is_null())
        for (const char *of_persons : {"needs", "least_person"})
            decision.erase(of_persons); // the base's are of its own labels
    decision.erase("alarms");           // and these of its own scores
    if (!trained.alarms.empty())
        decision["alarms"] = alarms_entry(trained.alarms);
    if (trained.window > 0) {
        decision["window"] = trained.window;
        decision["hop"] = std::max(1, trained.window / 4);
    }
    return decision;
}

std::int64_t rows_of_clip(const ActivityCard &card, int frames, const SecondLook &look)
{
    return nn::row_facts(backbone_options(card), std::int64_t{frames} * (look.is_in_time() ? 2 : 1))
        .rows;
}

/** \brief Windows of as many clips as before, where a clip gives another number of rows */
void fit_windows(Json *decision, const ActivityCard &base, const TrainedBundle &trained)
{
    const int frames = trained.sampling ? trained.sampling->frames : base.sampling.frames;
    if (!trained.focus && !base.focus.is_taken() && frames == base.sampling.frames)
        return;
    const SecondLook look = trained.focus ? trained.focus->look : SecondLook();
    const double factor = static_cast<double>(rows_of_clip(base, frames, look)) /
                          static_cast<double>(rows_of_clip(base, base.sampling.frames, base.focus));
    for (const char *rows : {"window", "hop"}) {
        if (const int count = decision->value(rows, 0); count > 0)
            (*decision)[rows] = std::lround(count * factor);
    }
}

void set_sampling(Json *entry, const SamplingOptions &sampling)
{
    (*entry)["plan"] = name_of(samplings, sampling.plan);
    (*entry)["frames"] = sampling.frames;
    if (has_timesteps(sampling.plan))
        (*entry)["timesteps"] = sampling.timesteps;
    entry->erase("mode");
    if (sampling.mode != FeatureMode::OneAtATime)
        (*entry)["mode"] = name_of(feature_modes, sampling.mode);
}

void set_flow(Json *entry, const Normalisation &normalisation)
{
    (*entry)["modality"] = name_of(modalities, Modality::Flow);
    (*entry)["scale"] = {normalisation.scale[0], normalisation.scale[1]};
    (*entry)["shift"] = {normalisation.shift[0], normalisation.shift[1]};
}

void set_flow_method(Json *entry, FlowMethod method)
{
    entry->erase("flow");
    if (method != FlowMethod::Dis)
        (*entry)["flow"] = name_of(flow_methods, method);
}

CardFile written(const std::filesystem::path &folder, const std::string &name,
                 const Weights &weights)
{
    write_weights(folder / name, weights);
    return {name, sha256_of(folder / name), ""};
}

/** \brief Anchors are rows of the backbone: those of the base hold for a head of the same labels */
void keep_anchors(const std::filesystem::path &folder, const Bundle &base)
{
    for (const CardFile &file : base.activity().anchors)
        copy_bytes(base.file(file), folder / file.name);
}

/**
 * \brief The card of what was trained: that of \a base, but for what the training made otherwise
 * \param files the weights, behind them those of the look where it has a network of its own
 */
Json trained_card(const Bundle &base, const TrainedBundle &trained, const std::string &name,
                  const std::vector<CardFile> &files)
{
    Json card = read_json(base.card_file());
    card["name"] = name;
    card["title"] = trained.title;
    card["head"] = trained.head;
    card["classes"] = trained.labels.size();
    card["labels"] = labels_name;
    card["regions"]["full"] = trained.regions.full;
    card["regions"]["grid"] = trained.regions.grid;
    card["regions"]["actor"] = trained.regions.actor;
    if (!trained.detector.empty() && (trained.regions.actor || trained.attended.is_persons()))
        card["detector"] = trained.detector;
    if (trained.regions.crops || base.activity().regions.crops)
        card["regions"]["crops"] = trained.regions.crops;
    if (trained.sampling)
        set_sampling(&card["sampling"], *trained.sampling);
    if (trained.flow)
        set_flow(&card["input"], *trained.flow);
    if (trained.flow_method)
        set_flow_method(&card["input"], *trained.flow_method);
    if (trained.attention)
        card["attention"] = attention_entry(*trained.attention);
    card["decision"] =
        decision_of(card, normal_class(base, trained.labels, trained.normal), trained);
    if (trained.window == 0)
        fit_windows(&card["decision"], base.activity(), trained);
    if (base.activity().focus.is_taken())
        card.erase("focus");
    if (trained.focus)
        card["focus"] = focus_entry(trained.focus->look, files.size() > 1 ? files.back().name : "");
    card.erase("attended");
    if (!trained.attended.name.empty())
        card["attended"] = {{"model", trained.attended.name}, {"sha256", trained.attended.sha256}};
    if (!trained.attended.is_persons() || !trained.keypoints)
        for (const char *keypoints : {"pose", "pose_else"})
            card.erase(keypoints);
    card.erase("adapted");
    if (trained.adapted.is_null())
        card.erase("anchors");
    else
        card["adapted"] = trained.adapted;
    card.erase("segments"); // the base's are of its own labels
    if (!trained.priors.empty())
        card["segments"] = {{"priors", trained.priors}};
    card["files"] = Json::array();
    for (const CardFile &file : files)
        card["files"].push_back({{"name", file.name}, {"sha256", file.sha256}, {"url", file.url}});
    if (trained.window_rows > 0) {
        card["sampling"] = {{"plan", name_of(samplings, Sampling::Windows)},
                            {"frames", card["sampling"]["frames"]}};
        card["segments"]["rows"] = trained.window_rows;
    }
    card["source"] = trained.source;
    card["measured"] = trained.measured;
    card.erase("limits"); // the base's are of its own weights
    return card;
}

/** \brief The names of what lies beside a bundle's own files, as far as its card says those */
std::vector<std::filesystem::path> others_in(const std::filesystem::path &bundle)
{
    std::set<std::string> own = {card_name, labels_name};
    if (std::filesystem::exists(bundle / card_name)) {
        const Json card = read_json(bundle / card_name);
        own.insert(card.value("labels", ""));
        for (const char *list : {"files", "anchors"})
            for (const Json &file : card.value(list, Json::array()))
                own.insert(file.value("name", ""));
    }
    std::vector<std::filesystem::path> others;
    for (const auto &entry : std::filesystem::directory_iterator(bundle))
        if (own.count(entry.path().filename().string()) == 0)
            others.push_back(entry.path().filename());
    return others;
}

bool is_there(const std::filesystem::path &path)
{
    return std::filesystem::exists(std::filesystem::symlink_status(path)); // a link as itself
}

} // namespace

std::filesystem::path bundle_folder(const std::filesystem::path &folder)
{
    if (folder.empty())
        return folder;
    const auto whole = std::filesystem::absolute(folder).lexically_normal();
    return whole.has_filename() ? whole : whole.parent_path();
}

std::string bundle_name(const std::filesystem::path &folder)
{
    std::string name = bundle_folder(folder).filename().string();
    if (name.empty() || !is_printable(name))
        throw Error(Error::Kind::Settings,
                    "--out '" + folder.string() +
                        "': expected a folder whose name, which the model gets, is UTF-8 without "
                        "control characters, got '" +
                        name + "'; choose another --out");
    return name;
}

std::string made_by(const std::string &word)
{
    return "by fovea " + word;
}

bool replaces_own(const std::filesystem::path &out, const std::string &word)
{
    bundle_name(out);
    if (!std::filesystem::exists(out / card_name))
        return false;
    const JsonReader card(read_json(out / card_name), (out / card_name).string());
    const std::string source = card.get<std::string>("source", "");
    const std::string end = made_by(word) + ".";
    if (source.size() >= end.size() &&
        source.compare(source.size() - end.size(), end.size(), end) == 0)
        return true;
    throw Error(Error::Kind::Settings,
                "--out '" + out.string() + "': expected no bundle there, or one made " +
                    made_by(word) + ", got '" + card.get<std::string>("title", "") +
                    "', which would be lost; choose another --out, or remove it");
}

std::string normal_class(const Bundle &base, const std::vector<std::string> &labels,
                         const std::string &asked)
{
    const auto has = [&](const std::string &label) {
        return std::find(labels.begin(), labels.end(), label) != labels.end();
    };
    if (!asked.empty() && !has(asked))
        throw Error(Error::Kind::Settings, "--normal: expected one of the classes " +
                                               joined(labels) + ", got '" + asked + "'");
    const std::string &bases = base.activity().decision.normal;
    if (!asked.empty() || bases.empty() || has(bases))
        return asked.empty() ? bases : asked;
    const auto found = std::find_if(labels.begin(), labels.end(), [&](const std::string &label) {
        return lowered(label) == lowered(bases);
    });
    return found == labels.end() ? "" : *found;
}

std::optional<TrainedFocus> focus_of(const Bundle &bundle)
{
    const ActivityCard &card = bundle.activity();
    if (!card.focus.is_taken())
        return std::nullopt;
    if (!card.focus.is_by_two())
        return TrainedFocus{card.focus, {}};
    const CardFile &looking = card.focus_weights.empty() ? bundle.weights() : bundle.files().back();
    return TrainedFocus{card.focus, read_weights(bundle.file(looking))};
}

Weights bundle_weights(nn::Backbone &network)
{
    const Weights all = copy_of(network);
    const std::string classifier = network.classifier() + ".";
    Weights weights = without_prefixes(all, {classifier});
    add_with_prefix(&weights, head_prefix + classifier, with_prefix(all, classifier));
    return weights;
}

Weights backbone_weights(const Bundle &bundle)
{
    return without_prefixes(read_weights(bundle.file(bundle.weights())),
                            {head_prefix, row_facts_of(bundle.activity()).classifier + "."});
}

Bundle write_bundle(const std::filesystem::path &folder, const Bundle &base,
                    const TrainedBundle &trained)
{
    make_folder(folder);

    const std::string name = bundle_name(folder);
    Weights weights = trained.backbone;
    add_with_prefix(&weights, head_prefix, trained.head_weights);
    std::vector<CardFile> files = {written(folder, name + ".pt", weights)};
    if (trained.focus && !trained.focus->fixed.empty())
        files.push_back(written(folder, name + "-fixed.pt", trained.focus->fixed));

    std::string labels;
    for (const std::string &label : trained.labels)
        labels += label + "\n";
    write_whole(folder / labels_name, labels);
    if (!trained.adapted.is_null())
        keep_anchors(folder, base);

    write_whole(folder / card_name, trained_card(base, trained, name, files).dump(2) + "\n");
    return Bundle::open(std::filesystem::absolute(folder).string());
}

void put_in_place(const std::filesystem::path &made, const std::filesystem::path &place,
                  const std::filesystem::path &parts)
{
    const auto before = parts / "before";
    try {
        const bool is_folder =
            std::filesystem::is_directory(std::filesystem::symlink_status(place));
        const auto others = is_folder ? others_in(place) : std::vector<std::filesystem::path>();
        if (is_there(place))
            std::filesystem::rename(place, before);
        std::filesystem::rename(made, place);
        for (const auto &other : others) {
            auto to = place / other;
            while (is_there(to)) // a file of the new bundle
                to += ".before";
            std::filesystem::rename(before / other, to);
        }
    } catch (const std::exception &failed) {
        std::error_code none;
        if (!is_there(place))
            std::filesystem::rename(before, place, none);
        std::string where;
        if (is_there(before))
            where = "; what was there is in '" + before.string() + "'";
        else
            std::filesystem::remove_all(parts, none);
        throw Error(Error::Kind::CannotWrite,
                    "'" + place.string() + "' cannot be replaced: " + failed.what() + where);
    }
    std::error_code none;
    std::filesystem::remove_all(parts, none);
}

Bundle change_card(const Bundle &bundle, const std::function<void(Json &card)> &change)
{
    const auto file = bundle.card_file();
    Json card = read_json(file);
    change(card);
    write_whole(file, card.dump(2) + "\n");
    return Bundle::open(std::filesystem::absolute(bundle.folder()).string());
}

Bundle write_measured(const Bundle &bundle, const std::string &measured)
{
    return change_card(bundle, [&](Json &card) { card["measured"] = measured; });
}

} // namespace fovea
