// SPDX-License-Identifier: MIT
#include "fovea/bundle/load_networks.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "fovea/bundle/int8_calibration.h"
#include "fovea/bundle/network_cache.h"
#include "fovea/bundle/object_extractor.h"
#include "fovea/bundle/torch_networks.h"
#include "fovea/core/errors.h"
#include "fovea/decide/mean_head.h"
#include "fovea/detect/hog_detector.h"
#include "fovea/engine/engine_choice.h"
#include "fovea/engine/onednn/onednn_extractor.h"
#include "fovea/engine/plain_head.h"

namespace fovea {

namespace {

void expect_kind(const Bundle &bundle, Bundle::Kind kind)
{
    if (bundle.kind() == kind)
        return;
    throw Error(Error::Kind::Settings, "model '" + bundle.name() + "' " +
                                           what_it_does(bundle.kind()) + ", expected one that " +
                                           what_it_does(kind));
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

/** \brief Sizes of clips that a kept network takes: the card's, and what the module itself finds right */
class KnownClips
{
public:
    explicit KnownClips(const Bundle &bundle) : bundle_(bundle)
    {
        const ActivityCard &card = bundle.activity();
        known_.insert({card.sampling.frames, card.input.size.height, card.input.size.width});
    }

    /** \throw Error as check_torch_clip() */
    void check(const nn::Size3 &clip)
    {
        const std::lock_guard lock(mutex_);
        if (known_.count(clip) > 0)
            return;
        check_torch_clip(bundle_, clip[0], clip[1], clip[2]);
        known_.insert(clip);
    }

private:
    Bundle bundle_;
    std::mutex mutex_; ///< guards what follows
    std::set<nn::Size3> known_;
};

/** \brief A network that an earlier process kept */
DescribedNetwork as_described(const Bundle &bundle, const KeptNetwork &kept)
{
    DescribedNetwork network;
    network.graph = kept.graph;
    network.channels = kept.channels;
    network.flops_per_pixel = kept.flops_per_pixel;
    network.rows_of = [graph = kept.graph](std::int64_t frames) {
        return frames_made(graph, frames);
    };
    network.check_clip = [known = std::make_shared<KnownClips>(bundle)](
                             std::int64_t frames, std::int64_t height, std::int64_t width) {
        known->check({frames, height, width});
    };
    return network;
}

/** \brief An activity model's network: without LibTorch where oneDNN is to run it and it was kept before */
std::unique_ptr<FeatureExtractor> load_network(const Bundle &bundle, const EngineOptions &options,
                                               NetworkRole role)
{
    const ActivityCard &card = bundle.activity();
    const ClipSize clip = {card.sampling.frames, card.input.size.height, card.input.size.width};
    if (libtorch_is_linked() || !prefers_onednn(options))
        return load_torch_extractor(bundle, options, role);
    const std::string key = network_key(bundle, weights_of(bundle, role), "network");
    if (const auto kept = find_kept(key))
        return std::make_unique<OnednnExtractor>(as_described(bundle, *kept), clip, options);
    auto extractor = load_torch_extractor(bundle, options, role);
    if (const auto *compiled = dynamic_cast<const OnednnExtractor *>(extractor.get())) {
        const DescribedNetwork &network = compiled->network().described();
        network.check_clip(clip.frames, clip.height, clip.width); // once for all: see KnownClips
        keep(key, {network.graph, network.channels, network.flops_per_pixel, {}});
    }
    return extractor;
}

/** \brief Parameters of a head that make_plain_head() makes */
HeadParameters head_parameters(const Bundle &bundle, const std::string &head)
{
    // The channels of another model that it attends to are that model's affair
    const AttendedModel &attended = bundle.activity().attended;
    if (libtorch_is_linked() || (!attended.name.empty() && !attended.is_persons()))
        return torch_head_parameters(bundle, head);
    const std::string key =
        network_key(bundle, weights_of(bundle, NetworkRole::Trained), "head " + head);
    if (auto kept = find_kept(key))
        return std::move(kept->head);
    HeadParameters parameters = torch_head_parameters(bundle, head);
    keep(key, {{}, 0, 0, parameters});
    return parameters;
}

nn::Graph keypoint_graph(const Bundle &bundle, const std::filesystem::path &weights)
{
    if (libtorch_is_linked())
        return torch_keypoint_graph(weights);
    const std::string key = network_key(bundle, weights, "keypoints");
    if (auto kept = find_kept(key))
        return std::move(kept->graph);
    nn::Graph graph = torch_keypoint_graph(weights);
    keep(key, {graph, 0, 0, {}});
    return graph;
}

} // namespace

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

std::unique_ptr<FeatureExtractor> load_feature_extractor(const Bundle &bundle,
                                                         const EngineOptions &options,
                                                         NetworkRole role)
{
    if (role == NetworkRole::Attended && bundle.kind() == Bundle::Kind::Detector)
        return load_object_extractor(bundle, options);
    expect_kind(bundle, Bundle::Kind::Activity);
    if (options.precision != "int8" || !options.ranges.empty())
        return load_network(bundle, options, role);
    if (bundle.activity().fuses_two_networks())
        throw Error(Error::Kind::Settings,
                    "precision 'int8': model '" + bundle.name() +
                        "' fuses two networks, and a calibration is of one; use auto, fp32 or "
                        "bf16");
    EngineOptions calibrated = options;
    calibrated.ranges = read_calibration(bundle).ranges;
    return load_network(bundle, calibrated, role);
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
    expect_kind(bundle, Bundle::Kind::Activity);
    return load_torch_saliency(bundle, look, options);
}

std::unique_ptr<ActivityHead> load_head(const Bundle &bundle, const std::string &head)
{
    expect_kind(bundle, Bundle::Kind::Activity);
    const ActivityCard &card = bundle.activity();
    const std::string name = head.empty() ? card.head : head;
    if (!is_plain_head(name) || card.fuses_two_networks() || card.decision.many_labels)
        return load_torch_head(bundle, head);
    return make_plain_head(name, head_parameters(bundle, name));
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
    return make_pose_estimator(options, keypoint_graph(bundle, options.network));
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
