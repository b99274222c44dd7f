#pragma once

#include <memory>
#include <vector>

#include "features/region_clips.h"
#include "fovea/engine/feature_extractor.h"

namespace fovea {

/** \brief Frames of a clip and its regions -> feature rows. One instance serves one thread */
class ClipFeatures
{
public:
    /** \param engine its batch_size: regions run at once; 0: as many as fit max_batch_bytes */
    ClipFeatures(std::shared_ptr<FeatureExtractor> extractor, const ActivityCard &card,
                 const EngineOptions &engine);

    /**
     * \brief The rows of a clip; the regions are those on its last frame, or the card's full view
     * \param first_row index of the first of them in the stream
     */
    std::vector<RowPointer> rows(const std::vector<HeldFrame> &clip, std::uint64_t first_row);

    /** \brief Rows that a clip of \a frames frames gives */
    std::int64_t rows_of(int frames) const { return extractor_->rows_of(frames); }

private:
    static constexpr std::size_t max_batch_bytes = 256U << 20U; // keeps one-shot within memory

    std::size_t batch_of(std::size_t frames, std::size_t regions) const;

    std::shared_ptr<FeatureExtractor> extractor_;
    RegionClips clips_;
    std::size_t batch_size_;
};

} // namespace fovea
