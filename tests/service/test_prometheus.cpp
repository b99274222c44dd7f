// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "service/page/prometheus.h"

namespace fovea::test {

TEST(Prometheus, EachFigureHasItsTypeAndItsCamera)
{
    WatchFigures figures;
    CameraStats stats;
    stats.up = true;
    stats.frames = 12;
    stats.losses = 2;
    stats.cut_clips = 5;
    stats.seconds_since_frame = 0.5;
    stats.latency_seconds = 0.25;
    stats.record_up = false;
    figures.cameras.emplace_back("door", stats);
    figures.cameras.emplace_back("the \"yard\"\n", CameraStats());
    PublisherCounts counts;
    counts.waiting = 3;
    counts.refused = 6;
    counts.away = true;
    figures.publishers.emplace_back("mqtt://house", counts);
    figures.alarms = 4;
    figures.failed_writes = 7;
    const std::string text = to_prometheus(figures);
    for (const char *line :
         {"# TYPE fovea_alarms_total counter\nfovea_alarms_total 4\n",
          "# TYPE fovea_camera_up gauge\nfovea_camera_up{camera=\"door\"} 1\n",
          "fovea_camera_up{camera=\"the \\\"yard\\\"\\n\"} 0\n",
          "fovea_camera_frames_total{camera=\"door\"} 12\n",
          "fovea_camera_losses_total{camera=\"door\"} 2\n",
          "# TYPE fovea_camera_cut_clips_total "
          "counter\nfovea_camera_cut_clips_total{camera=\"door\"} 5\n",
          "fovea_camera_last_frame_seconds{camera=\"door\"} 0.5\n",
          "fovea_camera_record_up{camera=\"door\"} 0\n",
          "fovea_camera_latency_seconds{camera=\"door\"} 0.25\n",
          "fovea_store_failed_writes_total 7\n", "fovea_receiver_up{receiver=\"mqtt://house\"} 0\n",
          "fovea_receiver_waiting_lines{receiver=\"mqtt://house\"} 3\n",
          "# TYPE fovea_receiver_refused_lines_total "
          "counter\nfovea_receiver_refused_lines_total{receiver=\"mqtt://house\"} 6\n"})
        EXPECT_NE(text.find(line), std::string::npos) << line << text;
}

} // namespace fovea::test
