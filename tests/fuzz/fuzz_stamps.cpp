// SPDX-License-Identifier: MIT
#include <cstdint>
#include <cstring>
#include <vector>

#include "fovea/video/clip_schedule.h"
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

} // namespace

/*
 * Frames whose stamps go ahead, back or stand still by up to two seconds: work is bounded by the frames, and each
 * clip is filled slot by slot.
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
    options.back_to_back = (numbers.next<std::uint8_t>() & 1U) != 0;
    fovea::StreamSchedule schedule(options);
    fovea::Nanoseconds time = 0;
    std::int64_t newest = -1;
    for (int frame = 0; numbers.left() && frame < 10'000; ++frame) {
        const auto step = numbers.next<std::int16_t>(); // in 1/16 ms
        if (step == INT16_MIN) {
            schedule.restart();
            continue;
        }
        time =
            std::max<fovea::Nanoseconds>(0, time + step * fovea::nanoseconds_per_millisecond / 16);
        for (const fovea::Placement &placement : schedule.place(time, 0)) {
            if (placement.slot < 0 || placement.slot >= schedule.length() || placement.timestep < 0)
                std::abort();
            newest = std::max(newest, placement.timestep);
        }
    }
}
