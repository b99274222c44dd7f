// SPDX-License-Identifier: MIT
#include "fovea/train/adaptation/anchors.h"

#include <algorithm>
#include <set>

#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/core/names.h"
#include "fovea/decide/feature_row.h"
#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/data/window_starts.h"
#include "fovea/train/lists/feature_list.h"
#include "fovea/train/rows_record.h"
#include "fovea/train/training_steps.h"

namespace fovea {

namespace {

Array window_at(const std::deque<FeatureRow> &rows, std::int64_t start, std::int64_t window)
{
    return stacked(rows, static_cast<std::size_t>(start), static_cast<std::size_t>(window));
}

/** \brief At most so many, spread over all */
std::vector<ListedClip> spread(const std::vector<ListedClip> &clips, std::size_t most)
{
    if (clips.size() <= most)
        return clips;
    std::vector<ListedClip> chosen;
    for (std::size_t i = 0; i < most; ++i)
        chosen.push_back(clips[i * clips.size() / most]);
    return chosen;
}

std::int64_t window_of(const Bundle &bundle)
{
    const int window = bundle.activity().decision.window;
    if (window < 1)
        throw Error(Error::Kind::Settings, "model '" + bundle.name() +
                                               "' labels whole videos, expected one whose card "
                                               "has a decision.window, such as watch");
    return window;
}

/** \brief Labels as names of files, each another: "walk/run" -> "walk-run" */
class FileNames
{
public:
    std::string of(std::string name)
    {
        std::replace(name.begin(), name.end(), '/', '-');
        while (!used_.insert(name).second)
            name += "~";
        return name + ".pt";
    }

private:
    std::set<std::string> used_;
};

/** \brief Chooses a label's windows and gathers them in one file */
class Gatherer
{
public:
    Gatherer(const Bundle &bundle, int label)
        : bundle_(bundle), label_(label), window_(window_of(bundle)), head_(load_head(bundle))
    {
        made_.label = bundle.labels()[static_cast<std::size_t>(label)];
        made_.video_id = "anchors-" + made_.label;
        made_.bundle = bundle.name();
        made_.bundle_sha256 = bundle.weights().sha256;
        known_.insert(made_.bundle_sha256);
    }

    void add(const ListedClip &clip)
    {
        const FeatureFile file = read_feature_file(clip.path);
        if (known_.count(file.bundle_sha256) == 0 && !are_rows_of(bundle_, file).value_or(false))
            throw Error(Error::Kind::Settings, "features '" + clip.path.string() +
                                                   "' were made with other weights than those of "
                                                   "model '" +
                                                   bundle_.name() + "'; extract them again");
        known_.insert(file.bundle_sha256);
        const std::int64_t count = file.features.shape[1];
        const std::int64_t hop = std::max(1, bundle_.activity().decision.hop);
        auto starts = is_stretch(clip) ? starts_in_stretch(clip, file, window_, hop)
                                       : window_starts(count, window_, hop);
        starts.erase(std::remove_if(starts.begin(), starts.end(),
                                    [&](std::int64_t start) { return start + window_ > count; }),
                     starts.end());
        if (starts.empty())
            return; // shorter than a window
        const std::deque<FeatureRow> rows = rows_of(file.features);
        const bool is_normal = label_ == decision_rule(bundle_).normal;
        const std::int64_t start = is_normal ? starts[starts.size() / 2] : strongest(rows, starts);
        windows_.push_back(window_at(rows, start, window_));
        made_.boxes = file.boxes;
        made_.regions = file.regions;
        made_.attended_channels = file.attended_channels;
        made_.attended = file.attended;
        made_.attended_sha256 = file.attended_sha256;
    }

