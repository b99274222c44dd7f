// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "fovea/core/json.h"
#include "fovea/core/names.h"
#include "fovea/decide/label_decision.h"
#include "fovea/nn/multi_label_loss.h"
#include "fovea/train/loop/loss.h"

namespace fovea {

enum class OptimiserKind {
    Adam,  ///< weight decay as L2: added to the gradient
    AdamW, ///< weight decay taken off the weights
    Sgd    ///< with momentum
};

enum class Schedule {
    Constant,
    Step,    ///< times step_factor at each epoch of \a steps
    Plateau, ///< times step_factor after more than plateau epochs without a smaller validation loss
    Decay,   ///< times step_factor every decay_every steps after the first decay_after
    OneCycle, ///< up to the rate over warm_up of all steps, then down, both along a cosine (Smith 2018)
    Cosine ///< down to 0 along a cosine
};

constexpr Named<OptimiserKind> optimisers[] = {
    {OptimiserKind::Adam, "adam"}, {OptimiserKind::AdamW, "adamw"}, {OptimiserKind::Sgd, "sgd"}};

/** A decay's numbers are a recipe's own: nobody can ask for it */
constexpr Named<Schedule> schedules[] = {
    {Schedule::Constant, "constant"},  {Schedule::Step, "step"},
    {Schedule::Plateau, "plateau"},    {Schedule::Decay, "decay", "", NameUse::Stored},
    {Schedule::OneCycle, "one-cycle"}, {Schedule::Cosine, "cosine"}};

constexpr Named<nn::JointLoss> joint_losses[] = {{nn::JointLoss::JointMean, "joint-mean"},
                                                 {nn::JointLoss::SumOfMeans, "sum-of-means"}};

/** \brief What the labels of a clip are */
enum class Labelling {
    One, ///< one of the classes: cross entropy
    Many ///< any number of them, by frame and by video: binary cross entropy
};

/**
 * \brief How something is trained: all numbers that decide it
 *
 * The defaults are those of Ballan 2021; recipes by name stand in named_recipes.h.
 */
struct Recipe {
    Labelling labelling = Labelling::One;
    nn::JointLoss joint = nn::JointLoss::JointMean; ///< Many: frames and video together
    double overlap_share = 0;    ///< of the overlap loss beside the cross entropy; 0: none
    double overlap_power = 0.25; ///< of the overlap: Li et al., section IV-C
    int background = -1;         ///< class that shows no action, for the overlap loss; -1: none
    MapDistance map_distance = MapDistance::None; ///< to a teacher's last map
    double map_share = 1;                         ///< of that distance beside the cross entropy

    OptimiserKind optimiser = OptimiserKind::Adam;
    double learning_rate = 1e-3;
    double epsilon = 1e-8; ///< Adam, AdamW
    double momentum = 0;   ///< Sgd
    /// Sgd: share of each gradient but the first that its momentum leaves out
    double dampening = 0;
    double weight_decay = 1e-5;
    bool decays_all = true;       ///< weight decay is of biases and norms too
    double bias_factor = 1;       ///< of the rate of biases, but of those of norms
    double classifier_factor = 1; ///< of the rate of a network's last layer, its bias too
    double attention_factor = 1;  ///< of the rate of the attention inside a network

    Schedule schedule = Schedule::Constant;
    std::vector<int> steps;   ///< Step: epochs, from 0
    int plateau = 10;         ///< Plateau: epochs
    double step_factor = 0.1; ///< Step, Plateau, Decay
    int decay_after = 0;      ///< Decay: steps
    int decay_every = 1;      ///< Decay: steps
    double warm_up = 0.3;     ///< OneCycle: share of the steps; torch's default
    double start_factor = 25; ///< OneCycle: the first rate is the rate divided by this; torch's
    double end_factor = 1e4;  ///< OneCycle: the last is the first divided by this; torch's

    int batch_size = 32;
    int epochs = 100;
    Pooling pooling =
        Pooling::Card;         ///< of a video's views when it is judged; Card: of one label Mean,
                               ///< of many Max
    bool pools_logits = false; ///< Mean: of the logits, not of the scores
    bool keep_best = true;     ///< the epoch with the best validation accuracy, else the last
    bool best_by_loss = false; ///< best is what has the smallest validation loss
    int patience = 0;          ///< epochs without a new best that end the training; 0: none do
    int crop_rows = 0;         ///< of features: rows of a random crop; 0: as the card's window

    double label_smoothing = 0;       ///< share of the target spread over all classes, in [0, 1)
    std::vector<float> class_weights; ///< of the loss, by class; empty: 1
    double clip_norm = 0;             ///< of the whole gradient; 0: not clipped
    double mixup = 0;                 ///< alpha of the beta distribution (Zhang 2018); 0: none
    MixupOf mixup_of = MixupOf::Inputs;
    double average_decay = 0; ///< weights averaged by this a step and used; 0: as they are

    std::uint64_t seed = 0;
};

/** \throw Error Settings naming the first setting that is out of its range */
void check(const Recipe &recipe, std::int64_t classes);

/** \brief Everything that decides the outcome: kept in checkpoints, compared on resuming */
Json to_json(const Recipe &recipe);

/** \brief Weights of the loss that make every class count the same: clips / (classes * of class) */
std::vector<float> balanced_weights(const std::vector<std::int64_t> &clips_by_class);

/** \brief What a user sets otherwise than the recipe says */
struct RecipeChanges {
    std::optional<OptimiserKind> optimiser;
    std::optional<Schedule> schedule;
    std::optional<nn::JointLoss> joint;
    std::optional<int> patience;
    std::optional<double> learning_rate;
    std::optional<double> momentum;
    std::optional<double> weight_decay;
    std::optional<double> label_smoothing;
    std::optional<double> clip_norm;
    std::optional<double> mixup;
    std::optional<MixupOf> mixup_of;
    std::optional<double> average_decay;
    std::optional<int> epochs;
    std::optional<int> batch_size;
    std::vector<int> steps;
    bool many_labels = false; ///< any number of labels a clip
    bool balance = false;     ///< classes count the same, however many clips they have
    bool keep_last = false;   ///< the last epoch instead of the best
    std::uint64_t seed = 0;
};

/** \param clips_by_class for RecipeChanges::balance */
Recipe changed(Recipe recipe, const RecipeChanges &changes,
               const std::vector<std::int64_t> &clips_by_class);

/**
 * \brief Whether the changed recipe is in its ranges with any list, and each change means something with it
 * \throw Error Settings naming the option that does not; as check()
 */
void check_changes(const Recipe &recipe, const RecipeChanges &changes);

} // namespace fovea
