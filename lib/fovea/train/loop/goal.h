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

/**
 * \brief What Goal::judge() begins with: the mean loss of a source's samples
 * \param at_once samples of a stack \param stop as there: what is returned then is no mean
 * \param loss_of the sum over a stack, whose inputs are where the student is, the labels on the CPU
 */
double mean_loss(
    Classifier &student, const SampleSource &source, int at_once, const std::function<bool()> &stop,
    const std::function<double(const at::Tensor &inputs, const at::Tensor &labels)> &loss_of);

} // namespace fovea
