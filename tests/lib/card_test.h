// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "fovea/bundle/card.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "temporary_folder.h"

namespace fovea_test {

using fovea::Card;
using fovea::Json;

inline Json activity_card()
{
    return Json::parse(R"({
        "schema": 1, "kind": "activity", "name": "mine", "title": "Mine", "licence": "MIT",
        "architecture": "watch", "attention": "none", "head": "score-mean", "classes": 3,
        "labels": "labels.txt",
        "input": {"width": 96, "height": 64, "interpolation": "area", "view": "square",
                  "scale": [2, 2, 2], "shift": [-1, -0.5, 0]},
        "sampling": {"plan": "sliding", "frames": 17, "rate": 7.5, "hop": 8},
        "regions": {"full": false, "grid": 3, "actor": true},
        "actor": {"method": "mean", "margin": 1.5, "min_score": 0.25, "window_ms": 2200},
        "detector": "hog",
        "decision": {"window": 4, "hop": 2, "normal": "normal", "threshold": 0.5, "top_k": 2},
        "files": [{"name": "mine.pt", "sha256": "", "url": "https://example.org/mine.pt"}]})");
}

inline Json detector_card()
{
    return Json::parse(R"({
        "schema": 1, "kind": "detector", "name": "eyes", "title": "Eyes", "licence": "MIT",
        "layout": "darknet-yolo", "network": "eyes.cfg", "weights": "eyes.weights",
        "input": {"width": 320, "height": 256, "bgr": true}, "person_class": 14,
        "nms_threshold": 0.4,
        "files": [{"name": "eyes.cfg", "sha256": ""}, {"name": "eyes.weights", "sha256": ""}]})");
}

/** \brief Cards written by a test, and what is said of them behind the name of the file */
class CardFileTest : public testing::Test
{
protected:
    Card read(const Json &card) const
    {
        return fovea::read_card(folder_.write("card.json", card.dump()));
    }

    std::string error_of(const Json &card) const
    {
        try {
            read(card);
        } catch (const fovea::Error &error) {
            EXPECT_EQ(error.kind(), fovea::Error::Kind::Settings);
            const std::string file = (folder_.path() / "card.json").string();
            EXPECT_NE(std::string(error.what()).find("'" + file), std::string::npos)
                << error.what();
            return std::string(error.what()).substr(1 + file.size());
        }
        ADD_FAILURE() << "read: " << card.dump();
        return "";
    }

    TemporaryFolder folder_;
};

} // namespace fovea_test
