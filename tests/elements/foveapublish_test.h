// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "fovea/core/json.h"
#include "video_harness.h"

namespace fovea::test {

/** \brief Lines into a file of the test's own */
class FoveaPublish : public testing::Test
{
protected:
    void SetUp() override { std::filesystem::create_directories(folder_); }

    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string launch(const std::string &properties = "") const
    {
        return "foveapublish uri=" + file_ + " " + properties;
    }

    std::vector<std::string> texts() const
    {
        std::ifstream stream(file_);
        std::vector<std::string> lines;
        for (std::string line; std::getline(stream, line);)
            lines.push_back(line);
        return lines;
    }

    std::vector<Json> lines() const
    {
        std::vector<Json> parsed;
        for (const std::string &line : texts())
            parsed.push_back(Json::parse(line));
        return parsed;
    }

    static GstFlowReturn push(VideoHarness &harness, GstBuffer *buffer)
    {
        return gst_harness_push(harness.get(), buffer);
    }

    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("fovea-publish-" + std::to_string(getpid()));
    const std::string file_ = (folder_ / "results.jsonl").string();
};

} // namespace fovea::test
