// SPDX-License-Identifier: MIT
#include "fovea/train/data/clip_samples.h"

#include <algorithm>
#include <cmath>

#include <ATen/core/grad_mode.h>

#include "fovea/core/errors.h"
#include "fovea/focus/region_choice.h"
#include "fovea/store/tensors/torch_tensor.h"
#include "fovea/train/data/clip_pictures.h"
#include "fovea/train/data/planned_frames.h"
#include "fovea/train/lists/list_truths.h"
#include "fovea/video/sampling_plan.h"

namespace fovea {

namespace {

constexpr std::uint64_t clip_stream = 4;
/* Of all views that are evaluated at once: the layers of a large network between them take 5 GB */
constexpr std::size_t pixels_at_once = std::size_t{16} * 64 * 112 * 112;

/** \brief The frames of all timesteps as one clip */
std::vector<std::int64_t> as_one_clip(const std::vector<std::vector<std::int64_t>> &timesteps)
{
    std::vector<std::int64_t> frames;
    for (const auto &timestep : timesteps)
        frames.insert(frames.end(), timestep.begin(), timestep.end());
    return frames;
}

/** \brief With a chance of 0 nothing is drawn: other draws are as they were without it */
bool happens(double chance, Random *random)
{
    return chance > 0 && random->uniform() < chance;
}

} // namespace

ClipSamples::ClipSamples(std::vector<ListedClip> clips, std::vector<std::int64_t> targets,
                         const ActivityCard &card, const ClipSource &source,
                         const ClipSamplesOptions &options)
    : clips_(std::move(clips)),
      targets_(std::move(targets)),
      card_(card),
      source_(source),
      options_(options),
      looked_at_(options.regions)
{
    if (looked_at_.empty())
        looked_at_ = in_order(region_count(card.regions));
    if (clips_.size() != targets_.size() || clips_.empty())
        throw Error(Error::Kind::Settings, "training: expected clips with a class each, got " +
                                               std::to_string(clips_.size()) + " clips and " +
                                               std::to_string(targets_.size()) + " classes");
    if (options.training && options.views == ClipSamplesOptions::Views::All)
        throw Error(Error::Kind::Settings,
                    "training: expected one view of each clip, got all of them, as in evaluation");
    if (!options.training || options.augmentation.paste <= 0)
        return;
    for (std::size_t i = 0; i < clips_.size(); ++i) {
        if (targets_[i] == options.normal && clips_[i].weight > 0)
            normals_.push_back(i);
    }
    if (normals_.empty())
        throw Error(Error::Kind::Settings, "--paste: expected clips without events with a weight "
                                           "above 0 in the split train, got none; leave it out");
}

std::vector<std::size_t> ClipSamples::order(std::int64_t epoch) const
{
    std::vector<double> weights;
    for (const ListedClip &clip : clips_)
        weights.push_back(clip.weight);
    return options_.training ? drawn_by_weight(weights, options_.seed, epoch)
                             : in_order(clips_.size());
}

bool ClipSamples::is_clip_by_clip() const
{
    return options_.clip_by_clip || !is_one_whole(card_.sampling.plan);
}

/** \brief The clips of a video; in training those of the plan that are drawn at random anew */
std::vector<ClipSamples::Frames> ClipSamples::planned(const FrameFile &video,
                                                      const ListedClip &clip, Random *random) const
{
    const FrameStretch stretch = stretch_of(video.length(), clip);
    if (options_.training && !is_one_whole(card_.sampling.plan)) {
        Frames frames = drawn_timestep(card_.sampling, stretch.count, video.fps(), random);
        for (std::int64_t &frame : frames)
            frame += stretch.first;
        return {frames};
    }
    std::vector<Frames> timesteps = timesteps_of(card_.sampling, video.length(), stretch);
    if (options_.training && card_.sampling.plan == Sampling::Shuffled)
        shuffle(&timesteps, random);
    if (is_clip_by_clip())
        return timesteps;
    // A network sees a sliding clip by itself, the timesteps of a whole video as one clip.
    return {as_one_clip(timesteps)};
}

ClipSamples::Frames ClipSamples::drawn(const FrameFile &video, const ListedClip &clip,
                                       Random *random) const
{
    const int count = card_.sampling.frames;
    const double usual = (count - 1) / card_.sampling.rate;
    const Augmentation &augmentation = options_.augmentation;
    double span = augmentation.longest_span > 0
                      ? random->uniform(augmentation.shortest_span, augmentation.longest_span)
                      : usual;

    const double last = static_cast<double>(video.frames() - 1) / video.fps();
    const double from = std::min(clip.start.seconds(video.duration()), last);
    const double to = std::clamp(clip.end.seconds(video.duration()), from, last);
    span = std::min(span, to - from);
    const double earliest =
        std::clamp(clip.ends_after.seconds(video.duration()) - span, from, to - span);
    const double start = random->uniform(earliest, to - span);

    Frames frames;
    for (int i = 0; i < count; ++i) {
        const double time = start + span * i / std::max(count - 1, 1);
        frames.push_back(
            std::clamp<std::int64_t>(std::llround(time * video.fps()), 0, video.frames() - 1));
    }
    return frames;
}

/** \brief What a sample shows */
ClipSamples::Frames ClipSamples::one_clip(const FrameFile &video, const ListedClip &clip,
                                          Random *random) const
{
    const bool is_drawn = options_.training && card_.sampling.plan == Sampling::Sliding;
    std::vector<Frames> clips =
        is_drawn ? std::vector<Frames>{drawn(video, clip, random)} : planned(video, clip, random);
    return std::move(clips[random->below(clips.size())]);
}

std::vector<Region> ClipSamples::regions(const FrameFile &video, const Frames &frames) const
{
    ActorSurvey survey(card_.actor, video.size());
    const auto [first, last] = std::minmax_element(frames.begin(), frames.end());
    for (std::int64_t frame = *first; frame <= *last; ++frame)
        survey.add(video.persons(frame));
    const auto actor = survey.box();
    return region_grid(card_.regions, video.size(), actor ? &*actor : nullptr);
}

ClipSamples::View ClipSamples::whole_view(const Box &box, std::size_t frames) const
{
    return {card_.input, std::vector<Box>(frames, box), {}};
}

/** \brief All of a region; in training a part of it, varied */
ClipSamples::View ClipSamples::view_of(const FrameFile &video, const Frames &frames,
                                       const Region &region, Random *random) const
{
    if (!options_.training)
        return whole_view(region.box, frames.size());
    const Augmentation &augmentation = options_.augmentation;
    const Box part = region.kind == RegionKind::Full && !augmentation.sides.empty()
                         ? random_view(video.size(), augmentation, random)
                         : random_crop(region.box, augmentation, random);
    View view = whole_view(part, frames.size());
    if (happens(augmentation.shake, random))
        view.parts = shaken(part, frames.size(), random);
    view.variation = draw(augmentation, random);
    return view;
}

at::Tensor ClipSamples::clip_of(const FrameFile &video, const Frames &frames,
                                const View &view) const
{
    const at::Tensor pictures = pictures_of(view.input, video, frames, view.parts);
    return normalised(varied(pictures, view.variation, card_.modality), view.input.normalisation);
}

/** \brief clip_of() with a second look, where there is a focus: it is mirrored and coloured as the first */
at::Tensor ClipSamples::focused_clip(const FrameFile &video, const Frames &frames, const View &view,
                                     Random *random, const ClipTruth *truth) const
{
    const at::Tensor clip = clip_of(video, frames, view);
    if (options_.focus == nullptr)
        return clip;
    FocusedPlace place = options_.focus->find(
        array_of(clip.unsqueeze(0)), whole_frame, [random] { return random->uniform(); }, truth);
    if (!place.closer.values.empty()) {
        const at::Tensor closer = at::from_blob(place.closer.values.data(), clip.sizes());
        return at::cat({clip, closer}, /*dim=*/1); // copies the values, which are the place's
    }
    Box looked_at = place.region.box;
    if (view.variation.flip)
        looked_at.x = 1 - looked_at.x - looked_at.width;
    View close = view;
    close.parts.assign(frames.size(), inside(looked_at, view.parts.front()));
    return at::cat({clip, clip_of(video, frames, close)}, /*dim=*/1);
}

at::Tensor ClipSamples::teachers_clip(const FrameFile &video, const ListedClip &listed,
                                      const Frames &frames, const View &view) const
{
    const TeachersView &teacher = options_.teacher;
    const auto seen = teacher.source->open(listed);
    const at::Tensor pictures =
        pictures_of(view.input, *seen, frames_in(*seen, video, frames), view.parts);
    return normalised(varied(pictures, view.variation, teacher.modality), teacher.normalisation);
}

/** \brief A clip in front of another in which nothing happens, so that no place tells what is to be said */
at::Tensor ClipSamples::pasted_clip(const FrameFile &video, const Frames &frames,
                                    const Region &region, Random *random) const
{
    const PixelRect front = random_front(card_.input.size, random);
    View small = view_of(video, frames, region, random);
    small.input.size = {front.width, front.height};
    const at::Tensor clip = clip_of(video, frames, small);

    const ListedClip &other = clips_[normals_[random->below(normals_.size())]];
    const auto behind = source_.open(other);
    const Region whole = {RegionKind::Full, view_box(card_.area, behind->size())};
    const Frames shown = one_clip(*behind, other, random);
    at::Tensor ground = clip_of(*behind, shown, view_of(*behind, shown, whole, random));
    ground.narrow(2, front.y, front.height).narrow(3, front.x, front.width).copy_(clip);
    return ground;
}

/** \brief Many labels: what a clip of these frames shows */
ClipTruth ClipSamples::truth_of(const FrameFile &video, const ListedClip &clip,
                                const Frames &frames) const
{
    std::vector<double> times;
    for (const std::int64_t frame : frames)
        times.push_back(static_cast<double>(frame) / video.fps());
    return clip_truth(shown_of(clip, options_.classes, video.duration()),
                      static_cast<int>(options_.classes.size()), times);
}

/** \brief Many labels: those of each frame, or of the whole clip in evaluation */
at::Tensor ClipSamples::labels_of(const ClipTruth &truth) const
{
    if (options_.classes.empty())
        return {};
    const at::Tensor labels =
        options_.training ? tensor_of(truth.frames) : tensor_of(truth.video).unsqueeze(1);
    return options_.looks_in_turn ? at::cat({labels, labels}, /*dim=*/1) : labels;
}

at::Tensor ClipSamples::views_of(const FrameFile &video, const std::vector<Frames> &clips,
                                 std::size_t first, std::size_t end, Random *random) const
{
    const std::size_t of_clip = looked_at_.size();
    std::vector<at::Tensor> views;
    for (std::size_t view = first; view < end; ++view) {
        const Frames &frames = clips[view / of_clip];
        const std::size_t region = looked_at_[view % of_clip];
        const View whole = whole_view(regions(video, frames)[region].box, frames.size());
        views.push_back(focused_clip(video, frames, whole, random, /*truth=*/nullptr));
    }
    return at::stack(views);
}

Sample ClipSamples::sample(std::size_t index, std::int64_t epoch) const
{
    const at::NoGradGuard no_grad;
    const ListedClip &listed = clips_[index];
    const auto video = source_.open(listed);
    Random random({options_.seed, clip_stream, static_cast<std::uint64_t>(epoch),
                   static_cast<std::uint64_t>(index)});
    at::Tensor input;
    ClipTruth truth;
    if (options_.views == ClipSamplesOptions::Views::All) {
        const std::vector<Frames> clips = planned(*video, listed, &random);
        truth = truth_of(*video, listed, clips[0]);
        input = views_of(*video, clips, 0, clips.size() * looked_at_.size(), &random);
    } else {
        const Frames frames = one_clip(*video, listed, &random);
        truth = truth_of(*video, listed, frames);
        const std::size_t place = looked_at_[random.below(looked_at_.size())];
        const Region region = regions(*video, frames)[place];
        if (options_.training && happens(options_.augmentation.paste, &random)) {
            input = pasted_clip(*video, frames, region, &random);
        } else {
            const View view = view_of(*video, frames, region, &random);
            if (options_.training && options_.teacher.source != nullptr)
                input = at::cat(
                    {clip_of(*video, frames, view), teachers_clip(*video, listed, frames, view)});
            else // a test does not know what it shows
                input = focused_clip(*video, frames, view, &random,
                                     options_.training ? &truth : nullptr);
        }
        if (!options_.training)
            input = input.unsqueeze(0);
    }
    const bool says_video = options_.training && !options_.classes.empty(); // Sydorov 2019, 3.2
    return {input, targets_[index], labels_of(truth), static_cast<float>(listed.overlap),
            says_video ? tensor_of(truth.video) : at::Tensor()};
}

SampleSource::Part ClipSamples::part(std::size_t index, std::int64_t epoch, std::size_t place) const
{
    if (options_.views == ClipSamplesOptions::Views::Random)
        return {sample(index, epoch), true};
    const at::NoGradGuard no_grad;
    const ListedClip &listed = clips_[index];
    const auto video = source_.open(listed);
    Random random({options_.seed, clip_stream, static_cast<std::uint64_t>(epoch),
                   static_cast<std::uint64_t>(index), static_cast<std::uint64_t>(place)});
    const std::vector<Frames> clips = planned(*video, listed, &random);
    const std::size_t all = clips.size() * looked_at_.size();
    const std::size_t views_at_once = std::max<std::size_t>(
        1, pixels_at_once / (clips[0].size() * static_cast<std::size_t>(card_.input.size.width) *
                             static_cast<std::size_t>(card_.input.size.height)));
    const std::size_t first = place * views_at_once;
    const std::size_t end = std::min(all, first + views_at_once);
    return {{views_of(*video, clips, first, end, &random),
             targets_[index],
             labels_of(truth_of(*video, listed, clips[0])),
             static_cast<float>(listed.overlap),
             {}},
            end == all};
}

void ClipSamples::each_timestep(std::size_t index,
                                const std::function<void(const Timestep &)> &visit) const
{
    const at::NoGradGuard no_grad;
    const auto video = source_.open(clips_[index]);
    const FrameStretch stretch = stretch_of(video->length(), clips_[index]);
    const bool sliding = card_.sampling.plan == Sampling::Sliding;
    const Frames whole = {stretch.first, stretch.first + stretch.count - 1};
    std::vector<Frames> plan = timesteps_of(card_.sampling, video->length(), stretch);
    if (card_.sampling.mode == FeatureMode::OneShot)
        plan = {as_one_clip(plan)};
    for (std::size_t place = 0; place < plan.size(); ++place) {
        Timestep timestep;
        timestep.place = place;
        timestep.of = plan.size();
        timestep.frames = std::move(plan[place]);
        timestep.regions = regions(*video, sliding ? timestep.frames : whole);
        timestep.video_frames = video->frames();
        timestep.fps = video->fps();
        timestep.views = [&](std::size_t first, std::size_t count) {
            std::vector<at::Tensor> views;
            for (std::size_t region = first; region < first + count; ++region)
                views.push_back(
                    clip_of(*video, timestep.frames,
                            whole_view(timestep.regions[region].box, timestep.frames.size())));
            return at::stack(views);
        };
        visit(timestep);
    }
}

} // namespace fovea
