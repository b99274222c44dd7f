// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "fovea/engine/onednn/graph_clock.h"
#include "fovea/engine/onednn/plan.h"
#include "fovea/engine/onednn/primitives.h"
#include "fovea/nn/graph.h"

namespace fovea {

struct PlanRequest {
    const nn::Graph &graph; ///< must outlive the plan where it has LibTorch layers
    const std::vector<MapShape> &shapes;
    const GraphStep &step;
    std::int64_t streams = 1;                ///< N
    const std::vector<ValueFormat> &formats; ///< by node
    bool bf16x3 = false;                     ///< convolutions of floats: see bf16x3.h
    bool by_rows = false;                    ///< on one thread: see row_chain.h
};

constexpr std::size_t no_node = static_cast<std::size_t>(-1);

/**
 * \brief Where the values of one step lie, how long they live, what of them goes to the next step
 *
 * A value of one stream lies behind the frames held from before, so that a kernel reads both in
 * place; with more streams, what a node reads across that border is gathered for it.
 */
class PlanLayout
{
public:
    PlanLayout(const PlanRequest &request, Plan &plan);

    const nn::Node &node(std::size_t index) const { return request_.graph.nodes()[index]; }

    std::size_t size() const { return request_.graph.nodes().size(); }

    /** \brief Nodes whose maps are asked for */
    const std::vector<std::size_t> &outputs() const { return request_.graph.outputs(); }

    const NodeStep &step(std::size_t index) const { return request_.step.nodes[index]; }

    const MapShape &shape(std::size_t index) const { return request_.shapes[index]; }

    std::int64_t streams() const { return request_.streams; }

    const ValueFormat &format(std::size_t index) const { return request_.formats[index]; }

    std::size_t frame_bytes(std::size_t index) const;

    PartShape part(std::size_t index, std::int64_t frames) const;

    /** \brief Padding of this step for a node that reads \a source */
    nn::Padding padding(std::size_t index) const;

    /** \brief The sum at which a convolution is run, as its post-op; or no_node */
    std::size_t sum_of(std::size_t convolution) const { return sum_of_[convolution]; }

    /** \brief The input of a sum that is such a convolution: 0 or 1; or no_node */
    std::size_t addend_of(std::size_t sum) const { return addend_of_[sum]; }

    /** \brief The node being compiled: what is placed from now on lives from here */
    void begin(std::size_t index) { now_ = index; }

    /** \brief A buffer that lives for the node being compiled */
    Plan::Place scratch(std::size_t bytes);

    void allocate(std::size_t index);

    /** \brief Puts a sum where its other input lies, if that dies here \return false: it cannot */
    bool allocate_in_place(std::size_t sum);

    /** \brief The new frames of a node's value, dense [N, frames, ...] */
    Plan::Place fresh(std::size_t index) const;

    /** \brief The frames that a node reads of its input, dense */
    Plan::Place read(std::size_t index, std::size_t input);

    bool bf16x3() const { return request_.bf16x3; }

    bool by_rows() const { return request_.by_rows; }

    /** \brief Likewise, of floats, their channels split: see bf16x3.h */
    Plan::Place read_split(std::size_t index, std::size_t input);

    /** \brief Puts frames held from before in front of the new ones, and those to keep aside */
    void remember(std::size_t index);

private:
    /** Frames of a value as several convolutions read them */
    struct Split {
        std::size_t value;
        std::int64_t begin;
        std::int64_t frames;
        Plan::Place place;
    };

    void fuse_sums();
    void find_last_uses();

    const PlanRequest &request_;
    Plan &plan_;
    std::vector<std::size_t> sum_of_;
    std::vector<std::size_t> addend_of_;
    std::vector<std::size_t> last_use_; ///< by node: the last that reads its value
    std::vector<Plan::Place> places_;   ///< by node: frames held (one stream), then the new ones
    std::vector<Split> splits_;
    std::size_t now_ = 0;
};

} // namespace fovea
