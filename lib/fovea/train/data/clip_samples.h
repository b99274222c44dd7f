// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "fovea/bundle/card.h"
#include "fovea/core/random.h"
#include "fovea/focus/focus_chooser.h"
#include "fovea/train/data/augmentation.h"
#include "fovea/train/data/clip_source.h"
#include "fovea/train/data/sample_source.h"
#include "fovea/video/frame_to_tensor.h"

namespace fovea {

/** \brief What a teacher of another modality sees of the clips that its student sees */
struct TeachersView {
    const ClipSource *source = nullptr; ///< null: the same as the student; must outlive the samples
    Modality modality = Modality::Rgb;
    Normalisation normalisation;
};

struct ClipSamplesOptions {
    enum class Views {
        Random, ///< one region of one clip, anew in every epoch: Ballan 2021, 4.2
        All ///< in evaluation: every region of every clip of the plan, all of them views of the sample
    };

    Views views = Views::Random;
    bool training = true;             ///< shuffled, drawn by weight, augmented
    std::vector<std::size_t> regions; ///< only these of the card's, by place; empty: all
    std::vector<std::string> classes; ///< of many labels: the classes in order; empty: one label
    bool clip_by_clip =
        false; ///< a clip is one timestep of the plan; else all of them are one clip
    const FocusChooser *focus =
        nullptr;                ///< adds a second look to each clip; must outlive the samples
    bool looks_in_turn = false; ///< both looks are one clip in time: labels of frames are repeated
    Augmentation augmentation;
    std::int64_t normal = -1; ///< class of clips without events: Augmentation::paste
    TeachersView teacher; ///< in training; its clip's channels stand behind those of the student's
    std::uint64_t seed = 0;
};

/**
 * \brief Clips of listed videos as samples [3, T, H, W], or [views, 3, T, H, W] in evaluation; with a
 * focus [3, 2 T, H, W]: the clip, then what was looked at more closely; with a teacher's view in
 * training [6, T, H, W]
 */
class ClipSamples final : public SampleSource
{
public:
    /**
     * \param card geometry: input, sampling, regions, actor
     * \param targets classes of the clips
     * \param source must outlive this
     */
    ClipSamples(std::vector<ListedClip> clips, std::vector<std::int64_t> targets,
                const ActivityCard &card, const ClipSource &source,
                const ClipSamplesOptions &options);

    /** \brief A clip of weight w is drawn floor(w) times, and once more with the chance of the rest */
    std::vector<std::size_t> order(std::int64_t epoch) const override;

    Sample sample(std::size_t index, std::int64_t epoch) const override;

    /** \brief Of Views::All as many views as fit into a bounded number of pixels, at least one */
    Part part(std::size_t index, std::int64_t epoch, std::size_t place) const override;

    /** \brief What the network looks at in one timestep, or of mode one-shot in all of them as one */
    struct Timestep {
        std::vector<std::int64_t> frames; ///< indices into the video, in order
        std::vector<Region> regions;
        std::function<at::Tensor(std::size_t first, std::size_t count)>
            views;             ///< of these regions, [count, 3, T, H, W], not augmented
        std::size_t place = 0; ///< among those of the plan
        std::size_t of = 0;    ///< how many the plan has
        std::int64_t video_frames = 0;
        double fps = 0;
    };

    /** \brief Every timestep of a clip's plan, one at a time */
    void each_timestep(std::size_t index, const std::function<void(const Timestep &)> &visit) const;

    const ListedClip &clip(std::size_t index) const { return clips_.at(index); }

private:
    using Frames = std::vector<std::int64_t>; ///< indices into the video, in order

    /** \brief How a region is seen */
    struct View {
        FrameToTensor::Options input;
        std::vector<Box> parts; ///< what is cut out of each frame
        Variation variation;
    };

    std::vector<Frames> planned(const FrameFile &video, const ListedClip &clip,
                                Random *random) const;
    bool is_clip_by_clip() const;
    Frames drawn(const FrameFile &video, const ListedClip &clip, Random *random) const;
    std::vector<Region> regions(const FrameFile &video, const Frames &frames) const;
    Frames one_clip(const FrameFile &video, const ListedClip &clip, Random *random) const;
    View whole_view(const Box &box, std::size_t frames) const;
    View view_of(const FrameFile &video, const Frames &frames, const Region &region,
                 Random *random) const;
    at::Tensor clip_of(const FrameFile &video, const Frames &frames, const View &view) const;
    at::Tensor focused_clip(const FrameFile &video, const Frames &frames, const View &view,
                            Random *random, const ClipTruth *truth) const;
    at::Tensor teachers_clip(const FrameFile &video, const ListedClip &listed, const Frames &frames,
                             const View &view) const;
    at::Tensor pasted_clip(const FrameFile &video, const Frames &frames, const Region &region,
                           Random *random) const;
    /** \brief Of every region of every clip, clip by clip, those from \a first to before \a end */
    at::Tensor views_of(const FrameFile &video, const std::vector<Frames> &clips, std::size_t first,
                        std::size_t end, Random *random) const;
    ClipTruth truth_of(const FrameFile &video, const ListedClip &clip, const Frames &frames) const;
    at::Tensor labels_of(const ClipTruth &truth) const;

    std::vector<ListedClip> clips_;
    std::vector<std::int64_t> targets_;
    ActivityCard card_;
    const ClipSource &source_;
    ClipSamplesOptions options_;
    std::vector<std::size_t> looked_at_; ///< places of regions
    std::vector<std::size_t> normals_;   ///< places of clips without events
};

} // namespace fovea
