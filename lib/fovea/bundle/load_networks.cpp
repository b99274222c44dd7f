// SPDX-License-Identifier: MIT
#include "fovea/bundle/load_networks.h"

#include <algorithm>
#include <utility>

#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/int8_calibration.h"
#include "fovea/bundle/object_extractor.h"
#include "fovea/bundle/weights.h"
#include "fovea/core/errors.h"
#include "fovea/core/motion_layout.h"
#include "fovea/decide/mean_head.h"
#include "fovea/detect/hog_detector.h"
#include "fovea/engine/make_extractor.h"
#include "fovea/engine/torch/torch_head.h"
#include "fovea/engine/torch/torch_saliency.h"
#include "fovea/nn/backbone.h"
#include "fovea/nn/heads.h"
#include "fovea/nn/keypoint_network.h"
#include "fovea/nn/late_fusion.h"

namespace fovea {

namespace {

// What a weights file holds besides the backbone: a head trained on its rows
constexpr const char *head_prefix = "head.";

void expect_kind(const Bundle &bundle, Bundle::Kind kind)
{
    if (bundle.kind() == kind)
        return;
    throw Error(Error::Kind::Settings, "model '" + bundle.name() + "' " +
                                           what_it_does(bundle.kind()) + ", expected one that " +
                                           what_it_does(kind));
}

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

std::filesystem::path weights_of(const Bundle &bundle, NetworkRole role)
{
    expect_kind(bundle, Bundle::Kind::Activity);
    const bool fixed = role == NetworkRole::Fixed;
    if (fixed && bundle.activity().focus_weights.empty())
        throw Error(Error::Kind::Settings, "model '" + bundle.name() +
                                               "' has one network, expected weights of a second "
                                               "one in its card's focus");
    return bundle.file(fixed ? bundle.files().back() : bundle.files().front());
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
    const auto backbone = nn::make_backbone(backbone_options(bundle.activity()));
    const std::filesystem::path file = weights_of(bundle, NetworkRole::Fixed);
    const std::string classifier = backbone->classifier();
    Weights own = head_weights(read_weights(file), classifier);
    const auto convolved = own.find("logits.conv3d.bias");
    const auto bias = convolved == own.end() ? own.find(classifier + ".bias") : convolved;
    if (bias == own.end() || bias->second.dim() != 1)
        throw Error(Error::Kind::Settings, "'" + file.string() +
                                               "': expected a network with its classifier, '" +
                                               classifier + ".bias' is not there");
    auto head = nn::make_head(convolved == own.end() ? "region-mean" : "logits",
                              backbone->channels(), bias->second.size(0));
    load_weights(*head, as_fc(std::move(own), *head, classifier), file);
    return head;
}

/** \brief What stands behind the backbone's features in a row, of so many frames side by side */
struct AttendedFeatures {
    std::int64_t channels = 0; ///< of all of them
    std::int64_t frames = 1;
};

/** \param rows of a clip of the model */
AttendedFeatures attended_features(const Bundle &bundle, std::int64_t rows)
{
    const ActivityCard &card = bundle.activity();
    if (card.attended.is_persons())
        return {MotionLayout::of_frames(card.sampling.frames).channels(), 1};
    const std::optional<Bundle> attended = bundle.attended();
    if (!attended)
        return {};
    if (attended->kind() == Bundle::Kind::Detector)
        return {attended->detector().classes, 1};
    const int frames = std::max(1, attended_frames(card, rows, *attended));
    return {frames * nn::make_backbone(backbone_options(attended->activity()))->channels(), frames};
}

/** \brief A detector's options with the paths of its files, checked */
DnnDetectorOptions with_files(const Bundle &bundle)
{
    DnnDetectorOptions options = bundle.detector();
    for (const CardFile &file : bundle.files()) {
        if (options.network == file.name)
            options.network = bundle.file(file);
        else if (options.weights == file.name)
            options.weights = bundle.file(file);
    }
    return options;
}

/** \brief It runs on the GPU only where what runs it has one, whatever runs the other networks */
std::unique_ptr<FeatureExtractor> load_object_extractor(const Bundle &bundle,
                                                        const EngineOptions &options)
{
    DnnDetectorOptions detector = with_files(bundle);
    if (options.device == "cpu")
        detector.device = "cpu";
    detector.threads = options.threads;
    return make_object_extractor(detector);
}

std::shared_ptr<nn::Head> loaded_head(const Bundle &bundle, const std::string &head)
{
    expect_kind(bundle, Bundle::Kind::Activity);
    const ActivityCard &card = bundle.activity();
    const std::string name = head.empty() ? card.head : head;
    const std::string train = "; train a head on rows of 'fovea extract', or choose another model";
    if (name.empty())
        throw Error(Error::Kind::Settings,
                    "model '" + bundle.name() + "' has no head: it only extracts features" + train);

    const auto backbone = nn::make_backbone(backbone_options(card));
    const AttendedFeatures attended =
        attended_features(bundle, backbone->rows_of(card.sampling.frames));
    const std::int64_t channels = backbone->channels() + attended.channels;
    auto module = nn::make_head(name, channels, card.classes, attended.channels,
                                card.decision.many_labels, attended.frames);
    const std::filesystem::path file = weights_of(bundle, NetworkRole::Trained);
    try {
        const std::string classifier = backbone->classifier();
        load_weights(*module,
                     as_fc(head_weights(read_weights(file), classifier), *module, classifier),
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

std::unique_ptr<FeatureExtractor> load_feature_extractor(const Bundle &bundle,
                                                         const EngineOptions &options,
                                                         NetworkRole role)
{
    if (role == NetworkRole::Attended && bundle.kind() == Bundle::Kind::Detector)
        return load_object_extractor(bundle, options);
    auto backbone = loaded_backbone(bundle, role);
    const ActivityCard &card = bundle.activity();
    const ClipSize clip = {card.sampling.frames, card.input.size.height, card.input.size.width};
    if (options.precision != "int8" || !options.ranges.empty())
        return make_extractor(std::move(backbone), clip, options);
    if (bundle.activity().fuses_two_networks())
        throw Error(Error::Kind::Settings,
                    "precision 'int8': model '" + bundle.name() +
                        "' fuses two networks, and a calibration is of one; use auto, fp32 or "
                        "bf16");
    EngineOptions calibrated = options;
    calibrated.ranges = read_calibration(bundle).ranges;
    return make_extractor(std::move(backbone), clip, calibrated);
}

ActivityCard attended_card(const Bundle &bundle)
{
    if (bundle.kind() != Bundle::Kind::Detector)
        return bundle.activity();
    ActivityCard card;
    card.input.size = bundle.detector().input;
    card.input.interpolation = Interpolation::Area;
    card.area = ViewArea::Frame;
    return card;
}

int attended_frames(const ActivityCard &card, std::int64_t rows, const Bundle &attended)
{
    if (attended.kind() != Bundle::Kind::Activity || attended.activity().sampling.frames != 1)
        return 0;
    const SamplingOptions &sampling = attended.activity().sampling;
    if (sampling.plan != Sampling::Clips)
        return 1;
    const std::int64_t of_row = card.sampling.frames / std::max<std::int64_t>(1, rows);
    return std::max(1, static_cast<int>(of_row) / sampling.stride);
}

std::unique_ptr<SaliencyMapper> load_saliency_mapper(const Bundle &bundle, const SecondLook &look,
                                                     const EngineOptions &options)
{
    const bool fixed = !bundle.activity().focus_weights.empty();
    auto backbone = loaded_backbone(bundle, fixed ? NetworkRole::Fixed : NetworkRole::Trained);
    auto head = fixed ? fixed_head(bundle) : loaded_head(bundle, "");
    return make_torch_saliency(std::move(backbone), std::move(head), look, options);
}

std::unique_ptr<ActivityHead> load_head(const Bundle &bundle, const std::string &head)
{
    auto module = loaded_head(bundle, head);
    const ActivityCard &card = bundle.activity();
    if (card.fuses_two_networks())
        module = nn::make_late_fusion(fixed_head(bundle), std::move(module));
    return make_torch_head(std::move(module), card.decision.many_labels);
}

std::shared_ptr<ActivityHead> load_head(const std::vector<WeightedModel> &models)
{
    std::vector<WeightedHead> heads;
    for (const auto &[bundle, weight] : models)
        heads.push_back({load_head(bundle), bundle.labels(), static_cast<float>(weight)});
    return mean_head(std::move(heads));
}

std::unique_ptr<PoseEstimator> load_pose_estimator(const std::string &name,
                                                   const DetectorSettings &settings)
{
    const Bundle bundle = Bundle::open(name);
    expect_kind(bundle, Bundle::Kind::Pose);
    PoseOptions options = bundle.pose();
    for (const CardFile &file : bundle.files()) { // all are there: the network names the others
        const std::filesystem::path path = bundle.file(file);
        if (bundle.pose().network == file.name)
            options.network = path;
    }
    options.device = settings.device;
    options.engine = settings.engine;
    options.precision = settings.precision;
    options.threads = settings.threads;
    if (options.architecture == "movenet")
        return make_pose_estimator(options);
    const auto network = std::make_shared<nn::KeypointNetwork>();
    load_weights(*network, read_weights(options.network), options.network);
    return make_pose_estimator(options, network->graph());
}

std::unique_ptr<Detector> load_detector(const std::string &name, const DetectorSettings &settings)
{
    if (name == "hog") {
        if (settings.device != "auto" && settings.device != "cpu")
            throw Error(Error::Kind::Settings, "device is '" + settings.device +
                                                   "', but the detector hog runs on the CPU only; "
                                                   "expected auto or cpu");
        return make_hog_detector({});
    }
    const Bundle bundle = Bundle::open(name);
    expect_kind(bundle, Bundle::Kind::Detector);
    DnnDetectorOptions options = with_files(bundle);
    options.device = settings.device;
    options.engine = settings.engine;
    options.precision = settings.precision;
    options.threads = settings.threads;
    return make_dnn_detector(options);
}

} // namespace fovea
