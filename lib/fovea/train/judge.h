#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "fovea/train/classifier.h"
#include "fovea/train/sample_source.h"

namespace fovea {

/** \brief What a classifier says of one sample: the mean of the scores of its views */
struct Judged {
    std::size_t index = 0; ///< of the sample
    std::int64_t target = 0;
    std::vector<float> scores; ///< by class, sum 1
};

/**
 * \brief Every sample of a source, in its order; the classifier is left judging, not training
 * \param ahead samples prepared ahead
 * \param stop asked before each sample; once true, the rest is left out. May be empty
 */
std::vector<Judged> judge(Classifier &classifier, const SampleSource &source, std::int64_t epoch,
                          int ahead, const std::function<bool()> &stop = {});

} // namespace fovea
