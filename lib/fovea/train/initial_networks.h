// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/bundle/bundle.h"
#include "fovea/focus/focus_chooser.h"
#include "fovea/train/loop/classifier.h"
#include "fovea/train/network_training.h"

namespace fovea {

/**
 * \brief The network that is trained, with its first weights, and those that look or teach beside it;
 * they live as long as this
 */
struct InitialNetworks {
    std::shared_ptr<nn::Backbone> network;
    std::unique_ptr<Classifier> classifier;
    std::unique_ptr<FocusChooser> focus; ///< null: none
    std::shared_ptr<nn::Backbone> fixed; ///< the network that looks for it
    std::unique_ptr<Classifier> teacher; ///< null: none
};

/**
 * \brief What make_initial_networks() refuses of --layers, told before videos are decoded: no classifier among them, though
 * it begins anew. Of windows, whose labels nobody knows yet, only what no labels would change
 * \param list as it was read \param card, base as there
 */
void check_classifier_learns(const NetworkTraining &training, const Bundle &base,
                             const ActivityCard &card, const ClipList &list);

/**
 * \param base the weights of the network where no others were asked for
 * \param card of the network: that of \a base with what was asked for
 * \throw Error as Bundle::open; Settings when weights do not fit, or a model that looks or teaches
 * has other labels than the list
 */
InitialNetworks make_initial_networks(const NetworkTraining &training, const Bundle &base,
                                      const ActivityCard &card, const ClipList &list,
                                      RunWatcher &watcher);

} // namespace fovea
