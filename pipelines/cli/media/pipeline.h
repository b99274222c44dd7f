// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include <gst/gst.h>

#include "fovea/video/decoding_report.h"
#include "media/chain.h"
#include "media/stall_watch.h"

namespace fovea {

class EarlyElements;

/** \brief The name that the muxer of a video chain must have for sound to join it */
constexpr const char *muxer_name = "muxer";

/** \brief The name that a foveahighlight of a video chain must have to cut the sound too */
constexpr const char *cutter_name = "cutter";

/** \brief The name of a capsfilter that a video chain has for StreamProbe::limit_range() */
constexpr const char *range_filter_name = "range";

/** \brief A file, decoded, and what its streams run through */
struct PipelineSpec {
    std::filesystem::path file;
    Chain video; ///< from decoded frames to a sink; with \a frame to its frames
    Chain audio; ///< from decoded sound to the muxer of \a video; empty: sound is not decoded
    Chain audio_to_cutter = {}; ///< from decoded sound to its cutter; \a audio begins behind it
    /** Gets each frame, in a thread of the pipeline; what it throws ends run(), which throws it */
    std::function<void(GstSample *)> frame = nullptr;
    EarlyElements *early = nullptr;          ///< some of the elements of \a video, where there are
    int patience_s = StallWatch::patience_s; ///< with a pipeline that stands still
};

/** \brief What is told while a pipeline runs, in the thread that called run() */
struct PipelineWatcher {
    std::function<void(double)> progress;              ///< share of the file, in [0, 1]
    std::function<void(const GstStructure *)> message; ///< element messages
};

/**
 * \brief Decodes one file through a chain of elements, as fast as it can, until its end
 *
 * Stream times count from the first frame, for sound too.
 */
class FilePipeline
{
public:
    /** \throw Error Init for an element that is not installed, Settings for a wrong property */
    explicit FilePipeline(const PipelineSpec &spec);
    ~FilePipeline();
    FilePipeline(const FilePipeline &) = delete;
    FilePipeline &operator=(const FilePipeline &) = delete;

    /**
     * A pipeline that stands still behind the last frame is ended, with a warning
     * \throw Error with the text of the first error on the bus, or where it stands still; Interrupted after Ctrl-C, when the
     * pipeline has been brought to its end
     */
    DecodingReport run(const PipelineWatcher &watcher);

private:
    struct State;
    void build(const PipelineSpec &spec);
    void run_to_end(const PipelineWatcher &watcher, DecodingReport *report);
    void stop();

    std::unique_ptr<State> state_;
};

} // namespace fovea
