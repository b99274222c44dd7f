// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "fovea/core/array.h"
#include "fovea/engine/activation_ranges.h"
#include "fovea/engine/feature_stream.h"

namespace fovea {

/** \brief The size most clips will have: threads are chosen by it */
struct ClipSize {
    std::int64_t frames = 0;
    std::int64_t height = 0; ///< pixels
    std::int64_t width = 0;  ///< pixels
};

struct EngineOptions {
    std::string device = "auto"; ///< auto, cpu, cuda, cuda:N
    std::string precision =
        "auto";         ///< auto: the fastest that is safe; fp32; bf16; int8 (CPU); fp16 (GPU)
    int threads = 0;    ///< of one call; 0: a choice by size of network and machine
    int batch_size = 0; ///< clips run at once; 0: a choice by memory
    std::string engine = "auto";  ///< auto: oneDNN on a CPU; onednn, torch
    ActivationRanges ranges = {}; ///< int8: of the model's layers
};

/**
 * \brief A network ready to run: clips in, feature rows out. Calls are serialised inside
 *
 * Of a backbone, but for NetworkRole::Attended of a detector: see bundle/object_extractor.h
 */
class FeatureExtractor
{
public:
    virtual ~FeatureExtractor() = default;

    /**
     * \param clips float [N, 3, T, H, W], normalised as the bundle's card says
     * \return float [N, T', C], spatial means of the last map (Ballan 2021)
     * \throw Error Settings when the shape does not fit the network (expected and got)
     */
    virtual Array rows(const Array &clips) = 0;

    virtual std::int64_t channels() const = 0;

    /** \brief Rows of a clip of \a frames frames */
    virtual std::int64_t rows_of(std::int64_t frames) const = 0;

    /** \brief Frames of one row of its streams; 0: it has none, LibTorch runs whole clips only */
    virtual std::int64_t frames_per_row() const { return 0; }

    /**
     * \brief The same network over streams whose frames come bit by bit; outlives the extractor
     * \throw Error Settings where it cannot: LibTorch runs whole clips only
     */
    virtual std::unique_ptr<FeatureStream> open_stream(const StreamOptions &options);

    /** \brief What runs it, to be told at start: "LibTorch 1.13.1, cpu, 2 threads, fp32" */
    virtual std::string runtime() const = 0;
};

} // namespace fovea
