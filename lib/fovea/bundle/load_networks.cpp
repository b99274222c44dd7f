// SPDX-License-Identifier: MIT
#include "fovea/bundle/load_networks.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "fovea/bundle/int8_calibration.h"
#include "fovea/bundle/kept_networks.h"
#include "fovea/bundle/object_extractor.h"
#include "fovea/bundle/open_model.h"
#include "fovea/bundle/torch_networks.h"
#include "fovea/core/errors.h"
#include "fovea/decide/mean_head.h"
#include "fovea/detect/hog_detector.h"
#include "fovea/engine/plain_head.h"

namespace fovea {

namespace {

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

} // namespace

std::filesystem::path weights_of(const Bundle &bundle, NetworkRole role)
{
    expect_kind(bundle, Bundle::Kind::Activity);
    const bool fixed = role == NetworkRole::Fixed;
    if (fixed && bundle.activity().focus_weights.empty())
        throw Error(Error::Kind::Settings, "model '" + bundle.name() +
                                               "' has one network, expected weights of a second "
                                               "one in its card's focus");
    return bundle.file(fixed ? bundle.files().back() : bundle.weights());
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
    return load_plain_head(bundle, name);
}

std::shared_ptr<ActivityHead> load_head(const std::vector<WeightedModel> &models)
{
    std::vector<WeightedHead> heads;
    for (const auto &[bundle, weight] : models)
        heads.push_back({load_head(bundle), bundle.labels(), static_cast<float>(weight)});
    return mean_head(std::move(heads));
}

void check_precision(const PictureEngine &settings)
{
    const std::string &precision = settings.precision;
    if (precision != "fp32" && precision != "bf16" && precision != "auto")
        throw Error(Error::Kind::Settings, "precision '" + precision +
                                               "' is not there for networks of pictures; expected "
                                               "auto, fp32 or bf16");
}

std::unique_ptr<Detector> load_detector(const std::string &name, const PictureEngine &settings)
{
    check_precision(settings);
    if (name == "hog") {
        if (settings.device != "auto" && settings.device != "cpu")
            throw Error(Error::Kind::Settings, "device is '" + settings.device +
                                                   "', but the detector hog runs on the CPU only; "
                                                   "expected auto or cpu");
        return make_hog_detector();
    }
    const Bundle bundle = Bundle::open(name);
    expect_kind(bundle, Bundle::Kind::Detector);
    DnnDetectorOptions options = with_files(bundle);
    static_cast<PictureEngine &>(options) = settings;
    return make_dnn_detector(options);
}

} // namespace fovea
