// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "fovea/train/data/frame_cache.h"
#include "media/media_info.h"
#include "progress.h"

namespace fovea {

/** \brief Decodes videos for the frame cache through a pipeline */
class PipelineReader final : public VideoReader
{
public:
    using Tell = std::function<void(const std::string &line)>;

    /** \param tell gets what is to be told of a video, each line once; from any thread that reads */
    explicit PipelineReader(Tell tell = warn) : tell_(std::move(tell)) {}

    Info info(const std::filesystem::path &video) const override;
    void read(const std::filesystem::path &video, const KeptFrames &kept,
              const std::function<void(const FrameView &)> &frame) const override;
    std::vector<std::string> notes(const std::filesystem::path &video) const override;
    void tell(const std::filesystem::path &video,
              const std::vector<std::string> &notes) const override;

private:
    MediaInfo known(const std::filesystem::path &video) const;

    Tell tell_;
    mutable std::mutex mutex_;                                 ///< guards what follows
    mutable std::map<std::filesystem::path, MediaInfo> known_; ///< not read yet
    mutable std::set<std::string> told_;
    mutable std::map<std::filesystem::path, std::vector<std::string>> notes_; ///< of those read
};

/**
 * \brief The frame cache of a model, which decodes what is not in it
 * \param asked its detector as choose_detector() takes it, settled here and told where it is hog
 * \param tell as of PipelineReader
 * \throw as FrameCache and choose_detector()
 */
std::unique_ptr<ClipSource> decoding_cache(const ActivityCard &card, FrameCacheSettings asked,
                                           PipelineReader::Tell tell);

} // namespace fovea
