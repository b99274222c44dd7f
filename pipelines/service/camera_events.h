// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fovea/core/array.h"
#include "fovea/core/image.h"
#include "fovea/core/result.h"
#include "fovea/core/time.h"

namespace fovea {

/** \brief What foveaalarm says of a camera */
struct AlarmNews {
    AlarmEvent alarm; ///< times in the stream
    std::string model;
    Nanoseconds utc_offset = 0; ///< leads from a time in the stream to nanoseconds since 1970
    ImageSize resolution = {};  ///< of the camera's frames; 0: not known
};

/** \brief What foveaattention says of a window that can be judged, with the rows that it was made from */
struct WindowNews {
    TimeSpan time;                            ///< in the stream
    float score = 0;                          ///< the highest of an event, in [0, 1]
    std::optional<Array> rows;                ///< float [R, T', C]; none: they are not told
    Nanoseconds utc_offset = 0;               ///< as AlarmNews
    std::vector<ScoredLabel> scores = {};     ///< best first
    std::vector<WeightedRegion> regions = {}; ///< where it looked
    bool is_wanted =
        true; ///< false: outside the camera's hours, where only what began within them goes on
};

/** \brief Of a loss: not the camera, what is behind it failed and begins anew */
constexpr const char *pipeline_reason = "pipeline";

/** \brief Of a loss: it does not come up, and is waited for */
constexpr const char *late_reason = "late";

/** \brief A camera is there, or is not, or what it shows is another thing than its scene */
struct CameraNews {
    bool up = false;
    std::string reason;     ///< of a loss: as foveacamera names it, pipeline_reason or late_reason
    std::string picture;    ///< as foveacamera names it; empty: this is not about it
    std::string text;       ///< one line, without secrets
    bool is_record = false; ///< of record_uri: what is looked at goes on
};

/** \brief A clip is whole, or could not be written */
struct ClipNews {
    std::uint64_t clip = 0; ///< of the camera, since the start
    std::string file;       ///< empty: it could not, for the reason in text
    std::string text;
};

struct CameraStats {
    bool up = false;
    std::string picture = "good"; ///< as foveacamera names it
    bool record_up = true;        ///< whether record_uri gives frames, where there is one
    std::uint64_t frames = 0;
    std::uint64_t dropped = 0;
    std::uint64_t losses = 0;
    std::uint64_t restarts = 0;      ///< of the pipeline behind the camera
    std::uint64_t cut_clips = 0;     ///< that ended early since the disk did not keep up
    double seconds_since_frame = -1; ///< below 0: there was none
    double latency_seconds = -1;     ///< behind the last window's end; below 0: there was none
};

/** \brief Who is told; on the main loop's thread */
class CameraListener
{
public:
    virtual ~CameraListener() = default;
    virtual void on_alarm(const std::string &camera, const AlarmNews &news) = 0;

    /** \brief Scores that raise an alarm by the card and the configuration came and went */
    virtual void on_peak(const std::string &camera, const AlarmNews &news) = 0;
    virtual void on_window(const std::string &camera, const WindowNews &news) = 0;
    virtual void on_camera(const std::string &camera, const CameraNews &news) = 0;
    virtual void on_clip(const std::string &camera, const ClipNews &news) = 0;
};

} // namespace fovea
