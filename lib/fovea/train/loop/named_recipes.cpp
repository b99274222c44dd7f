// SPDX-License-Identifier: MIT
#include "fovea/train/loop/named_recipes.h"

#include "fovea/core/errors.h"
#include "fovea/core/names.h"

namespace fovea {

namespace {

using Trains = NamedRecipe::Trains;

constexpr double crop_side = 224.0 / 256; // cut out of the resized frame: Sydorov 2019, 5.3

Recipe sgd(double rate, double weight_decay, int epochs, std::vector<int> steps, int batch_size)
{
    Recipe recipe;
    recipe.optimiser = OptimiserKind::Sgd;
    recipe.momentum = 0.9;
    recipe.learning_rate = rate;
    recipe.weight_decay = weight_decay;
    recipe.epochs = epochs;
    recipe.batch_size = batch_size;
    if (!steps.empty()) {
        recipe.schedule = Schedule::Step;
        recipe.steps = std::move(steps);
    }
    return recipe;
}

NamedRecipe fine_tuning()
{
    NamedRecipe named;
    named.name = "fine-tuning";
    named.what = "the last stages, on random regions; then a head (Ballan 2021, 4.2)";
    named.recipe.batch_size = 4;
    named.partial = true;
    named.head = "ra";
    return named;
}

NamedRecipe from_scratch()
{
    NamedRecipe named;
    named.name = "from-scratch";
    named.what = "a small network from random weights (as measured for watch)";
    named.from_scratch = true;
    named.augmentation = from_scratch_augmentation();
    named.head = "none";
    Recipe &recipe = named.recipe;
    recipe.optimiser = OptimiserKind::AdamW;
    recipe.learning_rate = 3e-3;
    recipe.weight_decay = 0.02;
    recipe.schedule = Schedule::OneCycle;
    recipe.batch_size = 16;
    recipe.epochs = 60;
    recipe.keep_best = false; // with an average of weights the last epoch is the best guess
    recipe.label_smoothing = 0.1;
    recipe.average_decay = 0.98;
    return named;
}

/* Of one network alone, on validation: docs/default-model.md */
NamedRecipe pictures_first()
{
    NamedRecipe named = from_scratch();
    named.name = "pictures-first";
    named.what = "layers of single pictures by a network for keypoints (--teacher), then the rest "
                 "with those fixed (a choice of this project)";
    named.partial = true;
    named.recipe.epochs = 40;
    Recipe lesson = named.recipe;
    lesson.epochs = 120;
    lesson.learning_rate = 2e-3;
    lesson.weight_decay = 1e-4;
    lesson.label_smoothing = 0;
    lesson.average_decay = 0.99;
    named.pictures = lesson;
    return named;
}

/** \brief Sydorov 2019, 5.3; weight decay as in the authors' code */
NamedRecipe charades(const std::string &name, const std::string &what, Recipe recipe,
                     const SecondLook &focus)
{
    NamedRecipe named;
    named.name = name;
    named.what = what + " (Sydorov 2019, 5.3)";
    named.recipe = std::move(recipe);
    named.recipe.labelling = Labelling::Many;
    named.clip_by_clip = true;
    named.augmentation.flip = 0.5;
    named.augmentation.sides = {crop_side};
    named.focus = focus;
    named.head = "none";
    return named;
}

/* The paper has no numbers of its own. These are of junmuzi/sta-mars, a public code that seems to be its
 * authors': train.py, models/resnext_fa.py and finetuning-rgb-hmdb51-split1.sh, from weights that were
 * fine-tuned on the data set. Its milestones are stepped by the loss and so never reached */
NamedRecipe sta(const std::string &name, const std::string &what)
{
    NamedRecipe named;
    named.name = name;
    named.what = what + " (Li et al. 2020)";
    named.recipe = sgd(1e-4, 1e-5, /*epochs=*/50, {}, /*batch_size=*/16);
    named.recipe.dampening = 0.9;
    named.recipe.attention_factor = 10;
    named.clip_by_clip = true;
    named.augmentation = corner_augmentation();
    named.head = "none";
    return named;
}

/* The numbers of the public code of S-CNN for ResNet-18 (experiments/THUMOS14_Res3D), but for its end
 * \param half_after steps behind which the rate falls to a half, again and again */
NamedRecipe scnn(const std::string &name, const std::string &what, int half_after)
{
    NamedRecipe named = sta(name, what);
    named.recipe = sgd(1e-3, 5e-5, /*epochs=*/50, {}, /*batch_size=*/8);
    Recipe &recipe = named.recipe;
    recipe.schedule = Schedule::Decay;
    recipe.decay_every = half_after;
    recipe.step_factor = 0.5;
    recipe.decays_all = false;
    recipe.bias_factor = 2;
    recipe.classifier_factor = 10;
    named.classifier_deviation = 0.01;
    named.windows = true;
    return named;
}

NamedRecipe sta_detection()
{
    NamedRecipe named = scnn("sta-detection", "windows of actions and background, overlap loss",
                             /*half_after=*/3676);
    named.recipe.overlap_share = 1; // Shou et al. 2016, 3.3
    return named;
}

/* Its own network and no overlap loss */
NamedRecipe sta_proposal()
{
    NamedRecipe named = scnn("sta-proposal", "", /*half_after=*/6846);
    named.what = "windows of any action and background, for --proposals (Shou et al. 2016)";
    named.proposes = true;
    return named;
}

/* The numbers of its public code for Something-Something */
NamedRecipe tsm()
{
    NamedRecipe named;
    named.name = "tsm";
    named.what = "as w3, but once: a network without the lessons of another (Lin et al. 2019)";
    named.recipe = sgd(0.01, 5e-4, /*epochs=*/50, {20, 40}, /*batch_size=*/64);
    named.recipe.clip_norm = 20;
    named.recipe.decays_all = false; // as get_optim_policies() of its models.py has it
    named.recipe.bias_factor = 2;
    named.recipe.classifier_factor = 5;
    named.classifier_deviation = 0.001;
    named.clip_by_clip = true;
    named.augmentation = multi_scale_augmentation();
    named.head = "none";
    return named;
}

/* The paper takes the setting of TSM */
NamedRecipe w3()
{
    NamedRecipe named = tsm();
    named.name = "w3";
    named.what = "twice: the first network teaches the second its last map (Perez-Rua et al. 2020)";
    named.student = MapDistance::L2;
    return named;
}

/* Of published weights, as STA's comparison begins: rate, its fall and decay of MARS_train.py, alpha and
 * dampening of opts.py, batch of its README */
NamedRecipe mars()
{
    NamedRecipe named = sta("mars", "");
    named.what =
        "frames alone, by the features of a network of flow (Crasto et al., MARS, CVPR 2019)";
    named.recipe = sgd(1e-3, 1e-5, /*epochs=*/50, {}, /*batch_size=*/16);
    named.recipe.dampening = 0.9;
    named.recipe.schedule = Schedule::Plateau;
    named.recipe.map_share = 50;
    named.student = MapDistance::Features;
    named.teacher = Modality::Flow;
    return named;
}

NamedRecipe heads()
{
    NamedRecipe named;
    named.name = "heads";
    named.what = "any head on dumped features (Ballan 2021)";
    named.trains = Trains::Head;
    return named;
}

NamedRecipe alstm()
{
    NamedRecipe named;
    named.name = "alstm";
    named.what = "the attention LSTM, or with head lstm the plain one, on random crops of 12 rows "
                 "(Torabi and Sigal 2017, 4)";
    named.trains = Trains::Head;
    named.head = "alstm";
    named.recipe = sgd(0.01, 0, /*epochs=*/1000, {}, /*batch_size=*/200); // patience ends it
    Recipe &recipe = named.recipe;
    recipe.schedule = Schedule::Decay;
    recipe.decay_after = 2512;
    recipe.decay_every = 125;
    recipe.step_factor = 0.9; // "by a fixed ratio": which one the paper does not say
    recipe.best_by_loss = true;
    recipe.patience = 30; // the paper stops early; after how long it does not say
    recipe.crop_rows = 12;
    return named;
}

/* As in the study of persons' kinematics, whose epochs were of 3000 windows and 14: as many steps */
NamedRecipe persons()
{
    NamedRecipe named;
    named.name = "persons";
    named.what = "how persons move, beside the network's own classifier (a study of this project)";
    named.trains = Trains::Head;
    named.head = "persons";
    Recipe &recipe = named.recipe;
    recipe.optimiser = OptimiserKind::AdamW;
    recipe.learning_rate = 3e-3;
    recipe.weight_decay = 0.05;
    recipe.schedule = Schedule::OneCycle;
    recipe.batch_size = 64;
    recipe.epochs = 80;
    recipe.keep_best = false; // as from-scratch
    recipe.label_smoothing = 0.05;
    recipe.average_decay = 0.99;
    return named;
}

NamedRecipe keypoints()
{
    NamedRecipe named;
    named.name = "keypoints";
    named.what =
        "a small network from random weights, taught by another (a choice of this project)";
    named.trains = Trains::Keypoints;
    Recipe &recipe = named.recipe;
    recipe.optimiser = OptimiserKind::AdamW;
    recipe.learning_rate = 4e-3;
    recipe.weight_decay = 0.01;
    recipe.schedule = Schedule::OneCycle;
    recipe.batch_size = 64;
    recipe.epochs = 60;
    recipe.keep_best = false; // as from-scratch
    recipe.clip_norm = 10;
    recipe.average_decay = 0.998;
    return named;
}

NamedRecipe adaptation()
{
    NamedRecipe named;
    named.name = "adaptation";
    named.what = "a model's own head, for one camera (fovea adapt; a choice of this project)";
    named.trains = Trains::Head;
    Recipe &recipe = named.recipe;
    recipe.learning_rate = 0.01;
    recipe.weight_decay = 0;
    recipe.schedule = Schedule::Cosine;
    recipe.epochs = 200; // of one step: all windows together
    recipe.keep_best = false;
    return named;
}

constexpr Named<Trains> what_they_train[] = {
    {Trains::Backbone, "a backbone"}, {Trains::Head, "a head"}, {Trains::Keypoints, "keypoints"}};

} // namespace

const std::vector<NamedRecipe> &recipes()
{
    static const std::vector<NamedRecipe> all = {
        fine_tuning(),
        from_scratch(),
        pictures_first(),
        charades("charades-base", "several labels a clip, by frame and by video",
                 sgd(0.375, 1e-7, 50, {15, 40}, 12), SecondLook()),
        charades("charades-focus", "the same with the salient part as a second clip, in time",
                 sgd(0.02, 1e-7, 25, {15}, 8), {Focus::Saliency, Fusion::Temporal}),
        charades("charades-focus-late", "the same, both clips by the mean of their logits",
                 sgd(0.02, 1e-7, 25, {15}, 8), {Focus::Saliency, Fusion::Late}),
        sta("sta", "a network with attention, from published weights"),
        sta_detection(),
        sta_proposal(),
        tsm(),
        w3(),
        mars(),
        heads(),
        alstm(),
        persons(),
        adaptation(),
        keypoints(),
    };
    return all;
}

std::vector<std::string> recipe_names(Trains trains)
{
    std::vector<std::string> names;
    for (const NamedRecipe &named : recipes()) {
        if (named.trains == trains)
            names.push_back(named.name);
    }
    return names;
}

const NamedRecipe &recipe_named(std::string_view name, Trains trains)
{
    for (const NamedRecipe &named : recipes()) {
        if (named.trains == trains && named.name == name)
            return named;
    }
    throw Error(Error::Kind::Settings, "recipe '" + std::string(name) + "' is not known for " +
                                           name_of(what_they_train, trains) + "; expected one of " +
                                           joined(recipe_names(trains)));
}

} // namespace fovea
