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
 * \brief Of what make_initial_networks() refuses, what is so with any labels: for windows, whose labels nobody knows before
 * videos are decoded. A classifier that begins anew has to learn
 * \param card, base as there
 */
void check_first_weights(const NetworkTraining &training, const Bundle &base,
                         const ActivityCard &card);

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
