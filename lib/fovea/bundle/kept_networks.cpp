// SPDX-License-Identifier: MIT
#include "fovea/bundle/kept_networks.h"

#include <exception>
#include <mutex>
#include <set>
#include <utility>

#include "fovea/bundle/sha256.h"
#include "fovea/bundle/torch_networks.h"
#include "fovea/core/errors.h"
#include "fovea/engine/engine_choice.h"
#include "fovea/engine/onednn/onednn_extractor.h"
#include "fovea/engine/plain_head.h"

namespace fovea {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t picture_channels = 3;

/** \brief Weights that something is made of, and the key under which it is kept */
struct Source {
    fs::path weights;
    std::string sha256;
    std::string key;

    Source(const Bundle &bundle, fs::path file, const std::string &what)
        : weights(std::move(file)),
          sha256(known_sha256(bundle, weights)),
          key(network_key(bundle, sha256, what))
    {
    }

    /** \brief What was made while the weights changed is of neither */
    bool is_unchanged() const { return sha256_of(weights) == sha256; }

private:
    /** \brief The card's, which Bundle::file() has checked */
    static std::string known_sha256(const Bundle &bundle, const fs::path &weights)
    {
        for (const CardFile &file : bundle.files()) {
            if (weights.filename() == fs::path(file.name).filename() && !file.sha256.empty())
                return file.sha256;
        }
        return sha256_of(weights);
    }
};

void refuse_changed(const Source &source)
{
    if (!source.is_unchanged())
        throw Error(Error::Kind::Settings, "weights '" + source.weights.string() +
                                               "' changed while they were read; try again");
}

/** \brief The cache saves time and is no more: a full disk or a folder of others' is no reason to end */
template <typename Keep>
void where_it_can_be(Keep &&keep)
{
    try {
        std::forward<Keep>(keep)();
    } catch (const std::exception &) { // it is made anew next time
    }
}

ClipSize clip_of(const ActivityCard &card)
{
    return {card.sampling.frames, card.input.size.height, card.input.size.width};
}

Source network_source(const Bundle &bundle, NetworkRole role)
{
    return {bundle, weights_of(bundle, role), "network"};
}

Source head_source(const Bundle &bundle, const std::string &head)
{
    return {bundle, weights_of(bundle, NetworkRole::Trained), "head " + head};
}

Source keypoint_source(const Bundle &bundle, const fs::path &weights)
{
    return {bundle, weights, "keypoints"};
}

void keep_made(const Source &source, const DescribedNetwork &network, const ClipSize &clip)
{
    network.check_clip(clip.frames, clip.height, clip.width); // once for all: see KnownClips
    refuse_changed(source);
    keep_network(source.key, {network.graph,
                              {picture_channels, clip.frames, clip.height, clip.width},
                              network.channels,
                              network.flops_per_pixel});
}

void keep_made(const Source &source, const HeadParameters &head)
{
    refuse_changed(source);
    keep_head(source.key, head);
}

void keep_made(const Source &source, const nn::Graph &graph, const ImageSize &picture)
{
    refuse_changed(source);
    keep_network(source.key, {graph, {picture_channels, 1, picture.height, picture.width}, 0, 0});
}

/** \brief Sizes of clips that a kept network takes: the card's, and what the module itself finds right */
class KnownClips
{
public:
    explicit KnownClips(const Bundle &bundle) : bundle_(bundle)
    {
        const ClipSize clip = clip_of(bundle.activity());
        known_.insert({clip.frames, clip.height, clip.width});
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

/** \brief What oneDNN was given of a module; null where it does not run it */
const DescribedNetwork *compiled(const FeatureExtractor &extractor)
{
    const auto *onednn = dynamic_cast<const OnednnExtractor *>(&extractor);
    return onednn == nullptr ? nullptr : &onednn->network().described();
}

} // namespace

std::unique_ptr<FeatureExtractor> load_network(const Bundle &bundle, const EngineOptions &options,
                                               NetworkRole role)
{
    if (libtorch_is_linked() || !prefers_onednn(options))
        return load_torch_extractor(bundle, options, role);
    const Source source = network_source(bundle, role);
    const ClipSize clip = clip_of(bundle.activity());
    if (const auto kept = find_network(source.key))
        return std::make_unique<OnednnExtractor>(as_described(bundle, *kept), clip, options);
    auto extractor = load_torch_extractor(bundle, options, role);
    if (const DescribedNetwork *network = compiled(*extractor))
        where_it_can_be([&] { keep_made(source, *network, clip); });
    return extractor;
}

std::unique_ptr<ActivityHead> load_plain_head(const Bundle &bundle, const std::string &head)
{
    // The channels of another model that it attends to are that model's affair
    const AttendedModel &attended = bundle.activity().attended;
    if (libtorch_is_linked() || (!attended.name.empty() && !attended.is_persons()))
        return make_plain_head(head, torch_head_parameters(bundle, head));
    const Source source = head_source(bundle, head);
    if (const auto kept = find_head(source.key)) {
        try {
            return make_plain_head(head, *kept);
        } catch (const Error &) { // it is another head: made anew
        }
    }
    const HeadParameters parameters = torch_head_parameters(bundle, head);
    where_it_can_be([&] { keep_made(source, parameters); });
    return make_plain_head(head, parameters);
}

nn::Graph load_keypoint_graph(const Bundle &bundle, const fs::path &weights)
{
    if (libtorch_is_linked())
        return torch_keypoint_graph(weights);
    const Source source = keypoint_source(bundle, weights);
    if (auto kept = find_network(source.key))
        return std::move(kept->graph);
    nn::Graph graph = torch_keypoint_graph(weights);
    where_it_can_be([&] { keep_made(source, graph, bundle.pose().input); });
    return graph;
}

std::vector<KeptModelFile> kept_files(const Bundle &bundle)
{
    if (bundle.kind() == Bundle::Kind::Pose)
        return kept_networks_of(keypoint_source(bundle, bundle.file(bundle.weights())).key);
    if (bundle.kind() != Bundle::Kind::Activity)
        return {};
    const std::string &head = bundle.activity().head;
    std::vector<KeptModelFile> files = kept_heads_of(head_source(bundle, head).key);
    for (const NetworkRole role : {NetworkRole::Trained, NetworkRole::Fixed}) {
        if (role == NetworkRole::Fixed && bundle.activity().focus_weights.empty())
            continue;
        for (KeptModelFile &file : kept_networks_of(network_source(bundle, role).key))
            files.push_back(std::move(file));
    }
    return files;
}

void keep_networks(const Bundle &bundle)
{
    // Sources first: what changes while it is read shows
    if (bundle.kind() == Bundle::Kind::Pose) {
        const Source source = keypoint_source(bundle, bundle.file(bundle.weights()));
        keep_made(source, torch_keypoint_graph(source.weights), bundle.pose().input);
        return;
    }
    const Source source = network_source(bundle, NetworkRole::Trained);
    EngineOptions on_cpu;
    on_cpu.device = "cpu";
    const auto extractor = load_torch_extractor(bundle, on_cpu, NetworkRole::Trained);
    const DescribedNetwork *network = compiled(*extractor);
    if (network == nullptr)
        throw Error(Error::Kind::Settings, "model '" + bundle.name() + "' does not run in oneDNN");
    keep_made(source, *network, clip_of(bundle.activity()));
    const Source of_head = head_source(bundle, bundle.activity().head);
    keep_made(of_head, torch_head_parameters(bundle, bundle.activity().head));
}

} // namespace fovea
