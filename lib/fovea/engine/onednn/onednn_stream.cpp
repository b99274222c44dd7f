// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/onednn_stream.h"

#include <algorithm>
#include <string>
#include <utility>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr std::int64_t rgb = 3;

} // namespace

OnednnStream::OnednnStream(std::shared_ptr<OnednnNetwork> network, const StreamOptions &options)
    : network_(std::move(network)), options_(options)
{
    if (options.streams < 1 || options.height < 1 || options.width < 1 || options.frames < 0 ||
        options.step < 0)
        throw Error(Error::Kind::Settings,
                    "a stream needs 1 region or more of 1 x 1 pixels or more");
    const std::int64_t cycle = network_->temporal_stride();
    options_.step = std::max<std::int64_t>(1, (options.step + cycle - 1) / cycle) * cycle;
    first_row_ = frames_to_first_row(network_->graph(),
                                     {rgb, unknown_frames, options.height, options.width});
    pending_ = Array({options.streams, rgb, options_.step, options.height, options.width});
    OnednnStream::reset(options.frames);
}

void OnednnStream::reset(std::int64_t frames)
{
    options_.frames = frames;
    shapes_ = map_shapes(network_->graph(), {rgb, frames > 0 ? frames : unknown_frames,
                                             options_.height, options_.width});
    clock_ = std::make_unique<GraphClock>(network_->graph(), shapes_);
    pending_count_ = 0;
    // Steps end where rows become final: none is late by the frames that fill a step
    next_step_ = first_row_ % options_.step;
    if (next_step_ == 0)
        next_step_ = options_.step;
    seen_ = 0;
    finished_ = false;
}

void OnednnStream::check(const Array &frames) const
{
    const std::vector<std::int64_t> &got = frames.shape;
    if (got.size() == 5 && got[2] >= 0 &&
        got == std::vector<std::int64_t>{options_.streams, rgb, got[2], options_.height,
                                         options_.width})
        return;
    throw Error(Error::Kind::Settings,
                "stream: expected frames [" + std::to_string(options_.streams) + ", 3, F, " +
                    std::to_string(options_.height) + ", " + std::to_string(options_.width) +
                    "], got " + sizes_text(got));
}

/** \brief One step: the pending frames, then \a count of \a frames */
Array OnednnStream::step(const PlanarClips &frames, std::int64_t begin, std::int64_t count,
                         bool last)
{
    const std::int64_t all = pending_count_ + count;
    const GraphStep step = clock_->advance(all, last);
    const auto fill = [&](std::byte *to, const ValueFormat &format) {
        load_frames(to, format, all, 0, PlanarClips(pending_), 0, pending_count_);
        load_frames(to, format, all, pending_count_, frames, begin, count);
    };
    Array rows = network_->run(shapes_, step, options_.streams, fill, &state_);
    pending_count_ = 0;
    next_step_ = options_.step;
    return rows;
}

Array OnednnStream::push(const Array &frames)
{
    check(frames);
    return push(PlanarClips(frames));
}

Array OnednnStream::push(const PlanarClips &frames)
{
    if (finished_)
        throw Error(Error::Kind::Settings, "stream: frames after its end; reset() begins another");
    const std::int64_t count = frames.frames;
    seen_ += count;
    if (options_.frames > 0 && seen_ > options_.frames)
        throw Error(Error::Kind::Settings, "stream: announced with " +
                                               std::to_string(options_.frames) + " frames, got " +
                                               std::to_string(seen_));
    std::vector<Array> parts;
    std::int64_t done = 0;
    while (pending_count_ + count - done >= next_step_) {
        const std::int64_t taken = next_step_ - pending_count_;
        parts.push_back(step(frames, done, taken, /*last=*/false));
        done += taken;
    }
    const std::int64_t pixels = options_.height * options_.width;
    for (std::int64_t plane = 0; plane < options_.streams * rgb && done < count; ++plane)
        std::copy_n(frames.values + (plane * count + done) * pixels, (count - done) * pixels,
                    pending_.values.begin() + (plane * options_.step + pending_count_) * pixels);
    pending_count_ += count - done;
    return joined(parts);
}

Array OnednnStream::finish()
{
    if (finished_)
        return joined({});
    if (options_.frames > 0 && seen_ != options_.frames)
        throw Error(Error::Kind::Settings, "stream: announced with " +
                                               std::to_string(options_.frames) +
                                               " frames, ended after " + std::to_string(seen_));
    finished_ = true;
    const Array none({options_.streams, rgb, 0, options_.height, options_.width});
    return step(PlanarClips(none), 0, 0, /*last=*/true);
}

Array OnednnStream::joined(const std::vector<Array> &parts) const
{
    const std::int64_t channels = shapes_.back().channels;
    std::int64_t rows = 0;
    for (const Array &part : parts)
        rows += part.shape[1];
    Array all({options_.streams, rows, channels});
    auto to = all.values.begin();
    for (std::int64_t n = 0; n < options_.streams; ++n) {
        for (const Array &part : parts) {
            const std::int64_t values = part.shape[1] * channels;
            to = std::copy_n(part.values.begin() + n * values, values, to);
        }
    }
    return all;
}

} // namespace fovea
