// SPDX-License-Identifier: MIT
#include "fovea/bundle/int8_calibration.h"

#include <string>

#include "fovea/bundle/card_reader.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr int schema_version = 1;
constexpr double most = 1e30;

std::string weights_sha256(const Bundle &bundle)
{
    const CardFile &weights = bundle.weights();
    return weights.sha256.empty() ? sha256_of(bundle.file(weights)) : weights.sha256;
}

std::string how_to_calibrate(const Bundle &bundle)
{
    return "; run 'fovea models calibrate --model " + bundle.name() +
           " --list CLIPS', or use auto, fp32 or bf16";
}

} // namespace

std::filesystem::path calibration_file(const Bundle &bundle)
{
    return bundle.file(bundle.weights()).parent_path() / "int8.json";
}

Json to_json(const Int8Calibration &calibration, const Bundle &bundle)
{
    Json ranges = Json::object();
    for (const auto &[layer, range] : calibration.ranges)
        ranges[layer] = range;
    return {{"schema", schema_version},
            {"weights_sha256", weights_sha256(bundle)},
            {"held_out",
             {{"clips", calibration.clips},
              {"cosine", calibration.cosine},
              {"top1_agreement", calibration.agreement}}},
            {"ranges", ranges}};
}

Int8Calibration read_calibration(const Bundle &bundle)
{
    const std::filesystem::path file = calibration_file(bundle);
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        throw Error(Error::Kind::NotFound, "precision 'int8': model '" + bundle.name() +
                                               "' is not calibrated ('" + file.string() +
                                               "' is not there)" + how_to_calibrate(bundle));
    const CardReader reader(read_json(file), file.string());
    reader.refuse_unknown({"schema", "weights_sha256", "held_out", "ranges"});
    reader.integer("schema", schema_version, schema_version);
    if (const std::string got = reader.text("weights_sha256"); got != weights_sha256(bundle))
        throw Error(Error::Kind::Settings, "'" + file.string() + "': is of weights with SHA-256 " +
                                               got + ", expected " + weights_sha256(bundle) +
                                               how_to_calibrate(bundle));
    Int8Calibration calibration;
    const CardReader held_out = reader.object("held_out");
    held_out.refuse_unknown({"clips", "cosine", "top1_agreement"});
    calibration.clips = held_out.integer("clips", 1, 1 << 30);
    calibration.cosine = held_out.number("cosine", -1, 1);
    calibration.agreement = held_out.number("top1_agreement", 0, 1);
    const CardReader ranges = reader.object("ranges");
    for (const auto &entry : reader.at("ranges").items())
        calibration.ranges[entry.key()] = static_cast<float>(ranges.number(entry.key(), 0, most));
    return calibration;
}

std::string remove_other_calibration(const Bundle &bundle)
{
    const std::filesystem::path file = calibration_file(bundle);
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        return "";
    try {
        const CardReader reader(read_json(file), file.string());
        if (reader.text("weights_sha256") == weights_sha256(bundle))
            return "";
    } catch (const Error &) {
        return ""; // no calibration: whoever asks for int8 is told
    }
    if (!std::filesystem::remove(file, error))
        return "";
    return "'" + file.string() +
           "' is removed, it was of the weights before; for --precision int8 calibrate the model "
           "again: fovea models calibrate";
}

} // namespace fovea
