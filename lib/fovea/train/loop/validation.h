// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "fovea/train/data/sample_source.h"
#include "fovea/train/loop/classifier.h"

namespace fovea {

/**
 * \brief What a classifier says of one sample: the mean of the scores of its views
 *
 * Of several labels: their sigmoids, the greatest of the views (Sydorov 2019, 5.2).
 */
struct ScoredSample {
    std::size_t index = 0;     ///< of the sample
    std::int64_t target = 0;   ///< of several labels -1
    std::vector<int> targets;  ///< of several labels: those it has
    std::vector<float> scores; ///< by class; of one label sum 1

    bool is(std::int64_t label) const; ///< it has this label
};

/**
 * \brief Every sample of a source, in its order; the classifier is left in evaluation, not training
 * \param ahead samples prepared ahead
 * \param stop asked before each sample; once true, the rest is left out. May be empty
 */
std::vector<ScoredSample> score_samples(Classifier &classifier, const SampleSource &source,
                                        std::int64_t epoch, int ahead,
                                        const std::function<bool()> &stop = {});

/** \brief What training goes by */
struct ValidationFigures {
    double loss = 0;     ///< mean cross entropy of the scores; of several labels the binary one
    double accuracy = 0; ///< share of hits; of several labels the mean average precision
};

ValidationFigures figures_of(const std::vector<ScoredSample> &samples);

} // namespace fovea
