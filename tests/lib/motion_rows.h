// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/ATen.h>

#include "fovea/core/motion_layout.h"

namespace fovea::test {

/** \brief One row: \a count persons with random features, and pairs of the first with each other one, or each with the next */
inline at::Tensor motion_of(const MotionLayout &layout, int count, bool in_chain = false)
{
    at::Tensor motion = at::zeros({layout.channels()});
    at::Tensor persons = motion.narrow(0, 0, layout.pairs_at())
                             .view({MotionLayout::persons, layout.steps, MotionLayout::of_person});
    at::Tensor pairs = motion.narrow(0, layout.pairs_at(), layout.members() - layout.pairs_at())
                           .view({MotionLayout::pairs, layout.steps, MotionLayout::of_pair});
    for (int i = 0; i < count; ++i) {
        persons[i] = at::randn({layout.steps, MotionLayout::of_person});
        persons[i].select(1, static_cast<std::int64_t>(PersonFeature::Seen)).fill_(1);
        motion[layout.places() + i * MotionLayout::of_place] = 10 + i; // the track's id
        if (i > 0) {
            pairs[i - 1] = at::randn({layout.steps, MotionLayout::of_pair});
            motion[layout.members() + 2 * (i - 1)] = in_chain ? i : 1;
            motion[layout.members() + 2 * (i - 1) + 1] = i + 1;
        }
    }
    motion[layout.energy()] = 0.3F;
    motion[layout.energy() + 1] = 0.7F;
    return motion;
}

} // namespace fovea::test
