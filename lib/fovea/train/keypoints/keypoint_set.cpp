// SPDX-License-Identifier: MIT
#include "fovea/train/keypoints/keypoint_set.h"

#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/train/data/json_tail.h"

namespace fovea {

namespace {

constexpr int keypoint_set_version = 2;
constexpr int largest_side = 4096;

std::size_t crop_bytes(int side)
{
    return static_cast<std::size_t>(side) * static_cast<std::size_t>(side) * 3;
}

Error unfit_set(const std::filesystem::path &file, const std::string &what)
{
    return {Error::Kind::Settings, "keypoint set '" + file.string() + "': " + what};
}

Json entry_of(const TaughtPose &taught)
{
    Json pose = Json::array();
    for (const Keypoint &keypoint : taught.pose)
        pose.push_back({keypoint.x, keypoint.y, keypoint.confidence});
    const Box &view = taught.view;
    return {{"split", taught.split},
            {"view", {view.x, view.y, view.width, view.height}},
            {"pose", pose}};
}

TaughtPose taught_from(const Json &entry)
{
    TaughtPose taught;
    taught.split = entry.at("split").get<std::string>();
    const Json &view = entry.at("view");
    taught.view = {view.at(0), view.at(1), view.at(2), view.at(3)};
    for (std::size_t i = 0; i < taught.pose.size(); ++i) {
        const Json &keypoint = entry.at("pose").at(i);
        taught.pose[i] = {keypoint.at(0), keypoint.at(1), keypoint.at(2)};
    }
    return taught;
}

} // namespace

KeypointSetWriter::KeypointSetWriter(const std::filesystem::path &file, int side)
    : path_(file), side_(side), file_(file)
{
}

void KeypointSetWriter::add(const RgbImage &crop, const TaughtPose &taught)
{
    if (crop.size.width != side_ || crop.size.height != side_)
        throw unfit_set(path_, "expected crops of " + std::to_string(side_) +
                                   " pixels a side, got " + std::to_string(crop.size.width) +
                                   " x " + std::to_string(crop.size.height));
    file_.write(std::string(crop.pixels.begin(), crop.pixels.end()));
    taught_.push_back(taught);
}

void KeypointSetWriter::commit(const Json &made_with)
{
    Json text = {{"version", keypoint_set_version},
                 {"made_with", made_with},
                 {"side", side_},
                 {"crops", Json::array()}};
    for (const TaughtPose &taught : taught_)
        text["crops"].push_back(entry_of(taught));
    file_.write(json_tail(text));
    file_.commit();
}

KeypointSet::KeypointSet(const std::filesystem::path &file) : mapped_(file, "keypoint set")
{
    const std::string_view bytes = mapped_.bytes();
    const JsonTail tail = find_json_tail(bytes);
    if (tail.length == 0)
        throw unfit_set(file, "is truncated; remove it");
    try {
        const JsonReader text(parse_json(bytes.substr(tail.begin, tail.length), file.string()),
                              file.string());
        if (text.at("version") != keypoint_set_version)
            throw unfit_set(file, "is of another version; remove it");
        made_with_ = text.at("made_with");
        side_ = static_cast<int>(text.integer("side", 1, largest_side));
        for (const Json &entry : text.at("crops"))
            taught_.push_back(taught_from(entry));
    } catch (const nlohmann::json::exception &) {
        throw unfit_set(file, "is damaged; remove it");
    }
    if (taught_.size() * crop_bytes(side_) != tail.begin)
        throw unfit_set(file, "is damaged; remove it");
}

const std::uint8_t *KeypointSet::crop(std::size_t index) const
{
    return reinterpret_cast<const std::uint8_t *>(mapped_.bytes().data()) +
           index * crop_bytes(side_);
}

} // namespace fovea
