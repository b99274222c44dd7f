#pragma once

// What most files of the room include and what takes longest to read: 12 s a file without
#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include <nlohmann/json.hpp>
