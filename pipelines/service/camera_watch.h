// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gst/gst.h>

#include "fovea/bundle/card_alarms.h"
#include "fovea/core/growing_pause.h"
#include "media/chain.h"
#include "service/camera_events.h"
#include "service/camera_pictures.h"
#include "service/evidence/evidence_recorder.h"
#include "service/pipeline_thread.h"
#include "service/wanted_alarms.h"
#include "service/watch_config.h"

namespace fovea {

/**
 * \brief One camera of a watch: its pipeline, kept going whatever happens
 *
 * All but pictures and the recorder's frames runs on the main loop's thread.
 */
class CameraWatch
{
public:
    /** \brief For its pipeline to come up: networks are read while many cameras do */
    static constexpr std::chrono::seconds begin_patience{30};

    /**
     * \param own bundle of the camera's own head on the watch's model; empty: the model's
     * \param listener outlives it \throw Error when the model or a property cannot be used
     */
    CameraWatch(const WatchConfig &watch, const CameraConfig &camera, std::string own,
                CameraListener *listener);
    ~CameraWatch();
    CameraWatch(const CameraWatch &) = delete;
    CameraWatch &operator=(const CameraWatch &) = delete;

    /**
     * \brief Its pipeline comes up on a thread of its own
     *
     * Where no threads are to be had, that is told and tried again.
     * \param patience then it is told that it does not \throw Error when an element is missing
     */
    void start(std::chrono::seconds patience = begin_patience);

    /** \brief As start(), of a watch that goes on: where it cannot, that is told and tried again */
    void start_or_later();

    /** \brief Nothing more is told of it. Its pipeline goes down on a thread of its own */
    void begin_stop();

    /** \brief Waits for its pipeline to have come up, which it does before it goes down. \return whether it has */
    bool wait_begun(std::chrono::steady_clock::time_point until) const;

    /**
     * \brief Waits for it to be down, and for clips to be whole; begin_stop() was called
     * \param until none: however long it takes
     * \return false: it hangs, as files of a network that is gone do, and must not be destroyed
     */
    bool end_stop(std::optional<std::chrono::steady_clock::time_point> until);

    /**
     * \brief Waits for clips that end_stop() gave up
     * \return false: threads hang with them, as on a disk that is gone, and use GStreamer; it may be destroyed
     */
    bool are_clips_down(std::chrono::steady_clock::time_point until) const
    {
        return recorder_ == nullptr || recorder_->is_down(until);
    }

    const CameraConfig &config() const { return camera_; }

    CameraStats stats() const;

    /** \brief Limits of alarms from the next window on, over card and configuration */
    void set_limits(const CardAlarms &limits);

    /** \brief The bundle that labels and raises alarms */
    const std::string &head() const { return head_; }

    /** \brief The last picture, a second old at most while the camera is up; JPEG, empty: none yet */
    std::vector<std::uint8_t> picture() const { return pictures_.recent().last(); }

    /** \brief The picture nearest to a time in the stream of the last ten seconds; empty: there is none */
    std::vector<std::uint8_t> picture_near(Nanoseconds time) const
    {
        return pictures_.recent().nearest(time);
    }

    /** \brief An alarm's clip; 0: nothing is recorded. \param file without extension */
    std::uint64_t begin_clip(Nanoseconds start, const std::filesystem::path &file);
    void end_clip(std::uint64_t clip, Nanoseconds end);

private:
    void build();
    void go_down();
    void forget_pipeline(); ///< that was not begun
    void forget_elements();
    void settle();
    void tell_down(const char *reason, const std::string &why);
    void restart_later(const std::string &why);
    Nanoseconds utc_offset() const;
    void take_alarm(const GstStructure *message);
    void take_peak(const GstStructure *message);
    void take_window(const GstStructure *message);
    void take_camera(const GstStructure *message);
    void take_record(const GstStructure *message);
    static gboolean on_message(GstBus *bus, GstMessage *message, gpointer self);
    static gboolean on_late(gpointer self);
    static gboolean on_restart(gpointer self);

    WatchConfig watch_;
    CameraConfig camera_;
    std::string head_; ///< bundle that labels and raises alarms
    int normal_;       ///< its class that is no event
    CameraListener *listener_;
    std::unique_ptr<EvidenceRecorder> recorder_; ///< none: nothing is recorded
    GstElement *pipeline_ = nullptr;
    GstElement *source_ = nullptr;    ///< foveacamera; the pipeline's
    GstElement *recorded_ = nullptr;  ///< foveacamera of record_uri, or source_
    GstElement *alarm_ = nullptr;     ///< foveaalarm; the pipeline's
    GstElement *counting_ = nullptr;  ///< foveaalarm that tells peaks; none: nobody asks for them
    std::set<std::uint64_t> counted_; ///< stretches that began while alarms were wanted
    WantedAlarms wanted_;             ///< of the pipeline
    std::string limits_;              ///< as set_limits() said last
    guint bus_watch_ = 0;
    std::unique_ptr<PipelineThread> thread_; ///< of the pipeline, until nothing of it is there
    guint late_ = 0;                         ///< timer: it should have come up by then
    guint restart_ = 0;                      ///< timer
    bool hangs_ = false;                     ///< told: it goes down for a restart, and does not end
    GrowingPause pause_;                     ///< before a restart
    std::uint64_t restarts_ = 0;
    CameraStats before_; ///< counts of the pipelines that were
    double latency_seconds_ = -1;
    ImageSize resolution_; ///< when it came up last
    CameraPictures pictures_;
};

} // namespace fovea
