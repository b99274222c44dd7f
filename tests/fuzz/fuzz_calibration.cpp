// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "fovea/bundle/int8_calibration.h"
#include "targets.h"

namespace {

constexpr const char *weights = "weights"; // a calibration lies beside those that it is of
constexpr const char *card =
    R"({"schema": 1, "kind": "activity", "name": "small", "title": "for the fuzzer", "licence": "MIT",
"architecture": "watch", "head": "logits", "classes": 2, "labels": "labels.txt",
"input": {"width": 96, "height": 96, "interpolation": "area", "view": "square", "scale": [1, 1, 1], "shift": [0, 0, 0]},
"sampling": {"plan": "uniform", "frames": 8, "timesteps": 4}, "regions": {},
"files": [{"name": "small.pt",
           "sha256": "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c", "url": ""}]})";

} // namespace

void fuzz_calibration(std::string_view input)
{
    as_file("normal\nfight\n", "labels.txt");
    as_file(weights, "small.pt");
    const std::string file = as_file(card, "card.json");
    static const fovea::Bundle bundle = fovea::Bundle::open(file.substr(0, file.rfind('/')));
    as_file(input, "int8.json");
    expect_read_or_refused([] { fovea::read_calibration(bundle); });
}
