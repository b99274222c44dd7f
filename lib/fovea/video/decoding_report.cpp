// SPDX-License-Identifier: MIT
#include "fovea/video/decoding_report.h"

#include <algorithm>

#include "fovea/core/clock_text.h"
#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"

namespace fovea {

namespace {

constexpr double tolerated_share = 0.95; // of the stated duration, less a second: containers round

bool ends_before(Nanoseconds reached, Nanoseconds stated)
{
    return to_seconds(reached) < tolerated_share * to_seconds(stated) - 1;
}

/* Nor far behind it: then the stamps count from elsewhere */
bool ends_at(Nanoseconds reached, Nanoseconds stated)
{
    return !ends_before(reached, stated) && !ends_before(stated, reached);
}

// fewer are of frames that were written twice
constexpr std::uint64_t some_standing = 25;
constexpr std::uint64_t standing_share = 100; // of which they are one

std::string time_lapse(std::uint64_t frames)
{
    return ", so of its " + std::to_string(frames) +
           " frames hardly more than the last is judged; give time-lapse the rate of a video "
           "first, "
           "for example with: ffmpeg -i FILE -vf setpts=N/25/TB -r 25 OTHER.mp4";
}

} // namespace

std::string nothing_decoded(const DecodingReport &report)
{
    if (report.unread == 0)
        return "not one frame could be decoded; it may be damaged or cut short";
    return "not one of its " + std::to_string(report.unread) +
           " frames could be converted to a format that is read; convert the file to H.264 first";
}

void check_decoded(const DecodingReport &report)
{
    if (report.frames == 0)
        throw Error(Error::Kind::Settings, nothing_decoded(report));
}

std::vector<std::string> notes_of(const DecodingReport &report, Nanoseconds stated,
                                  bool ends_within_a_part)
{
    std::vector<std::string> notes(report.warnings.begin(), report.warnings.end());
    if (ends_before(report.reached, stated) && !ends_at(report.last_stamp, stated))
        notes.push_back("goes to " + clock_text(to_seconds(report.reached)) + " of its " +
                        clock_text(to_seconds(stated)) + " only; it seems damaged or cut short");
    else if (ends_within_a_part)
        notes.push_back("goes to " + clock_text(to_seconds(report.reached)) +
                        ", and its last part is not whole; it seems cut short");
    if (report.gaps > 0)
        notes.push_back(
            "has " + counted(report.gaps, "gap") + " of more than 2 s between frames, " +
            clock_text(to_seconds(report.in_gaps)) + " in all; nothing is judged across a gap" +
            (2 * report.gaps >= report.frames ? time_lapse(report.frames) : std::string()));
    if (report.standing >= std::max(some_standing, report.frames / standing_share))
        notes.push_back("has " + std::to_string(report.standing) +
                        " frames at the time of the one before, as where another recording begins "
                        "whose times begin anew; they are judged as one moment");
    if (report.unread > 0)
        notes.push_back(std::to_string(report.unread) + " of its " +
                        std::to_string(report.frames + report.unread) +
                        " frames could not be converted to a format that is read");
    return notes;
}

} // namespace fovea
