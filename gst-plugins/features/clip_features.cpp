// SPDX-License-Identifier: MIT
#include "features/clip_features.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "features/frame_quality.h"
#include "fovea/core/errors.h"
#include "meta/convert.h"

namespace fovea {

namespace {

TimeSpan span_of(const std::vector<HeldFrame> &clip, std::size_t row, std::size_t rows)
{
    const std::size_t first = row * clip.size() / rows;
    const std::size_t last = std::max(first + 1, (row + 1) * clip.size() / rows) - 1;
    return {clip[first].time.start, clip[last].time.end};
}

} // namespace

Array with_rows(const Array &features, std::int64_t count)
{
    const std::int64_t rows = features.shape[1];
    const auto width = static_cast<std::size_t>(features.shape[2]);
    Array means({features.shape[0], count, features.shape[2]});
    float *to = means.values.data();
    for (std::int64_t clip = 0; clip < features.shape[0]; ++clip)
        for (std::int64_t row = 0; row < count; ++row, to += width) {
            const std::int64_t first = row * rows / count;
            const std::int64_t end = std::max(first + 1, (row + 1) * rows / count);
            for (std::int64_t i = first; i < end; ++i) {
                const float *from =
                    &features.values[static_cast<std::size_t>(clip * rows + i) * width];
                std::transform(to, to + width, from, to, [&](float sum, float value) {
                    return sum + value / static_cast<float>(end - first);
                });
            }
        }
    return means;
}

ClipFeatures::ClipFeatures(std::vector<RowNetwork> networks, int batch_size,
                           std::unique_ptr<AttentionGate> gate, std::unique_ptr<FocusChooser> focus,
                           std::unique_ptr<ClipPersons> persons, std::optional<VideoTruth> truth)
    : networks_(std::move(networks)),
      batch_size_(static_cast<std::size_t>(batch_size)),
      gate_(std::move(gate)),
      focus_(std::move(focus)),
      persons_(std::move(persons)),
      truth_(std::move(truth))
{
    for (const RowNetwork &network : networks_)
        channels_ =
            std::max(channels_, static_cast<std::int64_t>(network.offset) + network.channels());
    channels_ += persons_ != nullptr ? persons_->channels() : 0;
}

std::vector<RowPointer> ClipFeatures::rows(const std::vector<HeldFrame> &clip,
                                           std::uint64_t first_row)
{
    std::vector<Region> regions = own_cutter().regions_of(clip.back());
    FocusedPlace place;
    if (focus_ != nullptr) {
        const Region view =
            regions.size() == 1 ? regions.front() : own_cutter().view_of(clip.back());
        place = focused(clip, view);
        if (fused_in_time()) {
            if (regions.size() > 1)
                throw Error(Error::Kind::Settings,
                            "property focus-fusion: temporal joins two looks, foveagrid asks for " +
                                std::to_string(regions.size()) +
                                "; set focus-fusion=late, or leave foveagrid out");
            return rows_in_time(clip, first_row, view, place);
        }
        regions.push_back(place.region);
    }
    const auto count = static_cast<std::size_t>(rows_of(static_cast<int>(clip.size())));
    const auto channels = static_cast<std::size_t>(channels_);

    const PersonsSeen persons = seen_in(clip);
    std::vector<RowPointer> rows;
    for (std::size_t row = 0; row < count; ++row) {
        rows.push_back(make_row(first_row + row, span_of(clip, row, count), regions, channels));
        rows.back()->frames =
            counts_of(clip, row * clip.size() / count, (row + 1) * clip.size() / count);
    }
    for (const RowPointer &row : rows) {
        row->attended = static_cast<guint>(channels_ - own().channels());
        set_heat(&row->heat, place.heat);
        row->persons = {static_cast<guint>(persons.followed), persons.two_touch ? TRUE : FALSE,
                        persons.goes_down ? TRUE : FALSE, persons.largest};
    }

    std::vector<std::size_t> seen = regions_to_see(
        {static_cast<std::int64_t>(regions.size()), static_cast<std::int64_t>(count), channels_});
    if (!place.closer.values.empty()) {
        keep(own().rows(place.closer), &seen.back(), /*offset=*/0);
        seen.pop_back();
    }
    for (RowNetwork &network : networks_)
        look(&network, clip, regions, seen);
    if (persons_ != nullptr) {
        const std::vector<float> motion = persons_->motion(clip);
        for (std::size_t i = 0; i < regions.size() * count; ++i)
            std::copy(motion.begin(), motion.end(),
                      &last_.values[(i + 1) * channels - motion.size()]);
    }
    for (std::size_t r = 0; r < regions.size(); ++r)
        for (std::size_t row = 0; row < count; ++row)
            std::copy_n(&last_.values[(r * count + row) * channels], channels,
                        &rows[row]->features[r * channels]);
    if (gate_ != nullptr)
        gate_->learn(last_);
    return rows;
}

void ClipFeatures::restart()
{
    last_ = {};
    if (gate_ != nullptr)
        gate_->reset();
}

FocusedPlace ClipFeatures::focused(const std::vector<HeldFrame> &clip, const Region &view)
{
    std::optional<ClipTruth> truth;
    if (truth_) {
        std::vector<double> times;
        for (const HeldFrame &frame : clip)
            times.push_back(to_seconds(frame.time.start));
        truth = clip_truth(truth_->shown, truth_->classes, times);
    }
    const auto draw = [this] { return std::uniform_real_distribution<double>(0, 1)(random_); };
    return focus_->find(own_cutter().cut(clip, &view, 1), view.box, draw,
                        truth ? &*truth : nullptr);
}

/*
 * The clip, then the same frames closer, as one: rows of the first half are of what was seen first.
 * A row that reaches over both is of the whole clip.
 */
std::vector<RowPointer> ClipFeatures::rows_in_time(const std::vector<HeldFrame> &clip,
                                                   std::uint64_t first_row, const Region &view,
                                                   const FocusedPlace &place)
{
    const Array seen = own_cutter().cut(clip, &view, 1); // a copy: the next cut takes its place
    const Array &closer =
        place.closer.values.empty() ? own_cutter().cut(clip, &place.region, 1) : place.closer;
    Array both({1, 3, 2 * seen.shape[2], seen.shape[3], seen.shape[4]});
    const std::size_t plane = seen.values.size() / 3; // all frames of a colour
    for (std::size_t colour = 0; colour < 3; ++colour) {
        std::copy_n(&seen.values[colour * plane], plane, &both.values[2 * colour * plane]);
        std::copy_n(&closer.values[colour * plane], plane, &both.values[(2 * colour + 1) * plane]);
    }

    const Array features = own().rows(both);
    const auto count = static_cast<std::size_t>(features.shape[1]);
    const auto channels = static_cast<std::size_t>(features.shape[2]);
    std::vector<HeldFrame> twice = clip;
    twice.insert(twice.end(), clip.begin(), clip.end());
    std::vector<RowPointer> rows;
    for (std::size_t row = 0; row < count; ++row) {
        const std::size_t first = row * twice.size() / count;
        const std::size_t end = std::max(first + 1, (row + 1) * twice.size() / count);
        TimeSpan time = span_of(twice, row, count);
        if (first < clip.size() && end > clip.size())
            time = {clip.front().time.start, clip.back().time.end};
        const Region &region = first < clip.size() ? view : place.region;
        rows.push_back(make_row(first_row + row, time, {region}, channels));
        std::copy_n(&features.values[row * channels], channels, rows.back()->features);
        set_heat(&rows.back()->heat, place.heat);
        rows.back()->frames = counts_of(twice, first, end);
    }
    return rows;
}

std::vector<std::size_t> ClipFeatures::regions_to_see(const std::vector<std::int64_t> &shape)
{
    const auto regions = static_cast<std::size_t>(shape.front());
    if (last_.shape == shape && gate_ != nullptr)
        return gate_->open(regions);
    last_ = Array(shape);
    std::vector<std::size_t> all(regions);
    std::iota(all.begin(), all.end(), 0);
    if (gate_ != nullptr)
        gate_->open(regions); // it counts timesteps
    return all;
}

/** The features of the network's share of the regions to see into last_; a second look is the last */
void ClipFeatures::look(RowNetwork *network, const std::vector<HeldFrame> &clip,
                        const std::vector<Region> &regions, const std::vector<std::size_t> &seen)
{
    using Sees = RowNetwork::Sees;
    const std::size_t first_looks = regions.size() - (focus_ != nullptr ? 1 : 0);
    std::vector<std::size_t> indices;
    std::vector<Region> chosen;
    for (const std::size_t index : seen) {
        const Sees look = index < first_looks ? Sees::FirstLook : Sees::SecondLook;
        if (network->sees != Sees::All && network->sees != look)
            continue;
        indices.push_back(index);
        chosen.push_back(regions[index]);
    }

    std::vector<HeldFrame> pictures;
    const auto rows = static_cast<std::size_t>(last_.shape[1]);
    const std::size_t seen_alone = rows * static_cast<std::size_t>(network->pictures);
    for (std::size_t picture = 0; picture < seen_alone; ++picture)
        pictures.push_back(clip[picture * clip.size() / seen_alone]);
    const std::vector<HeldFrame> &frames = network->pictures > 0 ? pictures : clip;
    const std::size_t batch = batch_of(network->cutter, frames.size(), regions.size());
    for (std::size_t first = 0; first < chosen.size(); first += batch) {
        const std::size_t size = std::min(batch, chosen.size() - first);
        const Array &clips = network->cutter.cut(frames, &chosen[first], size);
        Array features = network->extractor->rows(clips);
        if (network->pictures > 0) { // those of a row stand side by side
            const auto wanted = static_cast<std::int64_t>(seen_alone);
            if (features.shape[1] != wanted)
                features = with_rows(features, wanted);
            features.shape = {features.shape[0], last_.shape[1], network->channels()};
        }
        keep(features, &indices[first], network->offset);
    }
}

/** \param features of some regions \param regions which \param offset among the channels */
void ClipFeatures::keep(const Array &features, const std::size_t *regions, std::size_t offset)
{
    const auto count = static_cast<std::size_t>(last_.shape[1]);
    const auto channels = static_cast<std::size_t>(last_.shape[2]);
    const auto width = static_cast<std::size_t>(features.shape[2]);
    const bool fits = features.shape[1] == last_.shape[1]; // always but for one attended to
    const Array fitted = fits ? Array() : with_rows(features, last_.shape[1]);
    const Array &rows = fits ? features : fitted;
    for (std::int64_t i = 0; i < rows.shape[0]; ++i)
        for (std::size_t row = 0; row < count; ++row)
            std::copy_n(&rows.values[(static_cast<std::size_t>(i) * count + row) * width], width,
                        &last_.values[(regions[i] * count + row) * channels + offset]);
}

std::size_t ClipFeatures::batch_of(const RegionClips &cutter, std::size_t frames,
                                   std::size_t regions) const
{
    if (batch_size_ > 0)
        return batch_size_;
    const std::size_t clip_bytes = frames * 3 * sizeof(float) *
                                   static_cast<std::size_t>(cutter.input().size.width) *
                                   static_cast<std::size_t>(cutter.input().size.height);
    return std::clamp<std::size_t>(max_batch_bytes / clip_bytes, 1, regions);
}

} // namespace fovea
