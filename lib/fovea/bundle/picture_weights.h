// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/bundle/weights.h"

namespace fovea {

namespace nn {
class Backbone;
}

/**
 * \brief A network's first weights out of those of another that sees pictures, or colours
 *
 * Of a picture [out, in, H, W]: repeated along time and divided by its length, so that a video without
 * motion gives what the picture gives (Carreira and Zisserman 2017, 2.4). Of colours, where a network of
 * flow reads two channels: their mean for each (Wang et al., Temporal Segment Networks, 2016, 4.1).
 * \return undefined where the shapes do not fit
 */
at::Tensor fitted(const at::Tensor &weight, at::IntArrayRef shape);

/**
 * \brief Puts weights of a network of pictures, as torchvision names them, into a video network: a
 * ResNet into any residual network of its blocks, GoogLeNet into I3D, VGG-19 into its own
 *
 * Where batch normalisation adds another epsilon to the variance here, its gain makes up for it. The
 * classifier stays as it is.
 * \param file where they are from, for errors \param name of the architecture, likewise
 * \return names of the network's tensors that no network of pictures has, such as attention, which stay
 * as they are; without the classifier's
 * \throw Error Settings naming the first layer that is lacking, of another shape, for which the network
 * has no place, or that holds values that are no numbers
 */
std::vector<std::string> take_pictures(nn::Backbone &network, const std::string &name,
                                       const Weights &pictures, const std::filesystem::path &file);

} // namespace fovea
