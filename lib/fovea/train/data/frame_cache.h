// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "fovea/bundle/card.h"
#include "fovea/core/image.h"
#include "fovea/train/data/clip_source.h"

namespace fovea {

/** \brief At which size and rate the cache keeps a video */
struct KeptFrames {
    ImageSize size;         ///< pixels, even
    double fps = 0;         ///< frames a second
    bool resampled = false; ///< frames are left out, or the file does not state its rate
};

/** \brief So many times a video's size, pixels, as frames are kept: both sides even, 2 or more */
ImageSize even_size(ImageSize size, double scale);

/**
 * \brief What training a model chooses from: every frame, or twice as many as its plan takes where
 * that has a rate; 2.5 times the size of its input, out of which the actor is cut, never enlarged. Of
 * flow every frame as large as it is: flow is from frame to frame, and has a size of its own
 * \param size of the video, pixels \param fps of the video; 0: not stated
 */
KeptFrames kept_frames(const ActivityCard &card, ImageSize size, double fps);

/** \brief Decodes videos, which is not the library's matter; called from several threads at once */
class VideoReader
{
public:
    struct Info {
        ImageSize size;      ///< pixels, upright
        double fps = 0;      ///< frames a second; 0: not stated
        double duration = 0; ///< s; 0: not stated
    };

    virtual ~VideoReader() = default;

    /** \throw Error when it holds no video, naming it */
    virtual Info info(const std::filesystem::path &video) const = 0;

    /**
     * \brief Decodes it to I420 frames as \a kept says
     * \param frame gets each; the view is valid during the call
     * \throw Error; Interrupted
     */
    virtual void read(const std::filesystem::path &video, const KeptFrames &kept,
                      const std::function<void(const FrameView &)> &frame) const = 0;

    /** \brief What read() had to tell of a video: kept with its frames */
    virtual std::vector<std::string> notes(const std::filesystem::path & /*video*/) const
    {
        return {};
    }

    /** \brief Tells it, where nothing is read since its frames are kept */
    virtual void tell(const std::filesystem::path & /*video*/,
                      const std::vector<std::string> & /*notes*/) const
    {
    }
};

struct FrameCacheSettings {
    std::filesystem::path folder;         ///< empty: frames/ in the cache folder
    std::uint64_t limit = 50'000'000'000; ///< bytes of frame files, see FrameCache
    std::string detector = "hog";         ///< hog or a detector bundle
    int threads = 0;                      ///< of the detector
};

/**
 * \brief Videos decoded once, kept on disk at training size, or as their flow, with the persons in them: of the clips
 * that were expected the pictures that their plan can ask for (planned_frames()); of flow all, since a student asks for
 * those of its own frames
 *
 * Safe to use from several threads: each video is decoded by the first that asks. Before a file is
 * written the least recently used go, until it fits below the limit; not those that somebody has
 * open, here or in another process, so that what is removed leaves the disk. Only a video that alone is
 * larger, or several at once that are in use and together are, go beyond the limit. What a crash left of a file that
 * was being written goes then too.
 */
class FrameCache final : public ClipSource
{
public:
    /**
     * \param card what is trained: sizes, rate and regions follow from it
     * \throw Error CannotWrite when the folder cannot be made
     */
    FrameCache(const ActivityCard &card, const FrameCacheSettings &settings,
               std::shared_ptr<const VideoReader> reader);

    void expect(const std::vector<ListedClip> &clips) override;

    /** \throw Error as VideoReader and load_detector; Settings without one frame */
    std::shared_ptr<const FrameFile> open(const ListedClip &clip) const override;

    std::uint64_t bytes_to_make(const ListedClip &clip) const override;

    std::uint64_t most_bytes() const override { return settings_.limit; }

    void check_room(std::uint64_t bytes) const override;

    std::string detector() const override { return settings_.detector; }

private:
    std::string planned_words(const std::filesystem::path &video) const;
    std::filesystem::path file_of(const std::filesystem::path &video) const;
    std::shared_ptr<const FrameFile> open_file(const std::filesystem::path &video) const;
    std::function<std::vector<std::int64_t>(const KeptLength &)> places_in(
        const std::filesystem::path &video) const;
    void decode(const std::filesystem::path &video, const std::filesystem::path &file) const;
    void make_room(std::uint64_t bytes, const std::filesystem::path &keep) const;
    void give_back(std::uint64_t bytes) const;

    ActivityCard card_;
    FrameCacheSettings settings_;
    std::shared_ptr<const VideoReader> reader_;
    std::map<std::filesystem::path, std::vector<ListedClip>> expected_; ///< by video
    mutable std::mutex mutex_;                                          ///< guards what follows
    mutable std::map<std::filesystem::path, std::shared_ptr<const FrameFile>> open_;
    mutable std::map<std::filesystem::path, std::shared_ptr<std::mutex>> busy_; ///< by video
    mutable std::uint64_t being_made_ = 0; ///< bytes of files that are not whole yet
};

} // namespace fovea