    /** \throw Error Settings without a window */
    FeatureFile file()
    {
        if (windows_.empty())
            throw Error(Error::Kind::Settings,
                        "anchors: no clip of '" + made_.label +
                            "' in the training split has a window; extract more of them");
        const auto &shape = windows_.front().shape;
        const auto count = static_cast<std::int64_t>(windows_.size());
        made_.features = Array({shape[0], count * window_, shape[2]});
        const auto window_values = static_cast<std::ptrdiff_t>(window_ * shape[2]);
        for (std::int64_t i = 0; i < count; ++i) {
            const Array &window = windows_[static_cast<std::size_t>(i)];
            if (window.shape != shape)
                throw Error(Error::Kind::Settings, "anchors: the features of '" + made_.label +
                                                       "' differ in regions or channels; extract "
                                                       "all with one model");
            for (std::int64_t r = 0; r < shape[0]; ++r)
                std::copy_n(window.values.begin() + r * window_values, window_values,
                            made_.features.values.begin() + (r * count + i) * window_values);
            made_.jumps.push_back(i * window_);
        }
        for (std::int64_t t = 0; t < count * window_; ++t)
            made_.times.push_back({t * nanoseconds_per_second, (t + 1) * nanoseconds_per_second});
        return made_;
    }

private:
    std::int64_t strongest(const std::deque<FeatureRow> &rows,
                           const std::vector<std::int64_t> &starts) const
    {
        std::int64_t best = starts.front();
        float highest = -1;
        for (const std::int64_t start : starts) {
            const float score = head_->run(window_at(rows, start, window_))
                                    .scores[static_cast<std::size_t>(label_)];
            if (score > highest)
                best = start;
            highest = std::max(highest, score);
        }
        return best;
    }

    const Bundle &bundle_;
    int label_;
    std::int64_t window_;
    std::unique_ptr<ActivityHead> head_;
    std::vector<Array> windows_;
    FeatureFile made_;
    std::set<std::string> known_; ///< weights whose rows are the bundle's
};

} // namespace

Bundle write_anchors(const Bundle &bundle, const AnchorOptions &options, RunWatcher &watcher)
{
    const ClipList list = read_feature_list(options.features, options.list, /*many_labels=*/false);
    for (const std::string &warning : list.warnings)
        watcher.warn(warning);
    const std::vector<ListedClip> training = list.of_split("train");
    if (training.empty())
        throw Error(Error::Kind::Settings,
                    "anchors: expected a list with clips of the split train, got none in '" +
                        (options.list.empty() ? options.features : options.list).string() +
                        "'; give that which the training wrote, training/list.csv in its --out: "
                        "--list");
    const int normal = decision_rule(bundle).normal;
    std::vector<FeatureFile> files; // those that are there stay until all are known
    for (std::size_t label = 0; label < bundle.labels().size(); ++label) {
        std::vector<ListedClip> clips;
        std::copy_if(training.begin(), training.end(), std::back_inserter(clips),
                     [&](const ListedClip &clip) {
                         return clip.label == bundle.labels()[label] && clip.weight > 0;
                     });
        const bool is_normal = static_cast<int>(label) == normal;
        Gatherer gatherer(bundle, static_cast<int>(label));
        for (const ListedClip &clip : spread(clips, is_normal ? options.normal : options.events)) {
            go_on(watcher);
            gatherer.add(clip);
        }
        files.push_back(gatherer.file());
    }
    Json named = Json::array();
    FileNames names;
    for (const FeatureFile &file : files) {
        const std::string name = names.of(file.video_id);
        write_feature_file(bundle.folder() / name, file);
        named.push_back(
            {{"name", name}, {"sha256", sha256_of(bundle.folder() / name)}, {"url", ""}});
        watcher.note(std::to_string(file.jumps.size()) + " windows of '" + file.label + "'");
    }
    return change_card(bundle, [&](Json &card) { card["anchors"] = named; });
}

std::vector<LabelledWindow> read_anchors(const Bundle &bundle)
{
    if (bundle.activity().anchors.empty())
        throw Error(Error::Kind::Settings,
                    "model '" + bundle.name() +
                        "' has no anchors, windows of its training that a new head is held to; "
                        "make them: fovea models anchors");
    const std::int64_t window = window_of(bundle);
    std::vector<LabelledWindow> windows;
    for (const CardFile &named : bundle.activity().anchors) {
        const FeatureFile file = read_feature_file(bundle.file(named));
        const int label = place_of(file.label, bundle.labels());
        if (label < 0 || file.features.shape[1] % window != 0)
            throw Error(Error::Kind::Settings,
                        "model '" + bundle.name() + "': anchors '" + named.name +
                            "' are of label '" + file.label + "' and " +
                            std::to_string(file.features.shape[1]) +
                            " rows, expected one of the model's labels and windows of " +
                            std::to_string(window) + "; make them anew: fovea models anchors");
        const std::deque<FeatureRow> rows = rows_of(file.features);
        for (std::int64_t start = 0; start < file.features.shape[1]; start += window)
            windows.push_back({window_at(rows, start, window), label});
    }
    return windows;
}

} // namespace fovea
