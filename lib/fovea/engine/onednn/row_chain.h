// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "fovea/engine/onednn/arena.h"
#include "fovea/engine/onednn/plan_layout.h"

namespace fovea {

/**
 * \brief The first layers of a network of pictures, a row of each in turn
 *
 * Where maps are large and channels few, a layer takes as long as its map to the memory and back. Here
 * the next layer reads a row while it is in the cache, and no map but the last is ever whole.
 * Of floats, on one thread, with AVX-512.
 */
class RowChain
{
public:
    /** \return null where the first layers are none for it */
    static std::unique_ptr<RowChain> make(const PlanLayout &layout);

    /** \brief The node whose map it makes; those before it are read by no other */
    std::size_t last() const { return layers_.back().node; }

    /** \param in [N, H, W, C] of the graph's input \param out of last() */
    void run(const float *in, float *out);

private:
    struct Layer {
        std::size_t node = 0;
        std::size_t source =
            0; ///< the layer whose rows it reads; of the first, which copies: itself
        std::size_t addend = no_node; ///< the layer whose rows are added
        bool by_channel = false;      ///< depthwise
        int kernel = 1;               ///< 1 or 3
        int before = 0;               ///< padding, at most a pixel, as behind
        int stride = 1;
        int height = 0;
        int width = 0;
        int channels = 0;
        nn::Activation activation;
        std::vector<float> bias;
        AlignedBytes weights; ///< [row][column][in, or 1][out]

        AlignedBytes ring;      ///< rows with a pixel of zeros at both ends; of the last: none
        int rows = 0;           ///< of the ring
        std::size_t margin = 0; ///< floats before a row's first pixel
        std::size_t pitch = 0;  ///< floats of a row
    };

    /** A row of a layer */
    struct Step {
        std::size_t layer;
        int row;
    };

    RowChain() = default;

    bool append(const PlanLayout &layout, std::size_t node);
    bool is_closed(const PlanLayout &layout) const;
    std::size_t layer_of(std::size_t node) const;
    void schedule();
    void make_row(std::size_t index, int row, std::vector<int> *made);
    int first_row_read(const Layer &layer, int row) const;
    void place_rings();
    void run_step(const Step &step, const float *in, float *out);
    float *ring_row(Layer &layer, int row);

    std::vector<Layer> layers_; ///< the first copies the input
    std::vector<Step> steps_;
    std::vector<float> zeros_; ///< a row of them
    std::size_t streams_ = 1;
};

/**
 * \brief Makes a plan begin with the first layers where they are such a chain, once the input is allocated
 * \return the first node behind them, or behind the input
 */
std::size_t emit_row_chain(PlanLayout &layout, Plan &plan);

} // namespace fovea
