#pragma once

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/nn/attention.h"

inline bool has(torch::nn::Module &module, const std::string &name)
{
    return module.named_parameters().contains(name);
}

inline fovea::nn::AttentionOptions options_of(const std::string &name,
                                              const std::string &variant = "",
                                              std::int64_t stride = 1)
{
    fovea::nn::AttentionOptions options;
    options.name = name;
    options.variant = variant;
    options.stride = stride;
    return options;
}

inline std::string error_of(const std::function<void()> &act)
{
    try {
        act();
    } catch (const fovea::Error &error) {
        EXPECT_EQ(error.kind(), fovea::Error::Kind::Settings);
        return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
}
