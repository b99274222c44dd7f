#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/enums.h"
#include "base/frame_worker.h"
#include "base/job_queue.h"
#include "base/live.h"
#include "fovea/bundle/load.h"
#include "fovea/core/image.h"
#include "fovea/detect/detector.h"
#include "fovea/detect/tracker.h"
#include "fovea/focus/region_grid.h"

namespace fovea {

/** \brief The properties of foveadetect */
struct DetectOptions {
    std::string model = "hog"; ///< needs no weights
    DetectorSettings detector;
    unsigned inference_interval = 1; ///< frames from one detection to the next
    ViewArea area = ViewArea::Frame;
    Leaky leaky = Leaky::Auto;
};

/**
 * \brief Frames in, persons with track ids on each of them
 *
 * Files: the detector runs in the streaming thread, its persons are those of that very frame.
 * Live: on a thread behind a bounded queue; frames carry the latest persons known, and those of
 * one detection count as detected on the first frame that carries them.
 */
class DetectWorker final : public FrameWorker
{
public:
    /** \throw Error as load_detector */
    DetectWorker(GstElement *element, const DetectOptions &options, WorkCounts *counts);

    /** \brief With a detector at hand in place of options.model */
    DetectWorker(GstElement *element, const DetectOptions &options, WorkCounts *counts,
                 std::unique_ptr<Detector> detector);

    void configure(const GstVideoInfo &info) override;
    void process(const Frame &frame) override;
    void drain(FoveaMeta *out) override;
    void reset() override;
    void discontinuity() override;

private:
    /** A frame that waits is old when its turn comes: one keeps the detector busy. */
    static constexpr std::size_t queued_frames = 1;

    RgbImage input_of(const Frame &frame) const;
    void detect(const RgbImage &image);
    void offer(const Frame &frame);
    std::vector<Person> take_persons();

    GstElement *element_;
    DetectOptions options_;
    WorkCounts *counts_; ///< of the element, which outlives its worker
    DropReport drop_report_;
    std::unique_ptr<Detector> detector_;
    IouTracker tracker_{IouTracker::Options{}};
    ImageSize size_; ///< of the frames, pixels
    Box view_ = whole_frame;
    ImageSize input_size_;
    std::uint64_t until_due_ = 0; ///< frames that pass before the detector runs again

    std::mutex mutex_; ///< guards persons_
    std::vector<Person> persons_;
    std::unique_ptr<JobQueue> queue_; ///< live only; last: its thread uses the members above
};

} // namespace fovea
