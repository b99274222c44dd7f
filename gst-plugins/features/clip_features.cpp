#include "features/clip_features.h"

#include <algorithm>
#include <numeric>

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

ClipFeatures::ClipFeatures(std::shared_ptr<FeatureExtractor> extractor, const ActivityCard &card,
                           const EngineOptions &engine)
    : extractor_(std::move(extractor)),
      clips_(card, engine.threads),
      batch_size_(static_cast<std::size_t>(engine.batch_size))
{
}

std::vector<RowPointer> ClipFeatures::rows(const std::vector<HeldFrame> &clip,
                                           std::uint64_t first_row)
{
    std::vector<Region> regions = clips_.regions_of(clip.back());
    FocusedPlace place;
    if (focus_ != nullptr) {
        const Region view = regions.size() == 1 ? regions.front() : clips_.view_of(clip.back());
        place = focus_->find(clips_.cut(clip, &view, 1), view.box, [this] {
            return std::uniform_real_distribution<double>(0, 1)(random_);
        });
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
    const std::size_t attended = attended_channels();
    const std::size_t channels = static_cast<std::size_t>(extractor_->channels()) + attended;

    std::vector<RowPointer> rows;
    for (std::size_t row = 0; row < count; ++row)
        rows.push_back(make_row(first_row + row, span_of(clip, row, count), regions, channels));
    for (const RowPointer &row : rows) {
        row->attended = static_cast<guint>(attended);
        set_heat(&row->heat, place.heat);
    }

    std::vector<std::size_t> seen =
        regions_to_see({static_cast<std::int64_t>(regions.size()), static_cast<std::int64_t>(count),
                        static_cast<std::int64_t>(channels)});
    if (!place.closer.values.empty()) {
        keep(extractor_->rows(place.closer), &seen.back(), /*offset=*/0);
        seen.pop_back();
    } else if (first_look_ != nullptr) {
        look(*extractor_, clips_, clip, regions, {seen.back()});
        seen.pop_back();
    }
    look(first_look_ != nullptr ? *first_look_ : *extractor_, clips_, clip, regions, seen);
    if (attended_ != nullptr)
        look(*attended_, *attended_clips_, clip, regions, seen);
    for (std::size_t r = 0; r < regions.size(); ++r)
        for (std::size_t row = 0; row < count; ++row)
            std::copy_n(&last_.values[(r * count + row) * channels], channels,
                        &rows[row]->features[r * channels]);
    if (gate_ != nullptr)
        gate_->learn(last_);
    return rows;
}

/*
 * The clip, then the same frames closer, as one: rows of the first half are of what was seen first.
 * A row that reaches over both is of the whole clip.
 */
std::vector<RowPointer> ClipFeatures::rows_in_time(const std::vector<HeldFrame> &clip,
                                                   std::uint64_t first_row, const Region &view,
                                                   const FocusedPlace &place)
{
    const Array seen = clips_.cut(clip, &view, 1); // a copy: the next cut takes its place
    const Array &closer =
        place.closer.values.empty() ? clips_.cut(clip, &place.region, 1) : place.closer;
    Array both({1, 3, 2 * seen.shape[2], seen.shape[3], seen.shape[4]});
    const std::size_t plane = seen.values.size() / 3; // all frames of a colour
    for (std::size_t colour = 0; colour < 3; ++colour) {
        std::copy_n(&seen.values[colour * plane], plane, &both.values[2 * colour * plane]);
        std::copy_n(&closer.values[colour * plane], plane, &both.values[(2 * colour + 1) * plane]);
    }

    const Array features = extractor_->rows(both);
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
    }
    return rows;
}

void ClipFeatures::set_focus(std::unique_ptr<FocusChooser> focus)
{
    if (gate_ != nullptr)
        throw Error(Error::Kind::Settings,
                    "property gate: the focus is looked at in every timestep; set gate=0, or "
                    "focus=none");
    if (attended_ != nullptr)
        throw Error(Error::Kind::Settings,
                    "property focus: the second look is of one network, this model attends to "
                    "another; set focus=none");
    focus_ = std::move(focus);
}

void ClipFeatures::set_attended(std::shared_ptr<FeatureExtractor> network, const ActivityCard &card,
                                const EngineOptions &engine)
{
    attended_ = std::move(network);
    attended_clips_ = std::make_unique<RegionClips>(card, engine.threads);
}

std::size_t ClipFeatures::attended_channels() const
{
    return attended_ == nullptr ? 0 : static_cast<std::size_t>(attended_->channels());
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

/** The features of some regions into last_: the backbone's from the front, or the attended behind */
void ClipFeatures::look(FeatureExtractor &network, RegionClips &cutter,
                        const std::vector<HeldFrame> &clip, const std::vector<Region> &regions,
                        const std::vector<std::size_t> &seen)
{
    const std::size_t offset =
        &network == attended_.get() ? static_cast<std::size_t>(extractor_->channels()) : 0;
    std::vector<Region> chosen;
    chosen.reserve(seen.size());
    for (const std::size_t index : seen)
        chosen.push_back(regions[index]);

    const std::size_t batch = batch_of(cutter, clip.size(), regions.size());
    for (std::size_t first = 0; first < chosen.size(); first += batch) {
        const std::size_t size = std::min(batch, chosen.size() - first);
        keep(network.rows(cutter.cut(clip, &chosen[first], size)), &seen[first], offset);
    }
}

/** \param features of some regions \param regions which \param offset among the channels */
void ClipFeatures::keep(const Array &features, const std::size_t *regions, std::size_t offset)
{
    const auto count = static_cast<std::size_t>(last_.shape[1]);
    const auto channels = static_cast<std::size_t>(last_.shape[2]);
    const auto width = static_cast<std::size_t>(features.shape[2]);
    const bool fits = features.shape[1] == last_.shape[1]; // always but for a second network
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
