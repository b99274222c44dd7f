// SPDX-License-Identifier: MIT
#include "fovea/train/initial_networks.h"

#include <algorithm>
#include <optional>

#include <ATen/core/grad_mode.h>

#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/open_model.h"
#include "fovea/bundle/picture_weights.h"
#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/engine/torch/torch_saliency.h"
#include "fovea/focus/salient_box.h"
#include "fovea/nn/architecture.h"
#include "fovea/nn/backbone.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/kept_classifier.h"
#include "fovea/train/loop/module_state.h"
#include "fovea/train/network_recipe.h"

namespace fovea {

namespace {

/** \brief What a network begins with: an activity model, or what finds keypoints and so knows pictures */
Bundle open_first_weights(const std::string &name)
{
    Bundle bundle = Bundle::open(name);
    if (bundle.kind() != Bundle::Kind::Pose)
        expect_kind(bundle, Bundle::Kind::Activity);
    check_weights(bundle);
    return bundle;
}

/** \return undefined: it does not fit. A classifier may be a convolution of one place, or fully connected: one product */
at::Tensor reshaped(const at::Tensor &classifier, const at::Tensor &like)
{
    return classifier.numel() == like.numel() ? classifier.reshape_as(like) : at::Tensor();
}

/** \brief The classifier among \a weights, which are \a other's; empty: it has none of these labels */
Weights classifier_among(const Weights &weights, const Bundle &other, const std::string &classifier,
                         const std::vector<std::string> &labels)
{
    return other.kind() == Bundle::Kind::Activity
               ? classifier_of(other, weights, classifier, labels)
               : Weights();
}

/**
 * \brief Weights of another network where name and shape fit, its classifier where the labels are the
 * same; the rest stays as it is
 * \return whether the classifier is taken, as a whole
 */
bool take_what_fits(nn::Backbone &network, const Bundle &other,
                    const std::vector<std::string> &labels, RunWatcher &watcher)
{
    const Weights weights = read_weights(other.file(other.weights()));
    const std::string classifier = network.classifier() + ".";
    const Weights last = classifier_among(weights, other, network.classifier(), labels);
    Weights own = copy_of(network);
    std::size_t taken = 0;
    bool has_classifier = true;
    for (auto &[name, tensor] : own) {
        const bool is_last = name.compare(0, classifier.size(), classifier) == 0;
        const Weights &from = is_last ? last : weights;
        const auto found = from.find(is_last ? name.substr(classifier.size()) : name);
        at::Tensor fit;
        if (found != from.end())
            fit = is_last ? reshaped(found->second, tensor) : fitted(found->second, tensor.sizes());
        if (!fit.defined()) {
            has_classifier = has_classifier && !is_last;
            continue;
        }
        tensor = fit;
        ++taken;
    }
    const std::string &from = other.name();
    if (taken == 0)
        throw Error(Error::Kind::Settings, "weights '" + from +
                                               "': not one of them fits the network; expected a "
                                               "model of its architecture, for eco also one of "
                                               "keypoints");
    restore(network, own);
    watcher.note(std::to_string(taken) + " of " + std::to_string(own.size()) +
                 " tensors begin as in '" + from + "', the rest anew");
    return has_classifier;
}

/** \brief Makes the classifier's weights normal around 0, its biases 0: it tells the classes hardly apart */
void begin_small(nn::Backbone &network, double deviation)
{
    const at::NoGradGuard no_grad;
    const std::string classifier = network.classifier() + ".";
    for (auto &parameter : network.named_parameters()) {
        if (parameter.key().rfind(classifier, 0) != 0)
            continue;
        if (parameter.value().dim() > 1)
            parameter.value().normal_(0, deviation);
        else
            parameter.value().zero_();
    }
}

/**
 * \brief Whose weights a network takes where they fit, its classifier with them
 * \return none: those of the base but the classifier, or none at all; the classifier begins anew
 */
std::optional<Bundle> taken_from(const NetworkTraining &training, const Bundle &base,
                                 const ActivityCard &card)
{
    if (random_weights(training))
        return std::nullopt;
    if (!training.weights.empty())
        return open_first_weights(training.weights);
    const bool is_changed = // attention, or channels of pictures, that the base has not
        !training.attention.empty() || card.modality != base.activity().modality;
    return is_changed ? std::optional(base) : std::nullopt;
}

struct FirstNetwork {
    std::shared_ptr<nn::Backbone> network;
    bool has_classifier = false; ///< else its classifier begins anew
};

FirstNetwork first_network(const NetworkTraining &training, const Bundle &base,
                           const ActivityCard &card, const std::vector<std::string> &labels,
                           RunWatcher &watcher)
{
    auto network =
        nn::make_backbone(backbone_options(card, static_cast<std::int64_t>(labels.size())));
    if (const double deviation = recipe_of(training).classifier_deviation; deviation > 0)
        begin_small(*network, deviation);
    if (random_weights(training))
        return {network};
    if (const auto other = taken_from(training, base, card))
        return {network, take_what_fits(*network, *other, labels, watcher)};
    Weights weights = backbone_weights(base);
    const std::string classifier = network->classifier() + ".";
    add_with_prefix(&weights, classifier, with_prefix(copy_of(*network), classifier));
    load_weights(*network, weights, base.folder());
    return {network};
}

bool learns(const std::vector<std::string> &layers, const std::string &part)
{
    return layers.empty() || std::find(layers.begin(), layers.end(), part) != layers.end();
}

/** \brief What begins anew has to learn */
void check_learns(const std::vector<std::string> &layers, const std::string &classifier)
{
    if (learns(layers, classifier))
        return;
    throw Error(Error::Kind::Settings,
                "--layers: expected the classifier '" + classifier +
                    "' among them, which begins anew, got " + joined(layers) +
                    "; add it, or give --weights of a model that has the list's labels");
}

/** \return empty: all */
std::vector<std::string> trained_layers(const NetworkTraining &training,
                                        const std::string &architecture)
{
    if (!training.layers.empty())
        return training.layers;
    return recipe_of(training).partial && !random_weights(training)
               ? nn::architecture_facts(architecture).fine_tuned
               : std::vector<std::string>();
}

/** \brief A trained network with its own classifier, of these labels */
std::shared_ptr<nn::Backbone> trained_network(const std::string &model, const ClipList &list)
{
    const Bundle bundle = open_activity_model(model);
    if (bundle.labels() != list.labels)
        throw Error(Error::Kind::Settings, "model '" + bundle.name() + "': expected the " +
                                               std::to_string(list.labels.size()) +
                                               " labels of the list, got " +
                                               std::to_string(bundle.labels().size()) +
                                               " or others; train it on the list");
    auto network = nn::make_backbone(
        backbone_options(bundle.activity(), static_cast<std::int64_t>(list.labels.size())));
    const Weights all = read_weights(bundle.file(bundle.weights()));
    Weights weights = without_prefixes(all, {head_prefix});
    const std::string classifier = network->classifier() + ".";
    Weights own = classifier_weights(all, network->classifier());
    const Weights shapes = with_prefix(copy_of(*network), classifier);
    for (auto &[name, tensor] : own) {
        const auto wanted = shapes.find(name);
        if (const at::Tensor fit =
                wanted != shapes.end() ? reshaped(tensor, wanted->second) : at::Tensor();
            fit.defined())
            tensor = fit;
    }
    add_with_prefix(&weights, classifier, own);
    load_weights(*network, weights, bundle.folder());
    return network;
}

} // namespace

void check_first_weights(const NetworkTraining &training, const Bundle &base,
                         const ActivityCard &card)
{
    const bool is_taken = taken_from(training, base, card).has_value();
    if (is_taken || training.layers.empty() || recipe_of(training).focus.is_taken())
        return;
    check_learns(training.layers,
                 nn::make_backbone(backbone_options(card, /*classes=*/1))->classifier());
}

InitialNetworks make_initial_networks(const NetworkTraining &training, const Bundle &base,
                                      const ActivityCard &card, const ClipList &list,
                                      RunWatcher &watcher)
{
    const NamedRecipe &named = recipe_of(training);
    const auto classes = static_cast<std::int64_t>(list.labels.size());
    InitialNetworks made;
    const FirstNetwork first = first_network(training, base, card, list.labels, watcher);
    made.network = first.network;
    if (!first.has_classifier && !named.focus.is_taken()) // its own is of a trained network
        check_learns(training.layers, made.network->classifier());
    const std::string &fixed =
        training.weights.empty() ? training.settings.model : training.weights;
    if (named.focus.is_taken()) {
        const SecondLook look = look_of(training, base.activity());
        if (look.is_by_two())
            made.fixed = trained_network(fixed, list);
        made.focus = std::make_unique<FocusChooser>(
            look, salient_share,
            is_by_saliency(look.focus) ? make_torch_saliency(made.fixed, look) : nullptr);
        restore(*made.network, copy_of(*trained_network(fixed, list))); // its classifier too
    }
    if (named.focus.is_late())
        made.classifier = std::make_unique<LateFusionClassifier>(trained_network(fixed, list),
                                                                 made.network, classes);
    else
        made.classifier = std::make_unique<BackboneClassifier>(
            made.network, classes, trained_layers(training, base.activity().architecture));
    if (!training.teacher.empty()) {
        const auto teacher = trained_network(training.teacher, list);
        if (teacher->channels() != made.network->channels())
            throw Error(Error::Kind::Settings, "teacher '" + training.teacher + "': expected the " +
                                                   std::to_string(made.network->channels()) +
                                                   " features of " + card.architecture + ", got " +
                                                   std::to_string(teacher->channels()) +
                                                   "; train one of the same width");
        made.teacher =
            std::make_unique<BackboneClassifier>(teacher, classes, std::vector<std::string>());
    }
    return made;
}

} // namespace fovea
