// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/enums.h"
#include "base/expected_input.h"
#include "base/frame_worker.h"
#include "base/live.h"
#include "base/newest_queue.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/core/image.h"
#include "fovea/core/person.h"
#include "fovea/pose/pose_estimator.h"

namespace fovea {

/** \brief The properties of foveapose */
struct KeypointOptions {
    std::string model = "keypoints"; ///< whose weights ship
    PictureEngine network;
    unsigned most = 4;               ///< persons of a frame, the largest
    unsigned least_height = 25;      ///< pixels of a person's box: below, keypoints are invented
    unsigned inference_interval = 2; ///< of the frames that the detector looked at, every so many
    Leaky leaky = Leaky::Auto;
};

/**
 * \brief Persons with track ids in, their keypoints on each frame
 *
 * A person is looked at in frames that the detector saw. Between looks the keypoints go with the box,
 * for a second at most. Files: the network runs in the streaming thread. Live: on a thread behind a
 * bounded queue, and frames carry the latest keypoints known.
 */
class PoseWorker final : public FrameWorker
{
public:
    /** \throw Error as load_pose_estimator */
    PoseWorker(GstElement *element, const KeypointOptions &options, WorkCounts *counts);

    /** \brief A worker with a network at hand in place of options.model */
    PoseWorker(GstElement *element, const KeypointOptions &options, WorkCounts *counts,
               std::shared_ptr<PoseEstimator> estimator);

    void configure(const GstVideoInfo &info) override;
    void process(const Frame &frame) override;
    void drain(FoveaMeta *out) override;
    void reset() override;

private:
    /** \brief A person who is looked at, or was */
    struct Look {
        int id = -1;
        Box box;
        Box square; ///< what is cut out
        Pose pose;
        Nanoseconds time = 0;
    };

    /** \brief What the network is to see next */
    struct Waiting {
        std::vector<Look> looks;
        std::vector<RgbImage> crops; ///< of each
    };

    bool take_turn(const std::vector<Person> &persons);
    Waiting input_of(const Frame &frame, std::vector<Person> persons) const;
    void offer(const Frame &frame, Waiting waiting);
    void look(Waiting waiting);
    void attach(Nanoseconds time, std::vector<Person> *persons);

    GstElement *element_;
    KeypointOptions options_;
    WorkCounts *counts_; ///< of the element, which outlives its worker
    DropReport drop_report_;
    ExpectedInput expected_{element_, "person", {"foveadetect", "foveatrack"}};
    std::shared_ptr<PoseEstimator> estimator_;
    ImageSize size_;         ///< of the frames, pixels
    unsigned until_due_ = 0; ///< frames with detections that pass before the next look

    std::mutex mutex_;          ///< guards known_
    std::map<int, Look> known_; ///< the last of each track
    std::unique_ptr<NewestQueue<Waiting>>
        queue_; ///< live only; last: its thread uses the members above
};

} // namespace fovea
