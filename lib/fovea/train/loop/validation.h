// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "fovea/train/data/sample_source.h"
#include "fovea/train/loop/classifier.h"
#include "fovea/train/loop/processes.h"
#include "fovea/train/loop/recipe.h"

namespace fovea {

/** \brief What a classifier says of one sample: the scores of its views, pooled as a recipe says */
struct ScoredSample {
    std::size_t index = 0;     ///< of the sample
    std::int64_t target = 0;   ///< of several labels -1
    std::vector<int> targets;  ///< of several labels: those it has
    std::vector<float> scores; ///< by class: softmax, of several labels sigmoids

    bool is(std::int64_t label) const; ///< it has this label
};

/**
 * \brief Every sample of a source, in its order; the classifier is left in evaluation, not training
 * \param recipe how views are pooled
 * \param stop asked before each sample; once true, the rest is left out. May be empty
 * \param processes each scores a share; all have all of them in the end, but where one was stopped
 */
std::vector<ScoredSample> score_samples(Classifier &classifier, const SampleSource &source,
                                        std::int64_t epoch, const Recipe &recipe = {},
                                        const std::function<bool()> &stop = {},
                                        const Processes &processes = {});

/** \brief What training goes by */
struct ValidationFigures {
    double loss = 0;     ///< mean cross entropy of the scores; of several labels the binary one
    double accuracy = 0; ///< share of hits; of several labels the mean average precision
};

ValidationFigures figures_of(const std::vector<ScoredSample> &samples);

} // namespace fovea
