// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "fovea/video/clip_assembler.h"
#include "targets.h"

namespace {

/** \brief Values from the input's bytes; zeros behind its end */
class Numbers
{
public:
    explicit Numbers(std::string_view bytes) : bytes_(bytes) {}

    bool left() const { return !bytes_.empty(); }

    template <typename Number>
    Number next()
    {
        Number value = 0;
        const std::size_t size = std::min(sizeof value, bytes_.size());
        std::memcpy(&value, bytes_.data(), size);
        bytes_.remove_prefix(size);
        return value;
    }

private:
    std::string_view bytes_;
};

/* A step's unit is 1/16 ms doubled up to 31 times: 32767 of them are 2 s, or 139 years. */
constexpr fovea::Nanoseconds finest_step = fovea::nanoseconds_per_millisecond / 16;
constexpr fovea::Nanoseconds latest_stamp = (fovea::Nanoseconds{1} << 62) - 1;

fovea::Nanoseconds stepped(fovea::Nanoseconds time, std::int16_t step, unsigned doublings)
{
    const fovea::Nanoseconds by = step * (finest_step << doublings);
    if (by > latest_stamp - time)
        return latest_stamp;
    return std::max<fovea::Nanoseconds>(0, time + by);
}

struct Stamped {
    int index = 0; ///< of the frame
    fovea::Nanoseconds time = 0;
};

/* Of frames that were there, none twice back in time */
void check(const std::vector<fovea::ClipAssembler<Stamped>::Clip> &clips, int length, int frames)
{
    for (const auto &clip : clips) {
        if (clip.frames.size() != static_cast<std::size_t>(length) || clip.timestep < 0)
            std::abort();
        const Stamped *before = nullptr;
        for (const Stamped &frame : clip.frames) {
            const bool was_there = frame.index >= 0 && frame.index < frames;
            const bool in_order =
                before == nullptr || (before->index <= frame.index && before->time <= frame.time);
            if (!was_there || !in_order)
                std::abort();
            before = &frame;
        }
    }
}

} // namespace

/*
 * Frames whose stamps go ahead, back or stand still, by nothing up to a hundred years: the work of each is bounded,
 * and clips are whole.
 */
void fuzz_stamps(std::string_view input)
{
    Numbers numbers(input);
    fovea::StreamSchedule::Options options;
    options.length = 1 + numbers.next<std::uint8_t>() % 64;
    options.frame_interval =
        numbers.next<std::uint8_t>() % 100 * fovea::nanoseconds_per_millisecond;
    options.timestep_interval =
        (1 + numbers.next<std::uint16_t>() % 5000) * fovea::nanoseconds_per_millisecond;
    const auto way = numbers.next<std::uint8_t>();
    options.back_to_back = (way & 1U) != 0;
    const auto tail = static_cast<fovea::Tail>(way / 2U % 3U);
    fovea::ClipAssembler<Stamped> assembler(std::make_unique<fovea::StreamSchedule>(options), tail);
    fovea::Nanoseconds time = 0;
    int frames = 0;
    while (numbers.left() && frames < 10'000) {
        const auto step = numbers.next<std::int16_t>();
        const auto scale = numbers.next<std::uint8_t>();
        if (step == INT16_MIN) {
            assembler.restart();
            continue;
        }
        time = stepped(time, step, scale % 32U);
        const fovea::Nanoseconds duration = scale / 32U * 40 * fovea::nanoseconds_per_millisecond;
        const auto clips = assembler.push({frames, time}, time, duration);
        check(clips, options.length, ++frames);
    }
    check(assembler.finish(), options.length, frames);
}
