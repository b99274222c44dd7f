// SPDX-License-Identifier: MIT
#include "service/page/prometheus.h"

#include <fstream>
#include <functional>
#include <sstream>

#include <unistd.h>

namespace fovea {

namespace {

/* The form's own escapes in the value of a label */
std::string escaped(const std::string &text)
{
    std::string out;
    for (const char letter : text) {
        if (letter == '\\' || letter == '"' || letter == '\n')
            out += '\\';
        out += letter == '\n' ? 'n' : letter;
    }
    return out;
}

class Lines
{
public:
    void head(const char *name, const char *type, const char *help)
    {
        out_ << "# HELP " << name << ' ' << help << "\n# TYPE " << name << ' ' << type << '\n';
    }

    template <typename Value>
    void one(const char *name, Value value)
    {
        out_ << name << ' ' << value << '\n';
    }

    /** \brief A figure of each \a owner, under the label \a label */
    template <typename Figures, typename Value>
    void each(const char *name, const char *type, const char *help, const char *label,
              const std::vector<std::pair<std::string, Figures>> &owners,
              const std::function<Value(const Figures &)> &value)
    {
        head(name, type, help);
        for (const auto &[owner, figures] : owners)
            out_ << name << '{' << label << "=\"" << escaped(owner) << "\"} " << value(figures)
                 << '\n';
    }

    std::string text() const { return out_.str(); }

private:
    std::ostringstream out_;
};

std::uint64_t resident_bytes()
{
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    std::ifstream("/proc/self/statm") >> all >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void tell_cameras(Lines *lines, const std::vector<std::pair<std::string, CameraStats>> &cameras)
{
    const auto each = [&](const char *name, const char *type, const char *help, auto value) {
        lines->each<CameraStats, double>(name, type, help, "camera", cameras, value);
    };
    const auto counts = [&](const char *name, const char *help, std::uint64_t CameraStats::*count) {
        lines->each<CameraStats, std::uint64_t>(
            name, "counter", help, "camera", cameras,
            [count](const CameraStats &stats) { return stats.*count; });
    };
    each("fovea_camera_up", "gauge", "Whether frames come",
         [](const CameraStats &stats) { return stats.up ? 1 : 0; });
    each("fovea_camera_picture_good", "gauge",
         "Whether it shows its scene: not black, covered, turned or damaged",
         [](const CameraStats &stats) { return stats.picture == "good" ? 1 : 0; });
    each("fovea_camera_record_up", "gauge", "Whether frames of record_uri come, where there is one",
         [](const CameraStats &stats) { return stats.record_up ? 1 : 0; });
    each("fovea_camera_last_frame_seconds", "gauge", "Since the last frame; -1: there was none",
         [](const CameraStats &stats) { return stats.seconds_since_frame; });
    each("fovea_camera_latency_seconds", "gauge",
         "From the end of the last window that was judged to its judgement; -1: there was none",
         [](const CameraStats &stats) { return stats.latency_seconds; });
    counts("fovea_camera_frames_total", "Frames decoded", &CameraStats::frames);
    counts("fovea_camera_dropped_frames_total", "Frames that the analysis had no time for",
           &CameraStats::dropped);
    counts("fovea_camera_losses_total", "Times that the camera was lost", &CameraStats::losses);
    counts("fovea_camera_pipeline_restarts_total", "Times that the analysis began anew",
           &CameraStats::restarts);
    counts("fovea_camera_cut_clips_total", "Clips that end early since the disk did not keep up",
           &CameraStats::cut_clips);
}

void tell_publishers(Lines *lines,
                     const std::vector<std::pair<std::string, PublisherCounts>> &publishers)
{
    const auto each = [&](const char *name, const char *type, const char *help, auto value) {
        lines->each<PublisherCounts, std::uint64_t>(name, type, help, "receiver", publishers,
                                                    value);
    };
    each("fovea_receiver_up", "gauge", "Whether the last try reached the receiver",
         [](const PublisherCounts &counts) { return counts.away ? 0U : 1U; });
    each("fovea_receiver_waiting_lines", "gauge", "Lines that wait for the receiver",
         [](const PublisherCounts &counts) { return counts.waiting; });
    each("fovea_receiver_delivered_lines_total", "counter", "Lines that the receiver has",
         [](const PublisherCounts &counts) { return counts.delivered; });
    each("fovea_receiver_refused_lines_total", "counter",
         "Lines that the receiver will never take, which were left out",
         [](const PublisherCounts &counts) { return counts.refused; });
    each("fovea_receiver_dropped_alarms_total", "counter",
         "Lines of alarms and cameras that found no room",
         [](const PublisherCounts &counts) { return counts.dropped_alarms; });
}

} // namespace

std::string to_prometheus(const WatchFigures &figures)
{
    Lines lines;
    lines.head("fovea_alarms_total", "counter", "Alarms that began");
    lines.one("fovea_alarms_total", figures.alarms);
    lines.head("fovea_store_failed_writes_total", "counter", "Writes to the database that failed");
    lines.one("fovea_store_failed_writes_total", figures.failed_writes);
    lines.head("process_resident_memory_bytes", "gauge", "Memory of the process");
    lines.one("process_resident_memory_bytes", resident_bytes());
    tell_cameras(&lines, figures.cameras);
    tell_publishers(&lines, figures.publishers);
    return lines.text();
}

} // namespace fovea
