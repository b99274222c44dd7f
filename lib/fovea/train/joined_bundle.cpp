// SPDX-License-Identifier: MIT
#include "fovea/train/joined_bundle.h"

#include "fovea/bundle/combination.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/nn/names.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/bundle_writer.h"

namespace fovea {

namespace {

Bundle stream_of(const std::string &name, const char *role, const std::string &architecture)
{
    const Bundle bundle = open_activity_model(name);
    const std::string &got = bundle.activity().architecture;
    if (got != architecture || !bundle.activity().attention.name.empty())
        throw Error(Error::Kind::Settings,
                    std::string("--") + role + " '" + bundle.name() +
                        "': expected a model of the architecture " + architecture +
                        " without attention, got " + got +
                        (got == architecture ? " with " + bundle.activity().attention.name : ""));
    if (!bundle.activity().attended.name.empty())
        throw Error(Error::Kind::Settings,
                    std::string("--") + role + " '" + bundle.name() +
                        "': expected a model that attends to nothing besides, got one that attends "
                        "to '" +
                        bundle.activity().attended.name + "'");
    return bundle;
}

/** \throw Error naming the first thing in which the two do not fit */
void check_fit(const Bundle &motion, const Bundle &pictures)
{
    const auto differ = [&](const std::string &what, double wanted, double got) {
        if (wanted != got)
            throw Error(Error::Kind::Settings, "model '" + pictures.name() + "': expected " + what +
                                                   " of " + formatted("%g", wanted) + ", as '" +
                                                   motion.name() + "' goes with it, got " +
                                                   formatted("%g", got) +
                                                   "; train it with such a card");
    };
    check_same_labels(motion, pictures);
    if (motion.labels() != pictures.labels())
        throw Error(Error::Kind::Settings, "model '" + pictures.name() +
                                               "': its labels are those of '" + motion.name() +
                                               "' in another order; train it with the same");
    const ActivityCard &one = motion.activity();
    const ActivityCard &other = pictures.activity();
    differ("a width", 2.0 * one.input.size.width, other.input.size.width);
    differ("a height", 2.0 * one.input.size.height, other.input.size.height);
    differ("clips", one.sampling.frames - 1.0, other.sampling.frames);
    differ("frames a second", one.sampling.rate, other.sampling.rate);
    differ("a hop", one.sampling.hop, other.sampling.hop);
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

void add_stream(Weights *joined, const std::string &prefix, const Weights &stream)
{
    for (const auto &[name, tensor] : stream)
        joined->emplace(prefix + name, tensor);
}

Weights joined_classifier(const Weights &motion, const Weights &pictures, double share)
{
    return {
        {"fc.weight", at::cat({motion.at("weight") * (1 - share), pictures.at("weight") * share},
                              /*dim=*/1)},
        {"fc.bias", motion.at("bias") * (1 - share) + pictures.at("bias") * share}};
}

} // namespace

Bundle join_streams(const StreamsToJoin &streams, const std::filesystem::path &out)
{
    const Bundle motion = stream_of(streams.motion, "motion", "watch");
    const Bundle pictures = stream_of(streams.pictures, "pictures", "eco");
    check_fit(motion, pictures);

    Weights motion_weights = backbone_weights(motion);
    scale_stem(&motion_weights, motion.activity().input.normalisation,
               pictures.activity().input.normalisation);
    const auto classifier_of = [](const Bundle &bundle) {
        return classifier_weights(read_weights(bundle.file(bundle.weights())), "fc");
    };
    TrainedBundle joined;
    joined.head = "score-mean";
    joined.labels = motion.labels();
    joined.regions = motion.activity().regions;
    add_stream(&joined.backbone, "motion.", motion_weights);
    add_stream(&joined.backbone, "pictures.", backbone_weights(pictures));
    joined.head_weights =
        joined_classifier(classifier_of(motion), classifier_of(pictures), streams.share);
    joined.title = motion.title();
    joined.source = "Logits of '" + motion.name() + "' (motion) and, by " +
                    formatted("%g", streams.share) + ", of '" + pictures.name() +
                    "' (pictures), in one network by fovea models join.";
    joined.measured = "Not measured.";
    const Bundle made = write_bundle(out, motion, joined);

    const auto file = made.folder() / "card.json";
    Json card = read_json(file);
    card["architecture"] = "two-stream";
    card["input"] = read_json(pictures.folder() / "card.json")["input"];
    write_whole(file, card.dump(2) + "\n");
    return Bundle::open(made.folder().string());
}

} // namespace fovea
