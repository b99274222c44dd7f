// SPDX-License-Identifier: MIT
#include "fovea/train/network_recipe.h"

#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"
#include "fovea/flow/flow_method.h"
#include "fovea/focus/region_choice.h"
#include "fovea/nn/architecture.h"
#include "fovea/nn/backbone.h"
#include "fovea/nn/heads.h"
#include "fovea/train/bundle_writer.h"
#include "fovea/train/loop/classifier.h"

namespace fovea {

const NamedRecipe &recipe_of(const NetworkTraining &training)
{
    const std::string &asked = training.settings.recipe;
    return recipe_named(asked.empty() ? "fine-tuning" : asked, NamedRecipe::Trains::Backbone);
}

SecondLook look_of(const NetworkTraining &training, const ActivityCard &card)
{
    SecondLook look = recipe_of(training).focus;
    look.entropy = card.focus.entropy;
    look.attribution = card.focus.attribution;
    return settled(training.look, look);
}

bool random_weights(const NetworkTraining &training)
{
    return training.weights == "none" ||
           (training.weights.empty() && recipe_of(training).from_scratch);
}

Bundle open_model_to_train(const NetworkTraining &training)
{
    if (!random_weights(training) && training.weights.empty())
        return open_activity_model(training.settings.model);
    Bundle model = Bundle::open(training.settings.model); // its own weights may be missing
    expect_kind(model, Bundle::Kind::Activity);
    return model;
}

void check_layers(const NetworkTraining &training, const ActivityCard &card)
{
    if (training.layers.empty())
        return;
    const NamedRecipe &named = recipe_of(training);
    if (named.focus.is_late() || named.pictures)
        throw Error(Error::Kind::Settings,
                    "--layers: expected a recipe that leaves the layers open, got --recipe " +
                        named.name + "; leave one of them out");
    check_parts(*nn::make_backbone(backbone_options(card, /*classes=*/1)), training.layers);
}

namespace {

void check_labels(const NetworkTraining &training)
{
    const NamedRecipe &named = recipe_of(training);
    if (named.proposes && training.settings.changes.many_labels)
        throw Error(Error::Kind::Settings,
                    "recipe '" + named.name +
                        "': expected windows of one label, action or background, got "
                        "--many-labels; leave it out");
}

void check_variations(const NetworkTraining &training, const ActivityCard &card)
{
    if (!training.settings.normal.empty() && recipe_of(training).proposes)
        throw Error(Error::Kind::Settings,
                    "--normal: expected a recipe that keeps the list's classes, got --recipe " +
                        recipe_of(training).name + "; leave one of them out");
    if (training.paste <= 0 && training.shake <= 0)
        return;
    const std::string option = training.paste > 0 ? "--paste" : "--shake";
    const auto refuse = [&](const std::string &expected, const std::string &got) {
        throw Error(Error::Kind::Settings,
                    option + ": expected " + expected + ", got " + got + "; leave one of them out");
    };
    const NamedRecipe &named = recipe_of(training);
    if (named.focus.is_taken() || named.student != MapDistance::None)
        refuse("a network that looks once and has no teacher", "--recipe " + named.name);
    if (!training.teacher.empty())
        refuse("a network without a teacher", "--teacher " + training.teacher);
    if (card.modality == Modality::Flow) // it would have to move with the camera
        refuse("a network that sees frames", "one that sees flow");
    if (training.paste > 0 && named.proposes)
        refuse("a recipe that keeps the list's classes", "--recipe " + named.name);
    if (training.paste > 0 &&
        (named.recipe.labelling == Labelling::Many || training.settings.changes.many_labels))
        refuse("one label a clip", "any number of them");
}

/** \brief Whether --sampling and --timesteps have a meaning \param card with them */
void check_sampling(const NetworkTraining &training, const ActivityCard &card)
{
    const auto refuse = [](const std::string &option, const std::string &rest) {
        throw Error(Error::Kind::Settings, option + ": expected a " + rest);
    };
    const NamedRecipe &named = recipe_of(training);
    if (named.windows && training.sampling != Sampling::Card)
        refuse(std::string("--sampling ") + name_of(samplings, training.sampling),
               "recipe that leaves the plan open, got --recipe " + named.name +
                   ", which sees windows; leave one of them out");
    if (training.timesteps > 0 && !has_timesteps(card.sampling.plan))
        refuse("--timesteps " + std::to_string(training.timesteps),
               std::string("plan of so many, such as uniform, got ") +
                   name_of(samplings, card.sampling.plan) +
                   (named.windows ? " of --recipe " + named.name : "") +
                   ", which has as many as a clip is long; leave it out" +
                   (named.windows ? "" : ", or choose another plan with --sampling"));
}

/** \brief Whether --focus, --entropy and --attribution have a meaning with the recipe */
void check_focus_options(const NetworkTraining &training, const NamedRecipe &named,
                         const SecondLook &look)
{
    const SecondLook &asked = training.look;
    const std::string of_saliency = asked.entropy != Entropy::Card           ? "entropy"
                                    : asked.attribution != Attribution::Card ? "attribution"
                                                                             : "";
    const std::string option = asked.focus == Focus::Card ? of_saliency : "focus";
    if (!option.empty() && !named.focus.is_taken())
        throw Error(Error::Kind::Settings,
                    "--" + option + ": expected a recipe that looks twice, got '" + named.name +
                        "'; give --recipe charades-focus or charades-focus-late, or leave --" +
                        option + " out");
    if (!of_saliency.empty() && !is_by_saliency(look.focus))
        throw Error(Error::Kind::Settings,
                    "--" + of_saliency + ": expected the focus saliency or upscaled, got --focus " +
                        name_of(focuses, look.focus) + "; leave one of them out");
}

void check_focus(const NetworkTraining &training, const ActivityCard &card)
{
    const NamedRecipe &named = recipe_of(training);
    check_focus_options(training, named, look_of(training, card));
    if (!named.focus.is_taken())
        return;
    const std::string start = "recipe '" + named.name + "': expected ";
    if (nn::architecture_facts(card.architecture).own_head.empty())
        throw Error(Error::Kind::Settings, start +
                                               "a network whose classifier reads its rows, got " +
                                               card.architecture + "; choose another --model");
    if (region_count(card.regions) != 1)
        throw Error(Error::Kind::Settings,
                    start + "one region, inside which it looks closer, got '" +
                        region_words(card.regions) + "'; give --regions full");
    if (!training.head.empty() && training.head != "none")
        throw Error(Error::Kind::Settings, start + "--head none, got '" + training.head +
                                               "'; train a head on 'fovea extract' of its bundle");
}

/** \brief Whether the head that is trained afterwards can be: it would be refused behind all of the network's epochs */
void check_head(const NetworkTraining &training, const ActivityCard &card,
                const nn::Backbone &network)
{
    const std::string head = head_of(training);
    if (head == "none")
        return;
    const auto refuse = [&](const std::string &expected, const std::string &got) {
        throw Error(Error::Kind::Settings,
                    "--head " + head + ": expected " + expected + ", got " + got);
    };
    if (nn::architecture_facts(card.architecture).rows_are_scores)
        refuse("a network whose rows are features",
               "the scores of " + card.architecture + "; give --head none");
    if (head == "persons")
        refuse("a head of the network's own features",
               "one of how persons move as well; give another, and train it on 'fovea extract "
               "--attended persons' of the bundle");
    const bool many_labels = training.settings.changes.many_labels;
    if (many_labels && nn::head_gives_shares(head))
        refuse("one for any number of labels, such as region-mean or ra",
               "one that says one class of all");
    nn::make_head(head, network.channels(), /*classes=*/2, /*attended=*/0, many_labels);
}

/** \brief Whether the recipe's numbers are in their ranges, with any list */
void check_numbers(const NetworkTraining &training)
{
    const NamedRecipe &named = recipe_of(training);
    RecipeChanges changes = training.settings.changes;
    changes.balance &= training.pictures_by.empty(); // pictures have no class
    Recipe recipe = training.pictures_by.empty() ? named.recipe : named.pictures.value();
    if (!training.teacher.empty())
        recipe.map_distance = training.map_distance;
    check_changes(recipe, changes);
}

/** \brief Whether a teacher that sees something else than its student can see the same clips */
void check_teachers_view(const NetworkTraining &training, const ActivityCard &card)
{
    if (training.teacher.empty())
        return;
    const ActivityCard teacher = open_activity_model(training.teacher).activity();
    if (teacher.modality == card.modality)
        return;
    if (recipe_of(training).focus.is_taken())
        throw Error(Error::Kind::Settings,
                    "teacher '" + training.teacher + "' sees " +
                        name_of(modalities, teacher.modality) + ", its student " +
                        name_of(modalities, card.modality) +
                        ": expected a recipe that looks once, got '" + recipe_of(training).name +
                        "'; give a teacher that sees the same");
    check_flow(teacher.modality, teacher.flow);
}

} // namespace

std::string head_of(const NetworkTraining &training)
{
    const std::string &head = training.head.empty() ? recipe_of(training).head : training.head;
    return head.empty() ? "none" : head;
}

void check_recipe(const NetworkTraining &training, const ActivityCard &card)
{
    check_labels(training);
    check_variations(training, card);
    check_sampling(training, card);
    check_layers(training, card);
    check_focus(training, card);
    check_numbers(training);
    const auto network = nn::make_backbone(backbone_options(card, /*classes=*/1));
    network->check_clip(card.sampling.frames, card.input.size.height, card.input.size.width);
    check_head(training, card, *network);
    trained_regions(training, card);
    check_teachers_view(training, card);
}

void check_pasting(const NetworkTraining &training, const Bundle &base, const ClipList &list)
{
    if (training.paste <= 0)
        return;
    const std::string &normal = base.activity().decision.normal;
    if (normal_class(base, list.labels, training.settings.normal).empty())
        throw Error(
            Error::Kind::Settings,
            "--paste: expected clips without events to paste onto, of the class that model '" +
                base.name() + "' names" + (normal.empty() ? " (none)" : " ('" + normal + "')") +
                ", got " + std::to_string(list.labels.size()) +
                " classes without it; name it with --normal, or leave --paste out");
}

std::vector<std::size_t> trained_regions(const NetworkTraining &training, const ActivityCard &card)
{
    if (training.train_on.empty())
        return {};
    return region_places(card.regions, chosen_regions(card.regions, training.train_on));
}

} // namespace fovea
