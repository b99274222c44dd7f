// SPDX-License-Identifier: MIT
#include "fovea/train/joined_bundle.h"

#include <vector>

#include "fovea/bundle/combination.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/core/names.h"
#include "fovea/nn/architecture.h"
#include "fovea/nn/streams_network.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/kept_classifier.h"

namespace fovea {

namespace {

Bundle network_of(const std::string &name, const char *role, const std::string &architecture)
{
    Bundle bundle = open_activity_model(name);
    const std::string &got = bundle.activity().architecture;
    if (got != architecture || !bundle.activity().attention.name.empty())
        throw Error(Error::Kind::Settings,
                    std::string("--") + role + " '" + bundle.name() +
                        "': expected a model of the architecture " + architecture +
                        " without attention, got " + got +
                        (got == architecture ? " with " + bundle.activity().attention.name : ""));
    const std::string &head = nn::architecture_facts(architecture).own_head;
    if (bundle.activity().head != head || bundle.activity().decision.many_labels)
        throw Error(Error::Kind::Settings,
                    std::string("--") + role + " '" + bundle.name() +
                        "': expected a model of one label a window by its own classifier (head " +
                        head + "), got head '" + bundle.activity().head + "'" +
                        (bundle.activity().decision.many_labels ? " of any number of labels" : "") +
                        "; train it with --head none");
    if (!bundle.activity().attended.name.empty())
        throw Error(Error::Kind::Settings,
                    std::string("--") + role + " '" + bundle.name() +
                        "': expected a model that attends to nothing besides, got one that attends "
                        "to '" +
                        bundle.activity().attended.name + "'");
    return bundle;
}

/**
 * \brief Whether a stream sees what `motion` does \param times as large \param fewer frames
 * \throw Error naming the first thing in which the two do not fit
 */
void check_fit(const Bundle &motion, const Bundle &stream, double times, double fewer)
{
    const auto differ = [&](const std::string &what, double wanted, double got) {
        if (wanted != got)
            throw Error(Error::Kind::Settings, "model '" + stream.name() + "': expected " + what +
                                                   " of " + formatted("%g", wanted) + ", as '" +
                                                   motion.name() + "' goes with it, got " +
                                                   formatted("%g", got) +
                                                   "; train it with such a card");
    };
    check_same_labels(motion, stream);
    const ActivityCard &one = motion.activity();
    const ActivityCard &other = stream.activity();
    differ("a width", times * one.input.size.width, other.input.size.width);
    differ("a height", times * one.input.size.height, other.input.size.height);
    differ("clips", one.sampling.frames - fewer, other.sampling.frames);
    differ("frames a second", one.sampling.rate, other.sampling.rate);
    differ("a hop", one.sampling.hop, other.sampling.hop);
    if (one.sampling.plan != other.sampling.plan)
        throw Error(Error::Kind::Settings, "model '" + stream.name() + "': expected the plan " +
                                               name_of(samplings, one.sampling.plan) + ", as '" +
                                               motion.name() + "' goes with it, got " +
                                               name_of(samplings, other.sampling.plan));
}

/** \brief Of the motion's stem, which the pictures' normalisation would show stronger or weaker differences */
void scale_stem(Weights *motion, const Normalisation &own, const Normalisation &now)
{
    at::Tensor &stem = motion->at("stem.weight");
    stem = stem.clone();
    for (std::int64_t colour = 0; colour < stem.size(1); ++colour)
        stem.select(1, colour).mul_(own.scale[static_cast<std::size_t>(colour)] /
                                    now.scale[static_cast<std::size_t>(colour)]);
}

/** \brief The classifier of a bundle, its classes in the order of \a labels, times \a share */
Weights weighted_classifier(const Bundle &bundle, const std::vector<std::string> &labels,
                            double share)
{
    Weights classifier =
        classifier_of(bundle, read_weights(bundle.file(bundle.weights())), "fc", labels);
    if (classifier.empty())
        throw Error(Error::Kind::Settings,
                    "model '" + bundle.name() +
                        "': expected the classifier it was trained with, fc.weight and fc.bias, in "
                        "its weights; join the network that a training leaves with --head none");
    for (auto &entry : classifier)
        entry.second = share * entry.second;
    return classifier;
}

/** \brief Flow is looked for between values in [-1, 1], as pictures are seen: weights cannot make up for others */
void check_values(const Bundle &pictures, const Bundle &other)
{
    const Normalisation &wanted = pictures.activity().input.normalisation;
    const Normalisation &got = other.activity().input.normalisation;
    if (wanted.scale != got.scale || wanted.shift != got.shift)
        throw Error(Error::Kind::Settings, "model '" + other.name() +
                                               "': expected the scale and shift of '" +
                                               pictures.name() +
                                               "', which see the same values, got others; train it "
                                               "with such a card");
}

/** \brief One classifier of the features of several, one behind the other: the sum of their logits */
Weights side_by_side(const std::vector<Weights> &classifiers)
{
    std::vector<at::Tensor> weights;
    at::Tensor bias = at::zeros_like(classifiers.front().at("bias"));
    for (const Weights &classifier : classifiers) {
        weights.push_back(classifier.at("weight"));
        bias = bias + classifier.at("bias");
    }
    return {{"fc.weight", at::cat(weights, /*dim=*/1)}, {"fc.bias", bias}};
}

/** \throw Error where writing there would take that model away */
void check_place(const std::filesystem::path &out, const Bundle &bundle)
{
    std::error_code error;
    if (std::filesystem::equivalent(out, bundle.folder(), error))
        throw Error(Error::Kind::Settings,
                    "--out '" + out.string() +
                        "': expected another folder than those of the models it is made of, got "
                        "that of '" +
                        bundle.name() + "'");
}

Json card_of(const Bundle &bundle)
{
    return read_json(bundle.card_file());
}

/** \brief Regions, the actor's square, what classes take of persons and limits of alarms as the card \a like has them */
void take_form(Json &card, const Json &like)
{
    card["regions"] = like.value("regions", Json::object());
    if (like.contains("actor"))
        card["actor"] = like["actor"];
    const Json decision = like.value("decision", Json::object());
    for (const char *entry : {"needs", "least_person", "alarms"})
        if (decision.contains(entry))
            card["decision"][entry] = decision[entry];
}

/** \brief The networks that see the same */
struct Stream {
    /** \throw Error for another number of models than \a count, or as network_of() */
    Stream(const char *stream, const std::vector<std::string> &models,
           const std::string &architecture, std::size_t count)
        : name(stream)
    {
        if (models.size() != count)
            throw Error(Error::Kind::Settings,
                        std::string("--") + stream + ": expected " + counted(count, "model") +
                            ", as of --motion, got " + std::to_string(models.size()));
        for (const std::string &model : models)
            networks.push_back(network_of(model, stream, architecture));
    }

