// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "fovea/train/loop/objective.h"
#include "fovea/train/loop/validation.h"

namespace fovea {

/** \brief What a training that is not of classes minimises, and is judged by */
class Goal
{
public:
    virtual ~Goal() = default;

    /** \brief As Objective::of, of one stack of a batch: its inputs and labels */
    virtual Objective::Outcome of(Classifier &student, const at::Tensor &input,
                                  const at::Tensor &labels) const = 0;

    /**
     * \brief What a source's samples show; the student is left in evaluation
     * \param stop asked before each batch; once true, the rest is left out. May be empty
     */
    virtual ValidationFigures judge(Classifier &student, const SampleSource &source,
                                    const std::function<bool()> &stop) const = 0;
};

} // namespace fovea
