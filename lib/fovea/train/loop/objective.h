// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "fovea/core/random.h"
#include "fovea/train/data/batch_loader.h"
#include "fovea/train/loop/classifier.h"
#include "fovea/train/loop/recipe.h"

namespace fovea {

/** \brief What training minimises: the losses of a recipe over a batch */
class Objective
{
public:
    /**
     * \param teacher whose last maps the student's shall be like; null without a map distance. Must
     * outlive this; it is in evaluation, and gets no gradient
     * \throw Error Settings when the recipe asks for a distance and there is no teacher
     */
    Objective(const Recipe &recipe, std::int64_t classes, Classifier *teacher);

    struct Outcome {
        at::Tensor loss; ///< sum over the samples, with its graph
        double hits = 0; ///< samples whose best class is their label, or one of their labels
    };

    /**
     * \brief One stack of a batch; of clips with six channels the student sees the first three, the
     * teacher the others
     * \throw Error Settings when the samples do not have the labels that the recipe is for
     */
    Outcome of(Classifier &student, const Batch &batch, std::size_t stack, Random *random) const;

private:
    Outcome one_label(const Response &response, const at::Tensor &targets, const at::Tensor &shares,
                      const at::Tensor &overlaps) const;
    Outcome many_labels(const Response &response, const at::Tensor &labels,
                        const at::Tensor &video) const;

    Recipe recipe_;
    std::int64_t classes_;
    Classifier *teacher_;
    at::Tensor class_weights_;
};

} // namespace fovea
