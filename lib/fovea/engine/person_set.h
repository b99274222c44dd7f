// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "fovea/core/motion_layout.h"
#include "fovea/engine/plain_head.h"

namespace fovea {

/** \brief nn::PersonSet without LibTorch: see there */
class PlainPersonSet
{
public:
    /** \throw Error Settings where a parameter is missing or misshapen */
    PlainPersonSet(const HeadParameters &parameters, std::int64_t classes);

    /** \brief What it makes of a row: of each person, then of each pair. Rows that say the same share it */
    using Features = std::shared_ptr<const std::vector<float>>;

    /** \brief Some rows, whoever of their persons is looked at */
    struct Window {
        std::vector<const float *>
            rows; ///< what a MotionLayout says of each: they must outlive this
        std::vector<Features> features; ///< by row
    };

    /** \param row as the layout has it */
    Features features_of(const float *row) const;

    /** \return logits by class */
    std::vector<double> logits(const Window &window) const;

    /** \brief As nn::PersonSet::person_weights() */
    std::vector<float> person_weights(const Window &window, std::size_t winner) const;

private:
    /** \brief Two convolutions over time, then the maximum over it */
    struct OverTime {
        std::int64_t channels = 0;
        std::vector<float> first; ///< [taps][channels][first_features]
        std::vector<float> first_bias;
        std::vector<float> second; ///< [taps][first_features][set_features]
        std::vector<float> second_bias;

        OverTime(const HeadParameters &parameters, const std::string &name, std::int64_t channels);

        /** \param input [steps][channels] \param to set_features */
        void run(const std::vector<float> &input, float *to) const;
    };

    std::vector<double> logits(const Window &window, const float *without) const;

    MotionLayout layout_;
    OverTime person_, pair_;
    SharedArray nobody_, alone_;
    SharedArray fc1_, fc1_bias_, fc2_, fc2_bias_;
};

} // namespace fovea
