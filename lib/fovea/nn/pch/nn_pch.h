// What most files of the room include and what takes longest to read.
// Not #pragma once: the compiler warns of it where a header is compiled by itself.
#ifndef FOVEA_NN_PCH_H
#define FOVEA_NN_PCH_H

#include <ATen/ATen.h>
#include <torch/nn/init.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#endif
