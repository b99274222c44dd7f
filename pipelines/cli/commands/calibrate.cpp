#include "commands/calibrate.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

#include "commands/training_run.h"
#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/int8_calibration.h"
#include "fovea/bundle/load.h"
#include "fovea/bundle/rules.h"
#include "fovea/core/errors.h"
#include "fovea/eval/cosine.h"
#include "fovea/nn/backbone.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/quantisation.h"
#include "interrupt.h"
#include "media/frame_cache.h"
#include "options/model_choice.h"
#include "progress.h"

namespace fovea {

namespace {

std::string number(double value)
{
    std::array<char, 32> text = {};
    std::snprintf(text.data(), text.size(), "%.4f", value);
    return text.data();
}

ClipList list_of(const CalibrateOptions &options, const FrameCache &cache)
{
    ListOptions list_options;
    list_options.root = options.root;
    ClipList list = read_clip_list(options.list, list_options);
    for (const std::string &warning : list.warnings)
        std::fprintf(stderr, "fovea: warning: %s\n", warning.c_str());
    make_split(&list, {});
    check_groups(list);
    list.clips.erase(std::remove_if(list.clips.begin(), list.clips.end(),
                                    [&](const ListedClip &clip) {
                                        return clip.split != options.split && clip.split != "val";
                                    }),
                     list.clips.end());
    decode_all(&list, cache);
    return list;
}

ClipSamples samples_of(const ClipList &list, const std::string &split, const ActivityCard &card,
                       const FrameCache &cache)
{
    std::vector<ListedClip> clips = list.of_split(split);
    if (clips.empty())
        throw Error(Error::Kind::Settings,
                    "list: has no clip in the split '" + split + "'; mark some, or give --split");
    ClipSamplesOptions options;
    options.training = false;
    options.views = ClipSamplesOptions::Views::All;
    std::vector<std::int64_t> targets = targets_of(list, clips);
    return {std::move(clips), std::move(targets), card, cache, options};
}

ActivationRanges find_ranges(const Bundle &model, const ClipSamples &samples, int clips)
{
    const auto network = nn::make_backbone(backbone_options(model.activity()));
    load_weights(*network, backbone_weights(model), model.folder());
    network->eval();
    const nn::Graph graph = network->graph();
    RangeFinder finder(graph);
    Progress progress(1);
    show_clips(finder, samples, static_cast<std::size_t>(clips), [&](double share) {
        if (interrupted())
            throw Interrupted();
        progress.set(0, 1, share);
    });
    return finder.ranges();
}

std::size_t strongest(const std::vector<float> &scores)
{
    return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) -
                                    scores.begin());
}

/** \brief fp32 and int8 on the same clips */
void compare(const Bundle &model, const ClipSamples &samples, int threads,
             Int8Calibration &calibration)
{
    EngineOptions engine;
    engine.threads = threads;
    engine.precision = "fp32";
    const auto exact = load_feature_extractor(model, engine);
    engine.precision = "int8";
    engine.ranges = calibration.ranges;
    const auto rounded = load_feature_extractor(model, engine);
    std::optional<ActivityWindows> windows; // none where the model has no head
    if (!model.activity().head.empty())
        windows.emplace(load_head(model), model.name(), model.labels(), window_settings(model));

    const std::size_t clips = samples.order(/*epoch=*/0).size();
    std::size_t agreed = 0;
    Progress progress(1);
    for (std::size_t i = 0; i < clips; ++i) {
        if (interrupted())
            throw Interrupted();
        const Array rows = extracted_rows(*exact, samples, i);
        const Array int8_rows = extracted_rows(*rounded, samples, i);
        calibration.cosine += cosine_of(rows, int8_rows) / static_cast<double>(clips);
        const auto winner = [&](const Array &of) {
            windows->run(rows_of(of));
            return strongest(windows->video().pooled());
        };
        agreed += !windows || winner(rows) == winner(int8_rows) ? 1 : 0;
        progress.set(0, 1, static_cast<double>(i + 1) / static_cast<double>(clips));
    }
    calibration.clips = static_cast<int>(clips);
    calibration.agreement = static_cast<double>(agreed) / static_cast<double>(clips);
}

} // namespace

int calibrate_model(const CalibrateOptions &options)
{
    const Bundle model = open_activity_model(options.model);
    const ActivityCard &card = model.activity();
    FrameCacheSettings settings;
    settings.folder = options.cache;
    settings.threads = options.threads;
    std::string note;
    settings.detector = choose_detector(options.detector, card, &note);
    if (!note.empty())
        std::fprintf(stderr, "fovea: %s\n", note.c_str());
    const FrameCache cache(card, settings);
    const ClipList list = list_of(options, cache);
    const ClipSamples chosen_on = samples_of(list, options.split, card, cache);
    const ClipSamples held_out = samples_of(list, "val", card, cache);

    Int8Calibration calibration;
    calibration.ranges = find_ranges(model, chosen_on, options.clips);
    compare(model, held_out, options.threads, calibration);
    const std::string figures = "cosine " + number(calibration.cosine) + " (least " +
                                number(options.least_cosine) + "), top-1 agreement " +
                                number(calibration.agreement) + " (least " +
                                number(options.least_agreement) + ") on " +
                                std::to_string(calibration.clips) + " held-out clips";
    if (calibration.cosine < options.least_cosine ||
        calibration.agreement < options.least_agreement)
        throw Error(Error::Kind::Settings, "precision 'int8' is refused for model '" +
                                               model.name() + "': " + figures +
                                               "; use bf16 or fp32, or calibrate on more clips");
    const auto file = calibration_file(model);
    write_whole(file, to_json(calibration, model).dump(2) + "\n");
    std::printf("%s\nwritten: '%s'\n", figures.c_str(), file.c_str());
    return 0;
}

} // namespace fovea
