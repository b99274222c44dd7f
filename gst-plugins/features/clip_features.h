#pragma once

#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "features/region_clips.h"
#include "features/region_gate.h"
#include "fovea/engine/feature_extractor.h"
#include "fovea/focus/focus_chooser.h"

namespace fovea {

/**
 * \brief Features [N, T', C] of clips as \a count rows each: the mean of those in its share of the
 * clip, where they are fewer the one there
 */
Array with_rows(const Array &features, std::int64_t count);

/** \brief Frames of a clip and its regions -> feature rows. One instance serves one thread */
class ClipFeatures
{
public:
    /** \param engine its batch_size: regions run at once; 0: as many as fit max_batch_bytes */
    ClipFeatures(std::shared_ptr<FeatureExtractor> extractor, const ActivityCard &card,
                 const EngineOptions &engine);

    /** \brief Looks less often at regions that attention passes over */
    void set_gate(std::unique_ptr<RegionGate> gate) { gate_ = std::move(gate); }

    /** \brief Looks again, closer, where \a focus says. \throw Error Settings: not with a gate */
    void set_focus(std::unique_ptr<FocusChooser> focus);

    /** \brief A second network, whose features of the same regions stand behind the others */
    void set_attended(std::shared_ptr<FeatureExtractor> network, const ActivityCard &card,
                      const EngineOptions &engine);

    bool attends() const { return attended_ != nullptr; }

    /** \brief Another network for all regions but the second look, which must be late */
    void set_first_look(std::shared_ptr<FeatureExtractor> network)
    {
        first_look_ = std::move(network);
    }

    /**
     * \brief The rows of a clip; the regions are those on its last frame, or the card's full view
     *
     * A second look is taken inside the only region, or inside the full view where there are several.
     * \param first_row index of the first of them in the stream
     */
    std::vector<RowPointer> rows(const std::vector<HeldFrame> &clip, std::uint64_t first_row);

    /** \brief Rows that a clip of \a frames frames gives */
    std::int64_t rows_of(int frames) const
    {
        return extractor_->rows_of(fused_in_time() ? 2 * frames : frames);
    }

private:
    static constexpr std::size_t max_batch_bytes = 256U << 20U; // keeps one-shot within memory

    bool fused_in_time() const { return focus_ != nullptr && focus_->fusion() == Fusion::Temporal; }

    std::vector<RowPointer> rows_in_time(const std::vector<HeldFrame> &clip,
                                         std::uint64_t first_row, const Region &view,
                                         const FocusedPlace &place);
    std::vector<std::size_t> regions_to_see(const std::vector<std::int64_t> &shape);
    void look(FeatureExtractor &network, RegionClips &cutter, const std::vector<HeldFrame> &clip,
              const std::vector<Region> &regions, const std::vector<std::size_t> &seen);
    void keep(const Array &features, const std::size_t *regions, std::size_t offset);
    std::size_t batch_of(const RegionClips &cutter, std::size_t frames, std::size_t regions) const;
    std::size_t attended_channels() const;

    std::shared_ptr<FeatureExtractor> extractor_;
    std::shared_ptr<FeatureExtractor> first_look_; ///< null: one network for all
    std::shared_ptr<FeatureExtractor> attended_;   ///< null: none
    RegionClips clips_;
    std::unique_ptr<RegionClips> attended_clips_; ///< as attended_ takes them
    std::size_t batch_size_;
    std::unique_ptr<RegionGate> gate_;    ///< null: all regions, always
    std::unique_ptr<FocusChooser> focus_; ///< null: no second look
    std::mt19937 random_{0};              ///< places of a baseline: the same each run
    Array last_;                          ///< features as last seen: [regions, rows, channels]
};

} // namespace fovea
