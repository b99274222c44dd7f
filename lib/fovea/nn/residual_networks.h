// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/nn/residual_network.h"

namespace fovea::nn {

/**
 * \brief The residual networks of the papers
 *
 * | name          | what                                      | public code (names of parameters)     |
 * | resnet50-i3d  | inflated ResNet-50, 157 classes           | gsig/PyVideoResearch resnet50_3d.py   |
 * | resnext101-3d | 3D ResNeXt-101, cardinality 32            | craston/MARS models/resnext.py        |
 * | resnet18-3d   | 3D ResNet-18                              | kenshohara/3D-ResNets-PyTorch         |
 * | resnet152-3d  | 3D ResNet-152                             | kenshohara/3D-ResNets-PyTorch         |
 * | p3d199        | pseudo-3D ResNet-152                      | qijiezhao/pseudo-3d-pytorch           |
 * | tsm-resnet50  | ResNet-50 with temporal shift             | mit-han-lab/temporal-shift-module     |
 * | i3d-resnet18  | inflated ResNet-18                        | IBM/action-recognition-pytorch        |
 * | tam-resnet50  | ResNet-50 with temporal aggregation       | IBM/action-recognition-pytorch        |
 */
const std::vector<ResidualOptions> &residual_networks();

} // namespace fovea::nn
