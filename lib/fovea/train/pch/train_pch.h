// What most files of the room include and what takes longest to read: 12 s a file without.
// Not #pragma once: the compiler warns of it where a header is compiled by itself.
#ifndef FOVEA_TRAIN_PCH_H
#define FOVEA_TRAIN_PCH_H

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include <nlohmann/json.hpp>

#endif
