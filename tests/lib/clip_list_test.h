// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/train/lists/clip_list.h"
#include "temporary_folder.h"

namespace fovea::test {

/** \brief Lists of files that are there */
class ReadClipList : public testing::Test
{
protected:
    void SetUp() override
    {
        for (const char *name : {"a.mp4", "b.mp4", "c.mp4", "with space.mp4"})
            folder_.write(name);
    }

    ClipList read(const std::string &name, const std::string &text, const ListOptions &options = {})
    {
        return read_clip_list(folder_.write(name, text), options);
    }

    std::string error_of(const std::string &name, const std::string &text)
    {
        try {
            read(name, text);
        } catch (const Error &error) {
            return error.what();
        }
        return "no error";
    }

    TemporaryFolder folder_;
};

} // namespace fovea::test
