// SPDX-License-Identifier: MIT
#include "fovea/train/loop/learning_rate.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fovea {

namespace {

constexpr double pi = 3.141592653589793;

/** \brief The way from \a from to \a to along half a cosine; \a share of it in [0, 1] */
double cosine(double from, double to, double share)
{
    return to + (from - to) * (1 + std::cos(pi * share)) / 2;
}

/* As torch.optim.lr_scheduler.OneCycleLR with anneal_strategy "cos" */
double one_cycle(const Recipe &recipe, double step, double total)
{
    const double start = recipe.learning_rate / recipe.start_factor;
    const double peak_step = recipe.warm_up * total - 1;
    if (step <= peak_step)
        return cosine(start, recipe.learning_rate, peak_step > 0 ? step / peak_step : 1);
    const double rest = std::max(total - 1 - peak_step, 1.0);
    return cosine(recipe.learning_rate, start / recipe.end_factor, (step - peak_step) / rest);
}

} // namespace

double learning_rate(const Recipe &recipe, std::int64_t step, std::int64_t steps_per_epoch)
{
    const auto total = static_cast<double>(recipe.epochs * steps_per_epoch);
    const std::int64_t epoch = step / std::max<std::int64_t>(steps_per_epoch, 1);
    switch (recipe.schedule) {
    case Schedule::Constant:
    case Schedule::Plateau:
        break;
    case Schedule::Step: {
        const auto passed = std::count_if(recipe.steps.begin(), recipe.steps.end(),
                                          [&](int at) { return epoch >= at; });
        return recipe.learning_rate * std::pow(recipe.step_factor, passed);
    }
    case Schedule::Decay: {
        const std::int64_t beyond = step - recipe.decay_after;
        const std::int64_t passed = beyond < 0 ? 0 : beyond / recipe.decay_every;
        return recipe.learning_rate * std::pow(recipe.step_factor, passed);
    }
    case Schedule::OneCycle:
        return one_cycle(recipe, static_cast<double>(step), total);
    case Schedule::Cosine:
        return cosine(recipe.learning_rate, 0, static_cast<double>(step) / total);
    }
    return recipe.learning_rate;
}

double plateau_factor(const Recipe &recipe, const std::vector<EpochRecord> &history)
{
    if (recipe.schedule != Schedule::Plateau)
        return 1;
    constexpr double less = 1 - 1e-4;
    double smallest = std::numeric_limits<double>::infinity();
    int waited = 0;
    double factor = 1;
    for (const EpochRecord &record : history) {
        if (!record.validated)
            continue;
        if (record.validation_loss < smallest * less) {
            smallest = record.validation_loss;
            waited = 0;
        } else if (++waited > recipe.plateau) {
            factor *= recipe.step_factor;
            waited = 0;
        }
    }
    return factor;
}

} // namespace fovea
