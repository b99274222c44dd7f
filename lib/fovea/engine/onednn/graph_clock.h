// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fovea/engine/onednn/graph_shapes.h"
#include "fovea/nn/graph.h"

namespace fovea {

/** \brief Frames of one value in one step: those kept from before, then those that are new */
struct ValueStep {
    std::int64_t held = 0;
    std::int64_t fresh = 0;
    std::int64_t keep = 0; ///< the last of both, for the steps to come
};

/** \brief What a node reads of one input, counted from the first held frame */
struct ReadStep {
    std::int64_t begin = 0;
    std::int64_t frames = 0;
};

struct NodeStep {
    ValueStep value;             ///< what the node makes
    std::vector<ReadStep> reads; ///< by input
    std::int64_t before = 0;     ///< frames of padding: at the start of the stream only
    std::int64_t after = 0;      ///< at its end only
};

/** \brief All nodes; two equal steps are the same work */
struct GraphStep {
    std::vector<NodeStep> nodes;

    /** \brief Numbers that tell steps apart */
    std::vector<std::int64_t> key() const;
};

/**
 * \brief Which frames every node of a graph can make, and must keep, as a stream goes by
 *
 * A node makes a frame as soon as all that its kernel sees is there; padding stands at the true
 * start and end of the stream. The sum over all steps is what the graph makes of the whole stream
 * at once; a clip at once is one step that is first and last.
 */
class GraphClock
{
public:
    /**
     * \param shapes by map_shapes(). Where the frames are unknown, SAME padding is that of a stream
     * of which every stride is a divisor
     */
    GraphClock(const nn::Graph &graph, std::vector<MapShape> shapes);

    /** \param frames new ones, >= 0; \a last: the stream ends with them */
    GraphStep advance(std::int64_t frames, bool last);

private:
    struct Progress {
        std::int64_t made = 0; ///< frames of the node's own value so far
        std::int64_t base = 0; ///< of which those before are let go
    };

    std::int64_t outputs_of(std::size_t node, std::int64_t total) const;
    std::int64_t pad_before(std::size_t node) const;
    NodeStep step(std::size_t node, const std::vector<NodeStep> &done, bool last);
    void keep(std::vector<NodeStep> &done, bool last);

    const nn::Graph &graph_;
    std::vector<MapShape> shapes_;
    std::vector<Progress> progress_;
};

/**
 * \brief Frames that must have been seen before the first row is final
 * \throw Error Settings as map_shapes()
 */
std::int64_t frames_to_first_row(const nn::Graph &graph, const MapShape &clip);

} // namespace fovea
