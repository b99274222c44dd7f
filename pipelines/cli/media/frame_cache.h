#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "fovea/bundle/card.h"
#include "fovea/train/data/clip_source.h"
#include "media/chain.h"
#include "media/media.h"

namespace fovea {

struct FrameCacheSettings {
    std::filesystem::path folder;         ///< empty: frames/ in the cache folder
    std::uint64_t limit = 50'000'000'000; ///< bytes; the least recently used videos go
    std::string detector = "hog";         ///< hog or a detector bundle
    int threads = 0;                      ///< of the detector
};

/**
 * \brief Videos decoded once, kept on disk at training size with the persons in them
 *
 * Safe to use from several threads: each video is decoded by the first that asks.
 */
class FrameCache final : public ClipSource
{
public:
    /**
     * \param card what is trained: sizes, rate and regions follow from it
     * \throw Error CannotWrite when the folder cannot be made
     */
    FrameCache(const ActivityCard &card, const FrameCacheSettings &settings);

    std::shared_ptr<const FrameFile> open(const ListedClip &clip) const override;

private:
    std::filesystem::path file_of(const std::filesystem::path &video) const;
    Chain decoding(const MediaInfo &media, double *fps) const;
    void decode(const std::filesystem::path &video, const std::filesystem::path &file) const;
    void make_room(const std::filesystem::path &keep) const;

    ActivityCard card_;
    FrameCacheSettings settings_;
    mutable std::mutex mutex_; ///< guards what follows
    mutable std::map<std::filesystem::path, std::shared_ptr<const FrameFile>> open_;
    mutable std::map<std::filesystem::path, std::shared_ptr<std::mutex>> busy_; ///< by video
};

/**
 * \brief Decodes every video once; those that cannot be decoded are told and left out
 * \throw Interrupted after Ctrl-C
 */
void decode_all(ClipList *list, const FrameCache &cache);

} // namespace fovea
