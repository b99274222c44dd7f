// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

namespace fovea {

/** \brief One training example, or all views of one video to be scored */
struct Sample {
    at::Tensor input;             ///< float; in evaluation: [views, ...]
    std::int64_t target = 0;      ///< class; of several labels the first
    at::Tensor labels = {};       ///< several labels: 0 or 1, float [classes, T]; else undefined
    float overlap = 1;            ///< a window's with the action it shows (intersection over union)
    at::Tensor video_labels = {}; ///< several labels, in training: of the whole video, [classes]
};

/**
 * \brief What is trained on
 *
 * A sample follows from (epoch, index) alone, whatever thread asks and in whatever order: so the
 * same seed gives the same weights, resumed or not.
 */
class SampleSource
{
public:
    virtual ~SampleSource() = default;

    /** \brief Indices of the samples of an epoch, in order; of as many in every epoch, about */
    virtual std::vector<std::size_t> order(std::int64_t epoch) const = 0;

    /** \brief Called from several threads at once. \throw Error when it cannot be read */
    virtual Sample sample(std::size_t index, std::int64_t epoch) const = 0;

    /** \brief Some of a sample's views, where all of them at once would not fit into memory */
    struct Part {
        Sample sample; ///< of these views alone
        bool is_last = true;
    };

    /** \brief The views of a sample in evaluation, part by part: 0, 1, ... until the last */
    virtual Part part(std::size_t index, std::int64_t epoch, std::size_t place) const
    {
        (void)place; // the only one
        return {sample(index, epoch), true};
    }
};

/** \brief Numbers 0 to count - 1 */
std::vector<std::size_t> in_order(std::size_t count);

/** \brief The same in an order that follows from (seed, epoch) */
std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed, std::int64_t epoch);

/** \brief The same, number i floor(w) times, and once more with the chance of the rest; w: its weight */
std::vector<std::size_t> drawn_by_weight(const std::vector<double> &weights, std::uint64_t seed,
                                         std::int64_t epoch);

} // namespace fovea
