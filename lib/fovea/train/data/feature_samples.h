// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "fovea/core/array.h"
#include "fovea/train/data/sample_source.h"
#include "fovea/train/lists/clip_list.h"
#include "fovea/train/run_watcher.h"

namespace fovea {

struct FeatureFile;

/** \brief The dumped rows of one video, or of a stretch of one, and its class */
struct FeatureClip {
    std::filesystem::path file;
    std::int64_t target = 0;
    at::Tensor labels = {}; ///< of many labels: 0 or 1, [classes, 1]; else undefined
    ListedClip listed = {}; ///< its weight, and of a stretch where its windows lie
};

struct FeatureSamplesOptions {
    std::int64_t window = 0; ///< rows a sample; 0: all of the video
    std::int64_t hop = 0;    ///< rows from window to window in evaluation
    /** Windows in a stretch start at any row: in training all, else where none starts at a hop */
    bool between_hops = false;
    bool whole_clips = false; ///< in training too windows start as hop says: at a clip's first row
    int crops = 0; ///< in evaluation: windows at random places instead, as many of mirrored rows
    bool training = true;             ///< one window at random; else all of them, as views
    std::vector<std::size_t> regions; ///< of the file, by place; empty: all
    std::filesystem::path like; ///< file whose regions and networks all have; empty: the first
    std::uint64_t seed = 0;
    std::size_t memory = 256U << 20U; ///< bytes of features kept; beyond that files are read again
};

/**
 * \brief Feature files as samples [R, T', C], or [windows, R, T', C] in evaluation
 *
 * Training draws by weight, as ClipSamples, and the mirrored rows of a file that has them at even odds.
 * Of a stretch all windows are starts_in_stretch(). Memory is bounded whatever
 * the number of files.
 */
class FeatureSamples final : public SampleSource
{
public:
    /** \throw Error Settings when there is none, or the first file cannot be used */
    FeatureSamples(std::vector<FeatureClip> clips, const FeatureSamplesOptions &options);
    ~FeatureSamples() override;

    std::vector<std::size_t> order(std::int64_t epoch) const override;

    /** \throw Error as read_feature_file; Settings when R, C or the networks differ from those of options.like */
    Sample sample(std::size_t index, std::int64_t epoch) const override;

    std::int64_t regions() const { return regions_; }

    std::int64_t channels() const { return channels_; }

    /** \brief Reads the file of one clip, as sample() does. \throw Error that names it, where it does not read or fit */
    void check(std::size_t index) const { rows(index); }

private:
    class Memory;

    struct Rows {
        at::Tensor seen;                        ///< [R, T', C]
        at::Tensor mirrored;                    ///< likewise; undefined: the file has none
        std::vector<std::int64_t> windows = {}; ///< of a stretch, their starts; else empty
    };

    Rows rows(std::size_t index) const;
    std::vector<std::int64_t> windows_of(const FeatureClip &clip, const FeatureFile &file) const;
    at::Tensor chosen(const Array &rows) const;

    std::vector<FeatureClip> clips_;
    FeatureSamplesOptions options_;
    std::int64_t regions_ = 0;
    std::int64_t channels_ = 0;
    std::string networks_; ///< of all files
    std::unique_ptr<Memory> memory_;
};

/** \brief Reads every file once. \throw Interrupted; Error as FeatureSamples::check() */
void check_files(const FeatureSamples &samples, RunWatcher &watcher);

} // namespace fovea
