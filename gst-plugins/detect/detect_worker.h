// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/enums.h"
#include "base/frame_worker.h"
#include "base/live.h"
#include "base/newest_queue.h"
#include "detect/detector_team.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/core/frame_clock.h"
#include "fovea/core/image.h"
#include "fovea/detect/detector.h"
#include "fovea/detect/motion_gate.h"
#include "fovea/detect/tracker.h"
#include "fovea/focus/region_grid.h"
#include "meta/analytics.h"

namespace fovea {

/** \brief The properties of foveadetect */
struct DetectOptions {
    std::string model = "hog"; ///< needs no weights
    std::string model_instance_id;
    float threshold = 0.5F; ///< score, in [0, 1]
    PictureEngine detector;
    unsigned inference_interval = 1; ///< frames from one detection to the next
    double inference_period_ms = 0;  ///< from one to the next, in its place; 0: by frames
    double motion_gate = 0;          ///< see MotionGate::set_threshold()
    ViewArea area = ViewArea::Frame;
    Leaky leaky = Leaky::Auto;
};

/** \brief And frames that the detector did not look at because nothing had moved */
struct DetectCounts : WorkCounts {
    std::atomic<std::uint64_t> still = 0;
};

/**
 * \brief Frames in, persons with track ids on each of them
 *
 * Files: its persons are those of that very frame; where the detector has twins, they look at the
 * next frames meanwhile.
 * Live: on a thread behind a bounded queue; frames carry the latest persons known, and those of
 * one detection count as detected on the first frame that carries them. Frames between detections
 * carry each person where the track's motion takes it. Tracks end where the stamps jump.
 */
class DetectWorker final : public FrameWorker
{
public:
    /** \throw Error as shared_detector */
    DetectWorker(GstElement *element, const DetectOptions &options, DetectCounts *counts);

    /** \brief A worker with a detector at hand in place of options.model */
    DetectWorker(GstElement *element, const DetectOptions &options, DetectCounts *counts,
                 std::shared_ptr<Detector> detector);

    /** \brief Thresholds and intervals are taken; an interval counts from the next frame */
    void update(const DetectOptions &options);

    void configure(const GstVideoInfo &info) override;
    void foresee(const Frame &frame) override;
    bool can_wait() override;
    void process(const Frame &frame) override;
    void drain(FoveaMeta *out) override;
    void reset() override;
    void discontinuity() override;

private:
    /** Foreseen that are held for the detector, 50 MB of 1080p */
    static constexpr std::size_t most_ahead = 16;
    static constexpr std::size_t most_bytes_ahead = 64 << 20;

    /** What the detector is to see next */
    struct Waiting {
        RgbImage image;
        Nanoseconds time = 0;
        float threshold = 0;
        bool anew = false; ///< the stamps jumped before it
    };

    /** A frame that is foreseen */
    struct Ahead {
        bool jumped = false;         ///< the stamps, before it
        DetectorTeam::Found found{}; ///< null: the detector does not look at it
        bool anew = false;           ///< as in Waiting
    };

    Waiting input_of(const Frame &frame);
    void look(const Frame &frame, Ahead *ahead);
    bool follow(const Frame &frame);
    bool take_turn(const Frame &frame);
    void forget_persons();
    void take(std::vector<Person> found, Nanoseconds time, bool anew);
    void offer(const Frame &frame, Waiting waiting);
    std::vector<Person> take_persons(Nanoseconds time);

    GstElement *element_;
    DetectOptions options_;
    DetectCounts *counts_; ///< of the element, which outlives its worker
    DropReport drop_report_;
    std::shared_ptr<Detector> detector_;
    std::unique_ptr<DetectorTeam> team_; ///< files only
    std::deque<Ahead> ahead_;            ///< oldest first
    std::size_t most_ahead_ = 0;
    bool is_live_ = false; ///< no frame is held
    MotionGate gate_;
    Tracker tracker_;
    AnalyticsMirror analytics_;
    FrameClock clock_;
    bool anew_ = false; ///< the stamps jumped since the last detection
    ImageSize size_;    ///< of the frames, pixels
    Box view_ = whole_frame;
    ImageSize input_size_;
    std::uint64_t until_due_ = 0; ///< frames that pass before the detector runs again
    Nanoseconds due_ = 0;         ///< when it does, where the interval is one of time
    bool at_once_ = true;         ///< it does now

    std::mutex mutex_; ///< guards what follows, but for the queue
    std::vector<Track> persons_;
    bool carried_ = false; ///< a frame has had persons_ as its own
    std::unique_ptr<NewestQueue<Waiting>>
        queue_; ///< live only; last: its thread uses the members above
};

} // namespace fovea
