// SPDX-License-Identifier: MIT
#include "fovea/bundle/card.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "fovea/bundle/card_focus.h"
#include "fovea/bundle/card_reader.h"
#include "fovea/bundle/combination.h"
#include "fovea/bundle/detector_card.h"
#include "fovea/bundle/measurement.h"
#include "fovea/bundle/pose_card.h"
#include "fovea/nn/architecture.h"
#include "fovea/nn/names.h"

namespace fovea {

namespace {

constexpr int card_schema_version = 1; ///< of models/schema/card.schema.json
constexpr int max_frames = 4096;
constexpr int max_attention_stride = 16;

constexpr Named<Card::Kind> card_kinds[] = {{Card::Kind::Activity, "activity"},
                                            {Card::Kind::Detector, "detector"},
                                            {Card::Kind::Combination, "combination"},
                                            {Card::Kind::Pose, "pose"}};

/** \brief A number for each channel; of two the third is 0 */
std::array<float, 3> channel_numbers(const CardReader &reader, const std::string &key,
                                     Modality modality)
{
    const Json &value = reader.at(key);
    const auto channels = static_cast<std::size_t>(channels_of(modality));
    const bool fits = value.is_array() && value.size() == channels &&
                      std::all_of(value.begin(), value.end(),
                                  [](const Json &entry) { return entry.is_number(); });
    if (!fits)
        throw reader.wrong(key, modality == Modality::Flow ? "two numbers: x, y"
                                                           : "three numbers: R, G, B");
    std::array<float, 3> numbers = {};
    std::copy(value.begin(), value.end(), numbers.begin());
    return numbers;
}

std::pair<double, double> two_shares(const CardReader &reader, const std::string &key)
{
    const Json &value = reader.at(key);
    const bool fits =
        value.is_array() && value.size() == 2 &&
        std::all_of(value.begin(), value.end(), [](const Json &entry) {
            return entry.is_number() && entry.get<double>() >= 0.01 && entry.get<double>() <= 1;
        });
    if (!fits)
        throw reader.wrong(key, "a share of the width and one of the height, 0.01 to 1");
    return {value[0].get<double>(), value[1].get<double>()};
}

std::string known_name(const CardReader &reader, const std::string &key,
                       const std::vector<std::string> &names)
{
    std::string name = reader.text(key);
    if (std::find(names.begin(), names.end(), name) == names.end())
        throw reader.wrong(key, "one of " + joined(names));
    return name;
}

/** \brief "none", or {"name", "stages", "variant", "stride", "refine"} */
nn::AttentionOptions read_attention(const CardReader &card)
{
    nn::AttentionOptions attention;
    if (!card.has("attention"))
        return attention;
    if (card.at("attention").is_string()) {
        if (card.text("attention") != "none")
            throw card.wrong("attention", "\"none\", or an object with the name of a module");
        return attention;
    }
    const CardReader reader = card.object("attention");
    reader.refuse_unknown({"name", "stages", "variant", "stride", "refine"});
    attention.name = known_name(reader, "name", nn::attention_names());
    if (reader.has("variant"))
        attention.variant = known_name(reader, "variant", nn::attention_variants(attention.name));
    attention.stages = reader.texts("stages");
    attention.stride = reader.integer("stride", 1, max_attention_stride, 1);
    attention.refine = reader.flag("refine", attention.refine);
    return attention;
}

std::string read_sha256(const CardReader &reader)
{
    std::string sha256 = reader.text("sha256");
    const bool hexadecimal = sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!sha256.empty() && (sha256.size() != 64 || !hexadecimal))
        throw reader.wrong("sha256", "64 digits 0-9 a-f, or nothing when it is not known");
    return sha256;
}

CardFile read_file(const CardReader &reader)
{
    reader.refuse_unknown({"name", "sha256", "url"});
    return {reader.file_name("name"), read_sha256(reader), reader.text("url", "")};
}

std::vector<CardFile> read_files(const CardReader &reader, const std::string &where,
                                 const std::string &key = "files")
{
    if (!reader.at(key).is_array())
        throw reader.wrong(key, "a list");
    const std::string place = where + ": " + key + "[";
    std::vector<CardFile> files;
    for (const Json &entry : reader.at(key))
        files.push_back(read_file(CardReader(entry, place + std::to_string(files.size()) + "]")));
    return files;
}

void read_input(const CardReader &reader, ActivityCard &card)
{
    reader.refuse_unknown(
        {"width", "height", "interpolation", "view", "scale", "shift", "modality", "flow"});
    card.input.size = {reader.integer("width", 1, max_input_side),
                       reader.integer("height", 1, max_input_side)};
    card.input.interpolation = reader.choice("interpolation", interpolations);
    card.area = reader.choice("view", view_areas);
    if (reader.has("modality"))
        card.modality = reader.choice("modality", modalities);
    if (reader.has("flow")) {
        if (card.modality != Modality::Flow)
            throw reader.wrong("flow", "modality flow beside it");
        card.flow = reader.choice("flow", flow_methods);
    }
    card.input.normalisation.scale = channel_numbers(reader, "scale", card.modality);
    card.input.normalisation.shift = channel_numbers(reader, "shift", card.modality);
}

SamplingOptions read_sampling(const CardReader &reader)
{
    reader.refuse_unknown(
        {"plan", "frames", "timesteps", "rate", "hop", "stride", "fill", "mode", "interval_ms"});
    SamplingOptions sampling;
    sampling.plan = reader.choice("plan", samplings);
    sampling.frames = reader.integer("frames", 1, max_frames);
    if (sampling.plan == Sampling::Sliding) {
        sampling.rate = reader.number("rate", 0.01, 1000);
        sampling.hop = reader.integer("hop", 1, max_frames);
    }
    if (has_timesteps(sampling.plan))
        sampling.timesteps = reader.integer("timesteps", 1, max_count);
    const bool spread = sampling.plan == Sampling::Spread;
    if (spread && reader.has("rate"))
        sampling.rate = reader.number("rate", 0.01, 1000);
    if (spread || sampling.plan == Sampling::Clips)
        sampling.stride = reader.integer("stride", 1, max_frames, sampling.stride);
    if (reader.has("fill") && (spread || sampling.plan == Sampling::Clips))
        sampling.fill = reader.choice("fill", fills);
    if (spread && sampling.fill == Fill::Drop)
        throw reader.wrong("fill", "last or loop with the plan spread");
    if (reader.has("mode"))
        sampling.mode = reader.choice("mode", feature_modes);
    if (sampling.mode == FeatureMode::Streaming)
        throw reader.wrong("mode", "one-at-a-time or one-shot");
    if (sampling.mode == FeatureMode::OneShot && !is_one_whole(sampling.plan))
        throw reader.wrong("mode", "one-at-a-time: only timesteps of uniform, equal and shuffled "
                                   "are parts of one clip");
    sampling.interval_ms = reader.number("interval_ms", 1, 3.6e6, sampling.interval_ms);
    return sampling;
}

RegionGridOptions read_regions(const CardReader &reader, ViewArea area)
{
    reader.refuse_unknown({"full", "crops", "cut", "grid", "fraction", "actor"});
    RegionGridOptions regions;
    regions.area = area;
    regions.full = reader.flag("full", regions.full);
    regions.crops = reader.flag("crops", regions.crops);
    if (reader.has("cut"))
        std::tie(regions.cut_width, regions.cut_height) = two_shares(reader, "cut");
    regions.grid = reader.integer("grid", 0, 16, regions.grid);
    regions.fraction = reader.number("fraction", 0.01, 1, regions.fraction);
    regions.actor = reader.flag("actor", regions.actor);
    if (!regions.full && regions.grid == 0 && !regions.actor)
        throw reader.wrong("full", "true when there is neither a grid nor an actor");
    return regions;
}

void read_actor(const CardReader &reader, ActivityCard &card)
{
    reader.refuse_unknown({"method", "margin", "min_score", "motion", "window_ms"});
    card.actor.method = reader.choice("method", actor_methods);
    card.actor.margin = reader.number("margin", 1, 4, card.actor.margin);
    card.actor.min_score =
        static_cast<float>(reader.number("min_score", 0, 1, card.actor.min_score));
    card.actor.motion = static_cast<float>(reader.number("motion", 0, 255, card.actor.motion));
    if (card.actor.motion > 0 && (card.actor.method != ActorOptions::Method::Union ||
                                  card.sampling.plan != Sampling::Sliding))
        throw reader.wrong("motion", "0 but for the method union and the plan sliding");
    card.actor_window_ms = reader.number("window_ms", 0, 3.6e6, card.actor_window_ms);
}

CardDecision read_decision(const CardReader &reader)
{
    reader.refuse_unknown({"window", "hop", "normal", "threshold", "top_k", "many_labels", "pool",
                           "alarms", "needs", "least_person"});
    CardDecision decision;
    decision.window = reader.integer("window", 0, max_count, decision.window);
    decision.hop = reader.integer("hop", 0, max_count, decision.window);
    decision.normal = reader.text("normal", decision.normal);
    decision.threshold = static_cast<float>(reader.number("threshold", 0, 1, decision.threshold));
    decision.top_k = reader.integer("top_k", 1, 1000, decision.top_k);
    decision.many_labels = reader.flag("many_labels", decision.many_labels);
    decision.pooling = decision.many_labels ? Pooling::Max : Pooling::Mean;
    if (reader.has("pool"))
        decision.pooling = reader.choice("pool", poolings);
    decision.alarms = read_alarms(reader);
    decision.needs = read_needs(reader);
    decision.least_person = static_cast<float>(reader.number("least_person", 0, 1, 0));
    if (decision.window > 0 && decision.hop < 1)
        throw reader.wrong("hop", "1 or more with a window");
    return decision;
}

/** \brief Priors of the lengths by class, a list of numbers each */
std::vector<std::vector<double>> read_priors(const CardReader &reader, std::size_t classes,
                                             std::size_t lengths)
{
    const Json &value = reader.at("priors");
    const auto is_row = [&](const Json &row) {
        return row.is_array() && row.size() == lengths &&
               std::all_of(row.begin(), row.end(),
                           [](const Json &entry) { return entry.is_number() && entry >= 0; });
    };
    if (!value.is_array() || value.size() != classes ||
        !std::all_of(value.begin(), value.end(), is_row))
        throw reader.wrong("priors", "for each of " + std::to_string(classes) + " classes " +
                                         std::to_string(lengths) + " numbers of 0 or more");
    return value.get<std::vector<std::vector<double>>>();
}

SegmentRule read_segments(const CardReader &reader, int classes)
{
    reader.refuse_unknown({"lengths", "rows", "stride", "overlap", "threshold", "priors"});
    SegmentRule rule;
    if (reader.has("lengths")) {
        const Json &lengths = reader.at("lengths");
        const bool fits = lengths.is_array() && !lengths.empty() &&
                          std::all_of(lengths.begin(), lengths.end(), [](const Json &entry) {
                              return entry.is_number_integer() && entry >= 1 && entry <= max_count;
                          });
        if (!fits)
            throw reader.wrong("lengths", "a list of timesteps, each 1 or more");
        rule.lengths = lengths.get<std::vector<std::int64_t>>();
    }
    rule.rows = reader.integer("rows", 0, max_count, 0);
    rule.stride = reader.number("stride", 0.001, 1, rule.stride);
    rule.overlap = reader.number("overlap", 0, 1, rule.overlap);
    rule.threshold = static_cast<float>(reader.number("threshold", 0, 1, rule.threshold));
    if (reader.has("priors"))
        rule.priors = read_priors(reader, static_cast<std::size_t>(classes), rule.lengths.size());
    return rule;
}

AttendedModel read_attended(const CardReader &reader)
{
    reader.refuse_unknown({"model", "sha256"});
    return {reader.file_name("model"), read_sha256(reader)};
}

/** \brief What else it says of the camera is for people to read */
AdaptedModel read_adapted(const CardReader &reader)
{
    reader.refuse_unknown({"from", "sha256", "camera", "true", "nothing", "quiet_hours"});
    return {reader.text("from"), read_sha256(reader)};
}

/** \brief That what stands beside the network goes with it, and each has its file */
void check_parts(const CardReader &reader, const Card &card)
{
    const ActivityCard &activity = card.activity;
    if (activity.attended.is_persons() && activity.modality == Modality::Flow)
        throw reader.wrong("attended", "a model with modality flow: persons are seen in frames");
    if (reader.has("attended") && activity.focus.is_taken())
        throw reader.wrong("attended", "none with a focus: what looks twice is one network");
    if (activity.focus_weights.empty() && card.files.size() != 1)
        throw reader.wrong("files", "one file: the weights");
    const bool fixed = !activity.focus_weights.empty();
    if (fixed && (card.files.size() != 2 || card.files.back().name != activity.focus_weights))
        throw reader.wrong("files", "two files: the weights, then those that focus names");
}

void read_activity(const CardReader &reader, const std::string &where, Card &card)
{
    reader.refuse_unknown(
        {"schema",   "kind",         "name",      "title",    "licence",  "source",    "measured",
         "files",    "architecture", "attention", "head",     "classes",  "labels",    "input",
         "sampling", "regions",      "actor",     "detector", "decision", "segments",  "focus",
         "attended", "limits",       "anchors",   "adapted",  "pose",     "pose_else", "ensemble"});
    ActivityCard &activity = card.activity;
    activity.architecture = known_name(reader, "architecture", nn::backbone_names());
    activity.attention = read_attention(reader);
    if (reader.has("ensemble")) {
        activity.ensemble = reader.integer("ensemble", 1, nn::max_ensemble);
        if (activity.ensemble > 1 && !nn::architecture_facts(activity.architecture).has_streams)
            throw reader.wrong("ensemble", "1 with this architecture, which has no streams");
    }
    if (!reader.text("head").empty())
        activity.head = known_name(reader, "head", nn::head_names());
    activity.classes = reader.integer("classes", 1, max_count);
    card.labels = reader.file_name("labels");
    read_input(reader.object("input"), activity);
    activity.sampling = read_sampling(reader.object("sampling"));
    activity.regions = read_regions(reader.object("regions"), activity.area);
    activity.actor.area = activity.area;
    if (reader.has("actor"))
        read_actor(reader.object("actor"), activity);
    activity.detector = reader.text("detector", "");
    activity.pose = reader.text("pose", "");
    activity.pose_else = reader.text("pose_else", "");
    if (!activity.pose_else.empty() && activity.pose.empty())
        throw reader.wrong("pose_else", "none without pose");
    if (reader.has("decision"))
        activity.decision = read_decision(reader.object("decision"));
    activity.segments.rows = 0; // settled by segment_rule()
    if (reader.has("segments")) {
        const CardReader segments = reader.object("segments");
        activity.segments = read_segments(segments, activity.classes);
        if (activity.sampling.plan == Sampling::Windows && segments.has("lengths"))
            throw segments.wrong("lengths", "nothing: those of sampling plan windows are fixed");
    }
    if (activity.decision.many_labels && nn::head_gives_shares(activity.head))
        throw reader.wrong("head", "one that gives logits, such as region-mean, with many_labels");
    if (reader.has("focus"))
        read_focus(reader.object("focus"), &activity);
    if (reader.has("attended"))
        activity.attended = read_attended(reader.object("attended"));
    if (reader.has("anchors"))
        activity.anchors = read_files(reader, where, "anchors");
    if (reader.has("adapted"))
        activity.adapted = read_adapted(reader.object("adapted"));
    check_parts(reader, card);
}

} // namespace

Card read_card(const std::filesystem::path &file)
{
    const std::string where = file.string();
    const CardReader reader(read_json(file), where);
    // First of all: of another version nothing else can be expected
    const Json &schema = reader.at("schema");
    if (!schema.is_number_integer() || schema.get<std::int64_t>() != card_schema_version)
        throw reader.wrong("schema",
                           std::to_string(card_schema_version) + ", the version this Fovea reads");
    Card card;
    card.kind = reader.choice("kind", card_kinds);
    card.name = reader.file_name("name");
    card.title = reader.text("title");
    card.licence = reader.text("licence");
    card.source = reader.text("source", "");
    card.measurements = read_measurements(reader, where);
    if (reader.has("measured") && reader.at("measured").is_string())
        card.measured = reader.text("measured");
    card.limits = reader.text("limits", "");
    if (card.kind == Card::Kind::Combination) {
        card.models = read_models(reader, where);
        return card;
    }
    card.files = read_files(reader, where);
    if (card.kind == Card::Kind::Activity)
        read_activity(reader, where, card);
    else if (card.kind == Card::Kind::Pose)
        card.pose = read_pose(reader, card.files);
    else
        card.detector = read_detector(reader, card.files);
    return card;
}

} // namespace fovea
