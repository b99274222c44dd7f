// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <vector>

/** \brief The logistic function, written down for the tests */
inline double sigmoid(double x)
{
    return 1 / (1 + std::exp(-x));
}

/** \brief Shares that sum to 1, in the order of the logits */
template <typename Number>
std::vector<Number> softmax(const std::vector<Number> &logits)
{
    double sum = 0;
    std::vector<Number> shares;
    for (const double logit : logits)
        sum += std::exp(logit);
    for (const double logit : logits)
        shares.push_back(static_cast<Number>(std::exp(logit) / sum));
    return shares;
}
