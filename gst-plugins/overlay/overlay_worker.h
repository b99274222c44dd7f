// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/frame_worker.h"
#include "overlay/live_scene.h"
#include "overlay/painter.h"
#include "overlay/results_scene.h"
#include "overlay/tile_cache.h"

namespace fovea {

/** \brief The properties of foveaoverlay */
struct OverlayOptions {
    std::string results;
    std::string normal = "normal";
    std::string font = "Sans";
    std::uint32_t accent = 0xff33c6ff;
    double highlight_quantile = 0.8;
    Parts parts;
};

/** \brief Draws on frames what their metadata, or a results file, says */
class OverlayWorker final : public FrameWorker
{
public:
    /** \throw Error NotFound or Settings naming the results file and its line */
    OverlayWorker(GstElement *element, const OverlayOptions &options);

    /** \brief All but results and the normal label, by which moments were judged, are taken */
    void update(const OverlayOptions &options);

    void configure(const GstVideoInfo &info) override;
    void process(const Frame &frame) override;
    void reset() override;

    void discontinuity() override {} // what was shown a moment ago still holds

private:
    Scene scene_of(const Frame &frame);

    OverlayOptions options_;
    GstVideoInfo info_ = {};
    LiveScene live_;
    std::optional<ResultsScene> results_;
    bool asked_duration_ = false;
    std::optional<Style> style_;
    std::optional<TileCache> cache_;
};

} // namespace fovea
