// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/expected_input.h"
#include "base/frame_worker.h"
#include "fovea/detect/unseen_motion.h"
#include "fovea/focus/actor_box.h"
#include "meta/analytics.h"

namespace fovea {

/** \brief The properties of foveaactor */
struct ActorSettings {
    ActorOptions actor;
    unsigned window_ms = 2200; ///< what the compact network sees at once
    std::string box;           ///< "x,y,width,height", normalised; empty: from the persons
    bool crop = false;
    unsigned crop_size = 224; ///< pixels; Ballan 2021
};

/**
 * \brief Persons in, the square around the acting one on each frame; at the end of the stream the
 * survey of all of it, as the message `fovea-actor`
 */
class ActorWorker final : public FrameWorker
{
public:
    /** \throw Error Settings naming the property when box is not four numbers inside the frame */
    ActorWorker(GstElement *element, const ActorSettings &settings);

    /** \brief All but box and the crop are taken */
    void update(const ActorSettings &settings);

    void configure(const GstVideoInfo &info) override;
    void process(const Frame &frame) override;
    void render(const Frame &in, const Frame &out) override;
    void drain(FoveaMeta *out) override;
    void reset() override;
    void discontinuity() override;

private:
    std::optional<Box> find(const Frame &frame, const FoveaMeta &meta);
    void expect_persons(const Frame &frame);
    bool takes_motion() const;

    GstElement *element_;
    ActorSettings settings_;
    ExpectedInput expected_{element_, "person", {"foveadetect", "foveatrack"}};
    std::optional<Box> fixed_;
    ImageSize size_;                    ///< of the frames, pixels
    std::optional<ActorWindow> window_; ///< once caps are set; the survey too
    std::optional<ActorSurvey> survey_;
    UnseenMotion unseen_;
    AnalyticsMirror analytics_; ///< of the cropped frames
    std::uint64_t frames_ = 0;
    std::uint64_t frames_with_person_ = 0;
};

} // namespace fovea
