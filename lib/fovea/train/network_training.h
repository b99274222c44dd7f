// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "fovea/train/loop/loss.h"
#include "fovea/train/training_steps.h"
#include "fovea/video/modality.h"

namespace fovea {

/** \brief What a network is trained on, and how */
struct NetworkTraining {
    TrainingSettings settings;
    std::filesystem::path list;
    std::filesystem::path root; ///< folder of the videos; empty: that of the list
    bool augment = false;       ///< clips are varied as from scratch, though fine-tuned
    std::string weights;        ///< of another model, "none" for random ones; empty: the model's
    std::string teacher; ///< model that teaches its last map, or with a recipe of pictures first a
                         ///< network for keypoints; empty: as the recipe says
    std::string pictures_by;         ///< such a network, where its lesson is all that is trained
    std::vector<std::string> layers; ///< of the network, trained alone; empty: as the recipe says
    MapDistance map_distance = MapDistance::None; ///< to the teacher's map; None: the recipe's
    SecondLook look = look_of_card; ///< its focus, where not as the recipe, the rest as the model
    std::string regions = "card";   ///< card, or in words (region_choice.h)
    std::string train_on;           ///< of the regions, while the network is trained; empty: all
    std::string head;  ///< trained afterwards, by name; "none": own classifier; empty: by recipe
    int timesteps = 0; ///< of a whole video; 0: the card's
    int frames = 0;    ///< of a timestep; 0: the card's
    Sampling sampling = Sampling::Card; ///< plan of the timesteps
    std::optional<Modality> modality;   ///< what clips show; none: the card's
    std::optional<FlowMethod> flow;     ///< how the flow it sees is found; none: the card's
    std::string attention; ///< inside the network, in words (attention_words.h); empty: the card's
    std::optional<double> flip; ///< chance of left and right exchanged; none: the recipe's
    double shake = 0;           ///< Augmentation::shake
    double paste = 0;           ///< Augmentation::paste
};

/**
 * \brief Trains a network on videos, then a head on its features, and writes the bundle
 *
 * With a head, the network with its own classifier stays in OUT/training/backbone; of a recipe that
 * trains twice, the first network stays in OUT/training/teacher, or OUT/training/pictures.
 * \param open_frames called once for each network that is trained
 * \throw Error when the list or the model cannot be used; Interrupted before the first epoch
 */
TrainingOutcome train_network(const NetworkTraining &asked, const OpenFrames &open_frames,
                              RunWatcher &watcher);

} // namespace fovea
