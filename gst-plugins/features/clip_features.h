// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "features/attention_gate.h"
#include "features/clip_persons.h"
#include "features/region_clips.h"
#include "fovea/engine/feature_extractor.h"
#include "fovea/focus/focus_chooser.h"

namespace fovea {

/**
 * \brief Features [N, T', C] of clips as \a count rows each: the mean of those in its share of the
 * clip, where they are fewer the one there
 */
Array with_rows(const Array &features, std::int64_t count);

/** \brief A network that gives some or all of the features of a clip's rows */
struct RowNetwork {
    enum class Sees {
        All,       ///< every region
        FirstLook, ///< every region but the second look
        SecondLook
    };

    std::shared_ptr<FeatureExtractor> extractor;
    RegionClips cutter;     ///< regions as the network takes them
    std::size_t offset = 0; ///< of its features among a row's channels
    Sees sees = Sees::All;
    int pictures = 0; ///< it sees so many frames of each row, each alone; 0: the whole clip

    /** \brief Its features in a row: those of one picture behind those of the one before */
    std::int64_t channels() const { return extractor->channels() * std::max(1, pictures); }
};

/** \brief What a video shows, of so many classes */
struct VideoTruth {
    std::vector<ShownClass> shown;
    int classes = 0;
};

/** \brief Frames of a clip and its regions -> feature rows. One instance serves one thread */
class ClipFeatures
{
public:
    /**
     * \param networks the first is the model's own: a clip has as many rows as it gives, and the
     * focus looks through its cutter. Those whose features stand behind its are attended to
     * \param batch_size regions run at once; 0: as many as fit max_batch_bytes
     * \param gate looks less often at regions that attention passes over; null: always at all
     * \param focus says where to look again, closer; null: nowhere
     * \param persons how they move stands behind the features, the same in each region; null: nothing
     * \param truth what the video shows, where the focus asks for it
     * \throw Error Settings: a focus with a gate, or with a network that is attended to
     */
    ClipFeatures(std::vector<RowNetwork> networks, int batch_size,
                 std::unique_ptr<AttentionGate> gate = nullptr,
                 std::unique_ptr<FocusChooser> focus = nullptr,
                 std::unique_ptr<ClipPersons> persons = nullptr,
                 std::optional<VideoTruth> truth = std::nullopt);

    /** \brief Whether anything besides the model's own features is in the rows */
    bool attends() const { return channels_ > own().channels(); }

    /**
     * \brief The rows of a clip; the regions are those on its last frame, or the card's full view
     *
     * A second look is taken inside the only region, or inside the full view where there are several.
     * \param first_row index of the first of them in the stream
     */
    std::vector<RowPointer> rows(const std::vector<HeldFrame> &clip, std::uint64_t first_row);

    /** \brief The next clip is of another stream, or of another place in it: nothing is taken over from before */
    void restart();

    /** \brief Rows that a clip of \a frames frames gives */
    std::int64_t rows_of(int frames) const
    {
        return own().rows_of(fused_in_time() ? 2 * frames : frames);
    }

private:
    static constexpr std::size_t max_batch_bytes = 256U << 20U; // keeps one-shot within memory

    bool fused_in_time() const { return focus_ != nullptr && focus_->fusion() == Fusion::Temporal; }

    std::vector<RowPointer> rows_in_time(const std::vector<HeldFrame> &clip,
                                         std::uint64_t first_row, const Region &view,
                                         const FocusedPlace &place);
    FocusedPlace focused(const std::vector<HeldFrame> &clip, const Region &view);
    std::vector<std::size_t> regions_to_see(const std::vector<std::int64_t> &shape);
    void look(RowNetwork *network, const std::vector<HeldFrame> &clip,
              const std::vector<Region> &regions, const std::vector<std::size_t> &seen);
    void keep(const Array &features, const std::size_t *regions, std::size_t offset);
    std::size_t batch_of(const RegionClips &cutter, std::size_t frames, std::size_t regions) const;

    FeatureExtractor &own() const { return *networks_.front().extractor; }

    RegionClips &own_cutter() { return networks_.front().cutter; }

    std::vector<RowNetwork> networks_;
    std::int64_t channels_ = 0; ///< of a row
    std::size_t batch_size_;
    std::unique_ptr<AttentionGate> gate_;  ///< null: all regions, always
    std::unique_ptr<FocusChooser> focus_;  ///< null: no second look
    std::unique_ptr<ClipPersons> persons_; ///< null: they are not in the rows
    std::optional<VideoTruth> truth_;      ///< none: not known
    std::mt19937 random_{0};               ///< places of a baseline: the same each run
    Array last_;                           ///< features as last seen: [regions, rows, channels]
};

} // namespace fovea
