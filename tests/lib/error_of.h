// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"

/** \brief What a wrong setting is told; fails without one */
inline std::string error_of(const std::function<void()> &act,
                            fovea::Error::Kind kind = fovea::Error::Kind::Settings)
{
    try {
        act();
    } catch (const fovea::Error &error) {
        EXPECT_EQ(error.kind(), kind) << error.what();
        return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
}
