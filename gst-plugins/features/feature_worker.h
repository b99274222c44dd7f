// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/enums.h"
#include "base/frame_worker.h"
#include "base/live.h"
#include "base/newest_queue.h"
#include "features/clip_features.h"
#include "features/flow_frames.h"
#include "features/held_frames.h"
#include "features/sampling.h"
#include "features/stream_features.h"
#include "fovea/bundle/bundle.h"
#include "fovea/bundle/default_model.h"
#include "fovea/core/frame_clock.h"
#include "fovea/engine/feature_extractor.h"
#include "fovea/focus/salient_box.h"
#include "fovea/focus/second_look.h"

namespace fovea {

/** \brief The focus properties of foveafeatures */
struct FocusOptions {
    SecondLook look = look_of_card;
    double size = salient_share; ///< side of the box, share of the network's input
    std::string truth;           ///< what the video shows, see shown_classes(); empty: not known
    int memory_mb = 1024;        ///< that the frames kept may take
};

/** \brief The properties of foveafeatures */
struct FeatureOptions {
    std::string model = default_model;
    std::string attended; ///< empty: the card's
    std::string model_instance_id;
    EngineOptions engine;
    SamplingSettings sampling;
    GateOptions gate;
    FocusOptions focus;
    Leaky leaky = Leaky::Auto;
    int input_size = 0; ///< side, pixels; 0: the card's
};

/** \brief How far rows trail the frames they are of; written and read by any thread */
struct RowDelay {
    std::atomic<std::int64_t> look_ahead = 0; ///< frames behind a row's own that it must see
    std::atomic<GstClockTime> time = 0;       ///< from the start of a row to its last such frame
};

/** \brief What foveafeatures tells of its work; it outlives each worker */
struct FeatureReadings {
    WorkCounts counts; ///< of timesteps
    RowDelay delay;
};

/**
 * \brief Frames in, feature rows on the metadata of later frames
 *
 * Files: rows are computed in the streaming thread and ride on the frame that completes them.
 * Live: on a thread of its own; they ride on the first frame after they are done. Where the network
 * is too slow the newest clip is looked at, those before it are dropped.
 */
class FeatureWorker final : public FrameWorker
{
public:
    /** \throw Error as Bundle::open and load_feature_extractor */
    FeatureWorker(GstElement *element, const FeatureOptions &options, FeatureReadings *readings);

    /** \brief Only the limit of the frames kept is taken */
    void update(const FeatureOptions &options)
    {
        options_.focus.memory_mb = options.focus.memory_mb;
    }

    void configure(const GstVideoInfo &info) override;
    void process(const Frame &frame) override;
    void drain(FoveaMeta *out) override;
    void reset() override;
    void discontinuity() override;

private:
    using Assembler = ClipAssembler<HeldFrame>;

    /** \brief Live: what the network is to see next; results trail the video by two clips at most */
    struct Waiting {
        Assembler::Clip clip;
        std::uint64_t unseen = 0; ///< timesteps dropped before it
    };

    std::unique_ptr<ClipFeatures> clip_features() const;
    RowNetwork attended_network(const Bundle &attended) const;
    std::unique_ptr<FocusChooser> focus_chooser() const;
    SecondLook checked_look(bool streams) const;
    void begin();
    void choose_thread();
    void tell_delay(Nanoseconds frame_interval);
    std::vector<RowPointer> rows_of(const Assembler::Clip &clip);
    std::vector<RowPointer> stream(const Assembler::Clip &clip);
    std::vector<RowPointer> finish_stream();
    void compute(const Assembler::Clip &clip);
    void offer(Assembler::Clip clip, const Frame &frame);
    void attach_finished(FoveaMeta *meta);

    GstElement *element_;
    FeatureOptions options_;
    Bundle bundle_;
    SecondLook look_; ///< nothing in it is Card
    WorkCounts *counts_;
    RowDelay *delay_;
    ActivityCard card_;
    std::shared_ptr<FeatureExtractor> extractor_;
    std::unique_ptr<ClipFeatures> features_;
    std::unique_ptr<StreamFeatures> stream_;          ///< null: clips are run one by one
    std::map<std::int64_t, Assembler::Clip> waiting_; ///< of a plan: complete before their turn
    std::int64_t next_timestep_ = 0;                  ///< whose turn it is
    std::shared_ptr<const GstVideoInfo> info_;
    std::unique_ptr<Assembler> assembler_;
    bool planned_ = false;
    bool told_backwards_ = false;
    bool row_jumped_ = false;      ///< it jumped since the last row; of the thread that computes
    std::uint64_t row_unseen_ = 0; ///< timesteps dropped since the last row; of the same thread
    std::int64_t row_frames_ = 0;  ///< frames that delay_ spans, while their interval is not known
    DropReport drop_report_;

    HeldFrames held_;
    std::unique_ptr<FlowFrames> flow_; ///< null: the network sees the frames themselves
    FrameClock flow_clock_;            ///< flow does not go on over a jump

    std::mutex mutex_; ///< guards finished_
    std::vector<RowPointer> finished_;
    std::unique_ptr<NewestQueue<Waiting>>
        queue_; ///< live only; last: its thread uses the members above
};

} // namespace fovea
