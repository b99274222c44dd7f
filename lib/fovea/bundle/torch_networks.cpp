// SPDX-License-Identifier: MIT
#include "fovea/bundle/torch_networks.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/errors.h"
#include "fovea/core/motion_layout.h"
#include "fovea/engine/make_extractor.h"
#include "fovea/engine/torch/torch_head.h"
#include "fovea/engine/torch/torch_saliency.h"
#include "fovea/nn/backbone.h"
#include "fovea/nn/evaluate.h"
#include "fovea/nn/heads.h"
#include "fovea/nn/keypoint_network.h"
#include "fovea/nn/late_fusion.h"

namespace fovea {

namespace {

/** \brief The head's parameters: under `head.`, else those of the network's own classifier */
Weights head_weights(const Weights &all, const std::string &classifier)
{
    Weights own = with_prefix(all, head_prefix);
    if (!own.empty())
        return own;
    const std::string prefix = classifier + ".";
    for (const auto &[name, tensor] : all) {
        if (name.compare(0, prefix.size(), prefix) == 0)
            own.emplace(name, tensor);
    }
    return own;
}

/**
 * \brief The network's own classifier under the name and shape of a head's fully connected layer:
 * a 1x1x1 convolution or a layer of another name is the same product
 */
Weights as_fc(Weights own, const nn::Head &head, const std::string &classifier)
{
    const bool fits = head.named_parameters().contains("fc.weight") &&
                      own.find(classifier + ".weight") != own.end();
    if (!fits)
        return own;
    const std::string prefix = classifier + ".";
    Weights renamed; // the rest is the head's own: its attention
    for (const auto &[name, tensor] : own) {
        const bool of_classifier = name.compare(0, prefix.size(), prefix) == 0;
        renamed.emplace(of_classifier ? "fc." + name.substr(prefix.size()) : name, tensor);
    }
    at::Tensor &weight = renamed.at("fc.weight");
    if (weight.dim() == 5 && weight.size(2) == 1 && weight.size(3) == 1 && weight.size(4) == 1)
        weight = weight.flatten(1);
    return renamed;
}

std::shared_ptr<nn::Backbone> loaded_backbone(const Bundle &bundle, NetworkRole role)
{
    const std::filesystem::path file = weights_of(bundle, role);
    const std::string &attention = bundle.activity().attention.name;
    try {
        auto backbone = nn::make_backbone(backbone_options(bundle.activity()));
        load_weights(
            *backbone,
            without_prefixes(read_weights(file), {head_prefix, backbone->classifier() + "."}),
            file);
        return backbone;
    } catch (const Error &error) {
        if (attention.empty())
            throw;
        throw Error(error.kind(), "model '" + bundle.name() + "': " + error.what() +
                                      "; its card asks for attention '" + attention +
                                      "': train the network with it (fovea train backbone "
                                      "--weights), or take it out of the card");
    }
}

/** \brief The fixed network's own classifier, of as many classes as it has */
std::shared_ptr<nn::Head> fixed_head(const Bundle &bundle)
{
    const nn::RowFacts facts = row_facts_of(bundle.activity());
    const std::filesystem::path file = weights_of(bundle, NetworkRole::Fixed);
    const std::string &classifier = facts.classifier;
    Weights own = head_weights(read_weights(file), classifier);
    const auto convolved = own.find("logits.conv3d.bias");
    const auto bias = convolved == own.end() ? own.find(classifier + ".bias") : convolved;
    if (bias == own.end() || bias->second.dim() != 1)
        throw Error(Error::Kind::Settings, "'" + file.string() +
                                               "': expected a network with its classifier, '" +
                                               classifier + ".bias' is not there");
    auto head = nn::make_head(convolved == own.end() ? "region-mean" : "logits", facts.channels,
                              bias->second.size(0));
    load_weights(*head, as_fc(std::move(own), *head, classifier), file);
    return head;
}

/** \brief What stands behind the backbone's features in a row, of so many frames side by side */
struct AttendedFeatures {
    std::int64_t channels = 0; ///< of all of them
    std::int64_t frames = 1;
};

std::int64_t motion_channels(const ActivityCard &card)
{
    return MotionLayout::of_frames(card.sampling.frames).channels();
}

/** \param rows of a clip of the model */
AttendedFeatures attended_features(const Bundle &bundle, std::int64_t rows)
{
    const ActivityCard &card = bundle.activity();
    if (card.attended.is_persons())
        return {motion_channels(card), 1};
    const std::optional<Bundle> attended = bundle.attended();
    if (!attended)
        return {};
    if (attended->kind() == Bundle::Kind::Detector)
        return {attended->detector().classes, 1};
    const int frames = std::max(1, attended_frames(card, rows, *attended));
    return {frames * row_facts_of(attended->activity()).channels, frames};
}

std::shared_ptr<nn::Head> loaded_head(const Bundle &bundle, const std::string &head)
{
    const ActivityCard &card = bundle.activity();
    const std::string name = head.empty() ? card.head : head;
    const std::string train = "; train a head on rows of 'fovea extract', or choose another model";
    if (name.empty())
        throw Error(Error::Kind::Settings,
                    "model '" + bundle.name() + "' has no head: it only extracts features" + train);

    const nn::RowFacts facts = row_facts_of(card);
    const AttendedFeatures attended = attended_features(bundle, facts.rows);
    const std::int64_t channels = facts.channels + attended.channels;
    auto module = nn::make_head(name, channels, card.classes, attended.channels,
                                card.decision.many_labels, attended.frames);
    const std::filesystem::path file = weights_of(bundle, NetworkRole::Trained);
    try {
        load_weights(
            *module,
            as_fc(head_weights(read_weights(file), facts.classifier), *module, facts.classifier),
            file);
    } catch (const Error &error) {
        throw Error(error.kind(), "head '" + name + "' of " + std::to_string(card.classes) +
                                      " classes does not fit model '" + bundle.name() + "' (" +
                                      card.architecture + ", " + std::to_string(channels) +
                                      " features): " + error.what() + train);
    }
    return module;
}

} // namespace

std::shared_ptr<nn::Head> load_head_module(const Bundle &bundle)
{
    return loaded_head(bundle, "");
}

std::unique_ptr<FeatureExtractor> load_torch_extractor(const Bundle &bundle,
                                                       const EngineOptions &options,
                                                       NetworkRole role)
{
    const ActivityCard &card = bundle.activity();
    const ClipSize clip = {card.sampling.frames, card.input.size.height, card.input.size.width};
    return make_extractor(loaded_backbone(bundle, role), clip, options);
}

void check_torch_clip(const Bundle &bundle, std::int64_t frames, std::int64_t height,
                      std::int64_t width)
{
    struct Asked {
        std::mutex mutex; ///< guards what follows
        std::string model;
        std::shared_ptr<nn::Backbone> backbone;
    };

    // To make a module takes far longer than to ask it: the last one stays for other sizes, and is never destroyed, for
    // LibTorch may be gone by then
    static Asked &asked = *new Asked;
    const std::string model = bundle.folder().string() + " " + bundle.card_sha256();
    const std::lock_guard lock(asked.mutex);
    if (asked.model != model || bundle.card_sha256().empty()) {
        asked.backbone = nn::make_backbone(backbone_options(bundle.activity()));
        asked.model = model;
    }
    asked.backbone->check_clip(frames, height, width);
}

HeadParameters torch_head_parameters(const Bundle &bundle, const std::string &head)
{
    const auto module = loaded_head(bundle, head);
    HeadParameters parameters;
    parameters.channels = module->channels();
    const ActivityCard &card = bundle.activity();
    parameters.motion = card.attended.is_persons() ? motion_channels(card) : 0;
    for (const auto &parameter : module->named_parameters())
        parameters.tensors.emplace(parameter.key(), nn::shared_array(parameter.value()));
    return parameters;
}

std::unique_ptr<ActivityHead> load_torch_head(const Bundle &bundle, const std::string &head)
{
    auto module = loaded_head(bundle, head);
    const ActivityCard &card = bundle.activity();
    if (card.fuses_two_networks())
        module = nn::make_late_fusion(fixed_head(bundle), std::move(module));
    return make_torch_head(std::move(module), card.decision.many_labels);
}

std::unique_ptr<SaliencyMapper> load_torch_saliency(const Bundle &bundle, const SecondLook &look,
                                                    const EngineOptions &options)
{
    const bool fixed = !bundle.activity().focus_weights.empty();
    auto backbone = loaded_backbone(bundle, fixed ? NetworkRole::Fixed : NetworkRole::Trained);
    auto head = fixed ? fixed_head(bundle) : loaded_head(bundle, "");
    return make_torch_saliency(std::move(backbone), std::move(head), look, options);
}

nn::Graph torch_keypoint_graph(const std::filesystem::path &weights)
{
    const auto network = std::make_shared<nn::KeypointNetwork>();
    load_weights(*network, read_weights(weights), weights);
    return network->graph();
}

} // namespace fovea
