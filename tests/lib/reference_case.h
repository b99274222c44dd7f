// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/core/json.h"
#include "named_numbers.h"

/** Outputs of public implementations in shared/reference, and how near to them is near enough */
namespace reference {

/** \brief The file of that name; empty where it is not on this machine */
inline std::filesystem::path file(const std::string &name)
{
    const char *shared = std::getenv("FOVEA_SHARED");
    const std::filesystem::path path =
        std::filesystem::path(shared ? shared : "") / "reference" / (name + ".json");
    return std::filesystem::exists(path) ? path : "";
}

/** \brief The tolerance published with the numbers */
inline void expect_like(const at::Tensor &got, const fovea::Json &expected, const std::string &what)
{
    SCOPED_TRACE(what);
    const auto shape = expected["shape"].get<std::vector<std::int64_t>>();
    ASSERT_EQ(got.sizes().vec(), shape);
    const at::Tensor flat = got.contiguous().flatten().to(at::kDouble);
    const double l2 = expected["l2"];
    EXPECT_NEAR(flat.norm().item<double>(), l2, 1e-4 * l2);
    const double typical = l2 / std::sqrt(static_cast<double>(flat.numel()));
    const auto first = expected["first"].get<std::vector<double>>();
    double worst = 0;
    for (std::size_t i = 0; i < first.size(); ++i)
        worst =
            std::max(worst, std::abs(flat[static_cast<std::int64_t>(i)].item<double>() - first[i]) /
                                typical);
    testing::Test::RecordProperty(what + "_error", std::to_string(worst));
    testing::Test::RecordProperty(what + "_l2_error",
                                  std::to_string(std::abs(flat.norm().item<double>() / l2 - 1)));
    for (std::size_t i = 0; i < first.size(); ++i)
        EXPECT_NEAR(flat[static_cast<std::int64_t>(i)].item<double>(), first[i], 1e-4 * typical)
            << "value " << i;
    EXPECT_NEAR(flat.max().item<double>(), expected["max"].get<double>(), 1e-3 * typical);
    EXPECT_EQ(flat.argmax().item<std::int64_t>(), expected["argmax"].get<std::int64_t>());
}

/** \brief Every tensor of \a names is there with its shape, and no other */
inline void expect_names(torch::nn::Module &module, const fovea::Json &names)
{
    const auto parameters = module.named_parameters();
    const auto buffers = module.named_buffers();
    std::size_t ours = parameters.size();
    for (const auto &entry : buffers)
        ours += entry.key().find("num_batches_tracked") == std::string::npos ? 1 : 0;
    EXPECT_EQ(ours, names.size());
    for (const fovea::Json &entry : names) {
        const std::string name = entry[0];
        const auto *parameter = parameters.find(name);
        const auto *tensor = parameter ? parameter : buffers.find(name);
        ASSERT_NE(tensor, nullptr) << name;
        EXPECT_EQ(tensor->sizes().vec(), entry[1].get<std::vector<std::int64_t>>()) << name;
    }
}

inline std::int64_t parameters_of(torch::nn::Module &module)
{
    std::int64_t count = 0;
    for (const at::Tensor &parameter : module.parameters())
        count += parameter.numel();
    return count;
}

} // namespace reference
