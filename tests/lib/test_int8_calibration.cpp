// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "bundle_test.h"
#include "fovea/bundle/int8_calibration.h"
#include "fovea/bundle/load_networks.h"
#include "fovea/engine/onednn/onednn_network.h"

namespace {

namespace fs = std::filesystem;
using fovea::Error;
using fovea::Json;
using fovea_test::error_of_kind;
using fovea_test::expect_parts;
using fovea_test::WatchCopy;

TEST_F(WatchCopy, EightBitsNeedACalibrationOfTheseWeights)
{
    fovea::EngineOptions int8;
    int8.precision = "int8";
    const auto error_of_int8 = [&](Error::Kind kind) {
        return error_of_kind(kind, [&] { fovea::load_feature_extractor(open(), int8); });
    };
    expect_parts(error_of_int8(Error::Kind::NotFound),
                 {"model 'watch' is not calibrated", "watch/int8.json",
                  "fovea models calibrate --model watch --list CLIPS"});
    fovea::Int8Calibration calibration;
    calibration.ranges = {{"input", 1.5F}};
    calibration.clips = 3;
    calibration.cosine = 0.995;
    calibration.agreement = 1;
    Json json = fovea::to_json(calibration, open());
    root_.write("watch/int8.json", json.dump());
    const fovea::Int8Calibration read = fovea::read_calibration(open());
    EXPECT_EQ(read.ranges, calibration.ranges);
    EXPECT_EQ(read.clips, 3);
    EXPECT_EQ(read.cosine, 0.995);
    if (fovea::cpu_has_int8()) {
        expect_parts(error_of_int8(Error::Kind::Settings), {"no range is known of layer 'motion'"});
    }
    json["weights_sha256"] = std::string(64, '0');
    root_.write("watch/int8.json", json.dump());
    expect_parts(error_of_int8(Error::Kind::Settings),
                 {"is of weights with SHA-256 0000", "expected 3c5015b1"});
    json.erase("held_out");
    json["weights_sha256"] = open().files().front().sha256;
    root_.write("watch/int8.json", json.dump());
    expect_parts(error_of_int8(Error::Kind::Settings), {"int8.json", "held_out"});
}

TEST_F(WatchCopy, WhatIsWrongInACalibrationIsNamedByItsPath)
{
    const std::string file = (root_.path() / "watch/int8.json").string();
    const auto refuses_text = [&](const std::string &text, const std::string &error) {
        root_.write("watch/int8.json", text);
        EXPECT_EQ(error_of_kind(Error::Kind::Settings, [&] { fovea::read_calibration(open()); }),
                  "'" + file + error);
    };
    fovea::Int8Calibration calibration;
    calibration.ranges = {{"input", 1.5F}};
    calibration.clips = 3;
    const Json good = fovea::to_json(calibration, open());
    const auto refuses = [&](const std::string &pointer, const Json &value,
                             const std::string &error) {
        Json json = good;
        json[Json::json_pointer(pointer)] = value;
        refuses_text(json.dump(), error);
    };
    refuses("/schema", 2, "': entry 'schema' is 2, expected a whole number from 1 to 1");
    refuses("/weights_sha256", 7, "': entry 'weights_sha256' is 7, expected text");
    refuses("/layers", 1, "': unknown entry 'layers'");
    refuses("/held_out", 1, ": held_out': expected a JSON object, got number");
    refuses("/held_out/clips", 1e300,
            ": held_out': entry 'clips' is 1e+300, expected a whole number from 1 to 1.07374e+09");
    refuses("/held_out/cosine", 1.5,
            ": held_out': entry 'cosine' is 1.5, expected a number from -1 to 1");
    refuses("/held_out/top1_agreement", "all",
            ": held_out': entry 'top1_agreement' is \"all\", expected a number from 0 to 1");
    refuses("/ranges", {1, 2}, ": ranges': expected a JSON object, got array");
    refuses("/ranges/input", -1,
            ": ranges': entry 'input' is -1, expected a number from 0 to 1e+30");
    refuses("/ranges/input", 1e31,
            ": ranges': entry 'input' is 1e+31, expected a number from 0 to 1e+30");
    refuses("/ranges/input", nullptr,
            ": ranges': entry 'input' is null, expected a number from 0 to 1e+30");
    refuses_text(R"({"ranges": {"input": 1, "input": 2}})", "' has the entry ranges.input twice");
    std::string path = "ranges";
    while (path.size() < 120)
        path += "[0]";
    refuses_text(R"({"ranges": )" + std::string(70, '[') + std::string(70, ']') + "}",
                 "' is nested deeper than 64 at " + path.substr(0, 120));
    fs::remove(file);
    ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
    EXPECT_EQ(error_of_kind(Error::Kind::Settings, [&] { fovea::read_calibration(open()); }),
              "JSON file '" + file + "' is a pipe, expected a regular file");
}

} // namespace
