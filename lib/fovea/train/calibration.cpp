// SPDX-License-Identifier: MIT
#include "fovea/train/calibration.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/decide/activity_stream.h"
#include "fovea/engine/torch/range_finder.h"
#include "fovea/eval/cosine.h"
#include "fovea/nn/backbone.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/clip_rows.h"
#include "fovea/train/data/clip_targets.h"

namespace fovea {

namespace {

constexpr std::size_t timesteps_of_clip = 4; ///< that choose ranges, spread over the clip
constexpr std::int64_t most_frames = 64;     ///< in float, at once: LibTorch keeps whole maps

std::string number(double value)
{
    return formatted("%.4f", value);
}

ClipList list_of(const CalibrationOptions &options, RunWatcher &watcher)
{
    ListOptions list_options;
    list_options.root = options.root;
    ClipList list = read_split_list(options.list, list_options, /*split=*/{}, watcher);
    list.clips.erase(std::remove_if(list.clips.begin(), list.clips.end(),
                                    [&](const ListedClip &clip) {
                                        return clip.split != options.split && clip.split != "val";
                                    }),
                     list.clips.end());
    return list;
}

ClipSamples samples_of(const ClipList &list, const std::string &split, ActivityCard card,
                       const ClipSource &frames)
{
    card.sampling.mode = FeatureMode::OneAtATime; // one clip of all timesteps would not fit
    std::vector<ListedClip> clips = list.of_split(split);
    if (clips.empty())
        throw Error(Error::Kind::Settings,
                    "list: has no clip in the split '" + split + "'; mark some, or give --split");
    ClipSamplesOptions options;
    options.training = false;
    options.views = ClipSamplesOptions::Views::All;
    std::vector<std::int64_t> targets = targets_of(list, clips);
    return {std::move(clips), std::move(targets), card, frames, options};
}

/** \brief True for \a count places spread over \a all */
bool is_chosen(std::size_t place, std::size_t count, std::size_t all)
{
    return place * count / all != (place + 1) * count / all;
}

/** \brief Shows the finder some timesteps of a clip, spread over it, all regions */
void show_clip(RangeFinder &finder, const ClipSamples &samples, std::size_t index)
{
    samples.each_timestep(index, [&](const ClipSamples::Timestep &timestep) {
        if (!is_chosen(timestep.place, std::min(timesteps_of_clip, timestep.of), timestep.of))
            return;
        const at::Tensor views = timestep.views(0, timestep.regions.size());
        const std::int64_t frames = std::min(views.size(2), most_frames);
        for (std::int64_t region = 0; region < views.size(0); ++region)
            finder.see(views.narrow(0, region, 1).narrow(2, 0, frames));
    });
}

/** \param clips looked at, spread over \a samples; at most as many as there are */
ActivationRanges find_ranges(const Bundle &model, const ClipSamples &samples, std::size_t clips,
                             RunWatcher &watcher)
{
    const auto network = nn::make_backbone(backbone_options(model.activity()));
    load_weights(*network, backbone_weights(model), model.folder());
    network->eval();
    const nn::Graph graph = network->graph();
    RangeFinder finder(graph);
    const std::size_t all = samples.order(/*epoch=*/0).size();
    for (std::size_t i = 0; i < all; ++i) {
        if (!is_chosen(i, std::min(clips, all), all))
            continue;
        show_clip(finder, samples, i);
        go_on(watcher);
        watcher.progress(static_cast<double>(i + 1) / static_cast<double>(all));
    }
    return finder.ranges();
}

std::size_t strongest(const std::vector<float> &scores)
{
    return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) -
                                    scores.begin());
}

/** \brief The scores that the model's own head gives a video; empty where it has none */
ScoreRows scores_by(const Bundle &model)
{
    if (model.activity().head.empty())
        return {};
    const auto windows = std::make_shared<ActivityStream>(load_head(model), model.name(),
                                                          model.labels(), window_settings(model));
    return [windows](const Array &rows) {
        windows->run(rows_of(rows));
        return windows->video().pooled();
    };
}

} // namespace

Int8Calibration compare(FeatureExtractor &exact, FeatureExtractor &rounded,
                        const ClipSamples &samples, const ScoreRows &scores, RunWatcher &watcher)
{
    Int8Calibration calibration;
    const std::size_t clips = samples.order(/*epoch=*/0).size();
    std::size_t agreed = 0;
    for (std::size_t i = 0; i < clips; ++i) {
        go_on(watcher);
        const Array rows = extracted_rows(exact, samples, i);
        const Array int8_rows = extracted_rows(rounded, samples, i);
        calibration.cosine += cosine_of(rows, int8_rows) / static_cast<double>(clips);
        agreed += !scores || strongest(scores(rows)) == strongest(scores(int8_rows)) ? 1 : 0;
        watcher.progress(static_cast<double>(i + 1) / static_cast<double>(clips));
    }
    calibration.clips = static_cast<int>(clips);
    calibration.agreement = static_cast<double>(agreed) / static_cast<double>(clips);
    return calibration;
}

std::string figures_text(const Int8Calibration &calibration, const CalibrationOptions &options)
{
    return "cosine " + number(calibration.cosine) + " (least " + number(options.least_cosine) +
           "), top-1 agreement " + number(calibration.agreement) + " (least " +
           number(options.least_agreement) + ") on " + std::to_string(calibration.clips) +
           " held-out clips";
}

void check_calibration(const Int8Calibration &calibration, const CalibrationOptions &options,
                       const std::string &model)
{
    if (calibration.cosine >= options.least_cosine &&
        calibration.agreement >= options.least_agreement)
        return;
    throw Error(Error::Kind::Settings, "precision 'int8' is refused for model '" + model +
                                           "': " + figures_text(calibration, options) +
                                           "; use bf16 or fp32, or calibrate on more clips");
}

Int8Calibration calibrate(const Bundle &model, const CalibrationOptions &options,
                          const OpenFrames &open_frames, RunWatcher &watcher)
{
    const ActivityCard &card = model.activity();
    const auto frames = open_frames(card);
    ClipList list = list_of(options, watcher);
    open_all(&list, *frames, Processes(), watcher);
    const ClipSamples chosen_on = samples_of(list, options.split, card, *frames);
    const ClipSamples held_out = samples_of(list, "val", card, *frames);

    EngineOptions engine;
    engine.threads = options.threads;
    engine.precision = "fp32";
    const auto exact = load_feature_extractor(model, engine);
    engine.precision = "int8";
    engine.ranges = find_ranges(model, chosen_on, static_cast<std::size_t>(options.clips), watcher);
    const auto rounded = load_feature_extractor(model, engine);
    Int8Calibration calibration = compare(*exact, *rounded, held_out, scores_by(model), watcher);
    calibration.ranges = std::move(engine.ranges);
    check_calibration(calibration, options, model.name());
    return calibration;
}

} // namespace fovea
