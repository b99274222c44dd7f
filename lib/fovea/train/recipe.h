#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fovea/core/json.h"

namespace fovea {

enum class OptimiserKind {
    Adam,  ///< weight decay as L2: added to the gradient
    AdamW, ///< weight decay taken off the weights
    Sgd    ///< with momentum
};

enum class Schedule {
    Constant,
    Step,     ///< times step_factor at each epoch of \a steps
    OneCycle, ///< up to the rate over warm_up of all steps, then down, both along a cosine (Smith 2018)
    Cosine ///< down to 0 along a cosine
};

/**
 * \brief How something is trained: the one place where these numbers stand
 *
 * The defaults are those of spec A, Training: of heads on features.
 */
struct Recipe {
    OptimiserKind optimiser = OptimiserKind::Adam;
    double learning_rate = 1e-3;
    double epsilon = 1e-8; ///< Adam, AdamW
    double momentum = 0;   ///< Sgd
    double weight_decay = 1e-5;

    Schedule schedule = Schedule::Constant;
    std::vector<int> steps;   ///< Step: epochs, from 0
    double step_factor = 0.1; ///< Step
    double warm_up = 0.3;     ///< OneCycle: share of the steps; torch's default
    double start_factor = 25; ///< OneCycle: the first rate is the rate divided by this; torch's
    double end_factor = 1e4;  ///< OneCycle: the last is the first divided by this; torch's

    int batch_size = 32;
    int epochs = 100;
    bool keep_best = true; ///< the epoch with the best validation accuracy, else the last

    double label_smoothing = 0;       ///< share of the target spread over all classes, in [0, 1)
    std::vector<float> class_weights; ///< of the loss, by class; empty: 1
    double clip_norm = 0;             ///< of the whole gradient; 0: not clipped
    double mixup = 0;                 ///< alpha of the beta distribution (Zhang 2018); 0: none
    double average_decay = 0;         ///< weights averaged by this a step and used; 0: as they are

    std::uint64_t seed = 0;
};

/** \brief Heads on dumped features: spec A, stage 2 */
Recipe head_recipe();

/** \brief Multi-regional fine-tuning of a pretrained network: spec A, stage 1 */
Recipe fine_tuning_recipe();

/** \brief The compact network from scratch: AdamW 3e-3, one cycle, as measured for it */
Recipe from_scratch_recipe();

/** \throw Error Settings naming the first setting that is out of its range */
void check(const Recipe &recipe, std::int64_t classes);

/** \brief Everything that decides the outcome: kept in checkpoints, compared on resuming */
Json to_json(const Recipe &recipe);

/** \brief The rate of one optimiser step, both counted from 0 */
double learning_rate(const Recipe &recipe, std::int64_t step, std::int64_t steps_per_epoch);

/** \brief Weights of the loss that make every class count the same: clips / (classes * of class) */
std::vector<float> balanced_weights(const std::vector<std::int64_t> &clips_by_class);

} // namespace fovea
