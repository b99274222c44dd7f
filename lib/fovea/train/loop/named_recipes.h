// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fovea/focus/second_look.h"
#include "fovea/train/data/augmentation.h"
#include "fovea/train/loop/recipe.h"
#include "fovea/video/modality.h"

namespace fovea {

/** \brief A recipe by name, with what else its paper says of the training */
struct NamedRecipe {
    enum class Trains { Backbone, Head, Keypoints };

    std::string name;
    std::string what; ///< one line, with its source
    Trains trains = Trains::Backbone;
    Recipe recipe;
    bool from_scratch = false; ///< first weights are random, else the model's
    bool partial = false;      ///< only the architecture's fine_tuned modules are trained
    bool clip_by_clip = false; ///< a clip is one timestep, not the whole plan
    /// backbone: of its new classifier's first weights, its biases then being 0; 0: as the network has it
    double classifier_deviation = 0;
    Augmentation augmentation; ///< backbone
    SecondLook focus;          ///< backbone; late: logits of the fixed network and the trained one
    /// Trained twice: the first network teaches the second
    MapDistance student = MapDistance::None;
    Modality teacher = Modality::Rgb; ///< what the first network sees
    std::optional<Recipe> pictures;   ///< before it: of the layers that see single pictures
    bool windows = false;             ///< backbone: of the list's stretches, see window_list()
    bool proposes = false;            ///< windows: of any action and background alone
    std::string head; ///< backbone: trained afterwards; head: its kind; may be empty
};

/** \brief All of them: the one place where the numbers of the papers stand */
const std::vector<NamedRecipe> &recipes();

/** \throw Error Settings when there is none of that name and kind (listing those known) */
const NamedRecipe &recipe_named(std::string_view name, NamedRecipe::Trains trains);

std::vector<std::string> recipe_names(NamedRecipe::Trains trains);

} // namespace fovea
