// SPDX-License-Identifier: MIT
/* What the tests of LibTorch's rooms read: once a program instead of once a file (8 s each) */
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