    /** \brief 'watch' and 'watch2' (motion) */
    std::string text() const
    {
        std::vector<std::string> names;
        for (const Bundle &network : networks)
            names.push_back("'" + network.name() + "'");
        return joined(names) + " (" + name + ")";
    }

    const char *name;
    std::vector<Bundle> networks;
};

} // namespace

Bundle join_streams(const StreamsToJoin &streams, const std::filesystem::path &out)
{
    if (streams.motion.empty() || streams.motion.size() > nn::max_ensemble)
        throw Error(Error::Kind::Settings, "--motion: expected 1 to " +
                                               std::to_string(nn::max_ensemble) + " models, got " +
                                               std::to_string(streams.motion.size()));
    const Stream motion("motion", streams.motion, "watch", streams.motion.size());
    const Stream pictures("pictures", streams.pictures, "eco", streams.motion.size());
    const Stream flow("flow", streams.flow, "watch-flow",
                      streams.flow.empty() ? 0 : streams.motion.size());
    const Bundle &first = motion.networks.front();
    for (const Stream *stream : {&motion, &flow, &pictures}) {
        const bool sees_pictures = stream == &pictures;
        for (const Bundle &network : stream->networks) {
            check_fit(first, network, sees_pictures ? 2 : 1, sees_pictures ? 1 : 0);
            if (stream != &motion)
                check_values(pictures.networks.front(), network);
            check_place(out, network);
        }
    }
    const Json input = card_of(pictures.networks.front())["input"];
    Json like;
    if (!streams.like.empty()) {
        const Bundle bundle = Bundle::open(streams.like);
        expect_kind(bundle, Bundle::Kind::Activity);
        check_same_labels(first, bundle);
        check_place(out, bundle);
        like = card_of(bundle);
    }
    replaces_own(out, join_word);

    TrainedBundle joined;
    joined.head = "score-mean";
    joined.labels = first.labels();
    joined.regions = first.activity().regions;
    std::vector<Weights> classifiers;
    const double rest = (1 - streams.share) / (streams.flow.empty() ? 1 : 2);
    for (const Stream *stream : {&motion, &flow, &pictures}) {
        const double share = stream == &pictures ? streams.share : rest;
        const auto count = static_cast<double>(stream->networks.size());
        for (std::size_t i = 0; i < stream->networks.size(); ++i) {
            const Bundle &network = stream->networks[i];
            Weights weights = backbone_weights(network);
            if (stream == &motion)
                scale_stem(&weights, network.activity().input.normalisation,
                           pictures.networks.front().activity().input.normalisation);
            add_with_prefix(&joined.backbone, nn::stream_name(stream->name, i) + ".", weights);
            classifiers.push_back(weighted_classifier(network, joined.labels, share / count));
        }
    }
    joined.head_weights = side_by_side(classifiers);
    joined.title = first.title();
    joined.source = "Logits of " + motion.text() +
                    (streams.flow.empty() ? "" : ", of " + flow.text()) + " and, by " +
                    formatted("%g", streams.share) + ", of " + pictures.text() +
                    ", in one network " + made_by(join_word) + ".";
    joined.measured = "Not measured.";

    return change_card(write_bundle(out, first, joined), [&](Json &card) {
        card["architecture"] = streams.flow.empty() ? "two-stream" : "three-stream";
        if (streams.motion.size() > 1)
            card["ensemble"] = streams.motion.size();
        card["input"] = input;
        if (!like.is_null())
            take_form(card, like);
    });
}

} // namespace fovea
