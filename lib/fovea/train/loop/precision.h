// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/ATen.h>

#include "fovea/core/names.h"

namespace fovea {

/** \brief What training computes in; weights, their moments and what is kept are float always */
enum class TrainPrecision {
    Fp32, ///< float, on a GPU too: no TF32
    Bf16 ///< LibTorch's autocast over the network and its loss; on a CPU with avx512_bf16, or a GPU
};

constexpr Named<TrainPrecision> train_precisions[] = {{TrainPrecision::Fp32, "fp32"},
                                                      {TrainPrecision::Bf16, "bf16"}};

/** \brief Float products are float's while no TF32 is used: for the whole process, where there is a GPU */
void use_exact_float();

/** \brief LibTorch's autocast while it lives, where the precision asks for it */
class Autocast
{
public:
    Autocast(TrainPrecision precision, at::Device device);
    ~Autocast();
    Autocast(const Autocast &) = delete;
    Autocast &operator=(const Autocast &) = delete;

private:
    at::DeviceType device_;
    bool on_;
};

} // namespace fovea
