// SPDX-License-Identifier: MIT
#include "fovea/train/loop/recipe.h"

#include <algorithm>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"

namespace fovea {

namespace {

template <typename Value>
void take(Value *setting, const std::optional<Value> &change)
{
    if (change)
        *setting = *change;
}

} // namespace

void check(const Recipe &recipe, std::int64_t classes)
{
    const auto refuse_unless = [](bool fits, const std::string &expected) {
        if (!fits)
            throw Error(Error::Kind::Settings, "training: expected " + expected);
    };
    const auto expect = [&](bool fits, const std::string &expected, double got) {
        refuse_unless(fits, expected + ", got " + formatted("%g", got));
    };
    expect(recipe.learning_rate > 0, "a learning rate > 0", recipe.learning_rate);
    expect(recipe.batch_size >= 1, "a batch of at least 1", static_cast<double>(recipe.batch_size));
    expect(recipe.epochs >= 1, "at least 1 epoch", recipe.epochs);
    expect(recipe.weight_decay >= 0, "a weight decay >= 0", recipe.weight_decay);
    expect(recipe.momentum >= 0 && recipe.momentum < 1, "a momentum in [0, 1)", recipe.momentum);
    expect(recipe.label_smoothing >= 0 && recipe.label_smoothing < 1, "a label smoothing in [0, 1)",
           recipe.label_smoothing);
    expect(recipe.average_decay >= 0 && recipe.average_decay < 1, "an average decay in [0, 1)",
           recipe.average_decay);
    expect(recipe.mixup >= 0, "a mixup >= 0", recipe.mixup);
    expect(recipe.clip_norm >= 0, "a largest norm of the gradient >= 0", recipe.clip_norm);
    expect(recipe.patience >= 0, "a patience >= 0", recipe.patience);
    refuse_unless(recipe.decay_after >= 0 && recipe.decay_every >= 1,
                  "decay after 0 steps or more, every step or more");
    refuse_unless(recipe.labelling == Labelling::One ||
                      (recipe.mixup == 0 && recipe.label_smoothing == 0 &&
                       recipe.class_weights.empty() && recipe.overlap_share == 0),
                  "no mixup, label smoothing, balance or overlap loss with several labels a clip; "
                  "where the recipe smooths them give --label-smoothing 0");
    refuse_unless(recipe.mixup == 0 || recipe.overlap_share == 0, "no mixup with the overlap loss");
    refuse_unless(recipe.mixup > 0 || recipe.mixup_of == MixupOf::Inputs,
                  "--mixup above 0 where --mixup-of says what it mixes");
    refuse_unless(recipe.map_distance == MapDistance::None || recipe.mixup_of == MixupOf::Inputs,
                  "no --mixup-of where a teacher's map is learned");
    refuse_unless(recipe.class_weights.empty() ||
                      static_cast<std::int64_t>(recipe.class_weights.size()) == classes,
                  "a weight for each of " + std::to_string(classes) + " classes, got " +
                      std::to_string(recipe.class_weights.size()));
}

Json to_json(const Recipe &recipe)
{
    Json entries = {{"labelling", recipe.labelling == Labelling::Many ? "many" : "one"},
                    {"joint", name_of(joint_losses, recipe.joint)},
                    {"overlap_share", recipe.overlap_share},
                    {"overlap_power", recipe.overlap_power},
                    {"background", recipe.background},
                    {"map_distance", name_of(map_distances, recipe.map_distance)},
                    {"map_share", recipe.map_share},
                    {"optimiser", name_of(optimisers, recipe.optimiser)},
                    {"learning_rate", recipe.learning_rate},
                    {"epsilon", recipe.epsilon},
                    {"momentum", recipe.momentum},
                    {"weight_decay", recipe.weight_decay},
                    {"schedule", name_of(schedules, recipe.schedule)},
                    {"steps", recipe.steps},
                    {"step_factor", recipe.step_factor},
                    {"decay_after", recipe.decay_after},
                    {"decay_every", recipe.decay_every},
                    {"warm_up", recipe.warm_up},
                    {"start_factor", recipe.start_factor},
                    {"end_factor", recipe.end_factor},
                    {"batch_size", recipe.batch_size},
                    {"epochs", recipe.epochs},
                    {"pooling", name_of(poolings, recipe.pooling)},
                    {"pools_logits", recipe.pools_logits},
                    {"keep_best", recipe.keep_best},
                    {"best_by_loss", recipe.best_by_loss},
                    {"patience", recipe.patience},
                    {"crop_rows", recipe.crop_rows},
                    {"label_smoothing", recipe.label_smoothing},
                    {"class_weights", recipe.class_weights},
                    {"clip_norm", recipe.clip_norm},
                    {"mixup", recipe.mixup},
                    {"average_decay", recipe.average_decay},
                    {"seed", recipe.seed}};
    // What checkpoints of before do not say
    if (recipe.mixup_of != MixupOf::Inputs)
        entries["mixup_of"] = name_of(mixups, recipe.mixup_of);
    if (recipe.schedule == Schedule::Plateau)
        entries["plateau"] = recipe.plateau;
    if (recipe.dampening != 0)
        entries["dampening"] = recipe.dampening;
    if (!recipe.decays_all)
        entries["decays_all"] = false;
    if (recipe.bias_factor != 1)
        entries["bias_factor"] = recipe.bias_factor;
    if (recipe.classifier_factor != 1)
        entries["classifier_factor"] = recipe.classifier_factor;
    if (recipe.attention_factor != 1)
        entries["attention_factor"] = recipe.attention_factor;
    return entries;
}

std::vector<float> balanced_weights(const std::vector<std::int64_t> &clips_by_class)
{
    std::int64_t total = 0;
    for (const std::int64_t count : clips_by_class)
        total += count;
    std::vector<float> weights;
    for (const std::int64_t count : clips_by_class)
        weights.push_back(static_cast<float>(total) /
                          static_cast<float>(static_cast<std::int64_t>(clips_by_class.size()) *
                                             std::max<std::int64_t>(count, 1)));
    return weights;
}

Recipe changed(Recipe recipe, const RecipeChanges &changes,
               const std::vector<std::int64_t> &clips_by_class)
{
    take(&recipe.optimiser, changes.optimiser);
    take(&recipe.schedule, changes.schedule);
    if (changes.schedule == Schedule::Step || changes.schedule == Schedule::Plateau)
        recipe.step_factor = Recipe().step_factor; // the recipe's own may be another's
    take(&recipe.joint, changes.joint);
    take(&recipe.patience, changes.patience);
    if (changes.many_labels)
        recipe.labelling = Labelling::Many;
    take(&recipe.learning_rate, changes.learning_rate);
    take(&recipe.momentum, changes.momentum);
    take(&recipe.weight_decay, changes.weight_decay);
    take(&recipe.label_smoothing, changes.label_smoothing);
    take(&recipe.clip_norm, changes.clip_norm);
    take(&recipe.mixup, changes.mixup);
    take(&recipe.mixup_of, changes.mixup_of);
    take(&recipe.average_decay, changes.average_decay);
    take(&recipe.epochs, changes.epochs);
    take(&recipe.batch_size, changes.batch_size);
    if (!changes.steps.empty())
        recipe.steps = changes.steps;
    if (changes.balance)
        recipe.class_weights = balanced_weights(clips_by_class);
    if (changes.keep_last)
        recipe.keep_best = false;
    recipe.seed = changes.seed;
    return recipe;
}

void check_changes(const Recipe &recipe, const RecipeChanges &changes)
{
    const Recipe made = changed(recipe, changes, /*clips_by_class=*/{1, 1});
    const auto refuse_unless = [](bool has_meaning, const std::string &option,
                                  const std::string &expected, const std::string &got,
                                  const std::string &remedy) {
        if (!has_meaning)
            throw Error(Error::Kind::Settings,
                        option + ": expected " + expected + ", got " + got + "; " + remedy);
    };
    const std::string schedule = name_of(schedules, made.schedule);
    refuse_unless(changes.steps.empty() || made.schedule == Schedule::Step, "--steps",
                  "the schedule step", schedule, "add --schedule step, or leave --steps out");
    refuse_unless(changes.schedule != Schedule::Step || !made.steps.empty(), "--schedule step",
                  "the epochs at which the rate falls", "none", "give --steps");
    refuse_unless(!changes.momentum || made.optimiser == OptimiserKind::Sgd, "--momentum",
                  "the optimiser sgd", name_of(optimisers, made.optimiser),
                  "add --optimiser sgd, or leave --momentum out");
    refuse_unless(!changes.joint || made.labelling == Labelling::Many, "--joint",
                  "any number of labels a clip", "one", "add --many-labels, or leave --joint out");
    check(made, /*classes=*/2);
}

} // namespace fovea
