// SPDX-License-Identifier: MIT
#include "fovea/bundle/pose_card.h"

#include <algorithm>

#include "fovea/bundle/card_reader.h"

namespace fovea {

PoseOptions read_pose(const CardReader &reader, const std::vector<CardFile> &files)
{
    reader.refuse_unknown({"schema", "kind", "name", "title", "licence", "source", "measured",
                           "limits", "files", "architecture", "network", "input"});
    const std::string network = reader.file_name("network");
    if (std::none_of(files.begin(), files.end(),
                     [&](const CardFile &file) { return file.name == network; }))
        throw reader.wrong("network", "the name of one of the card's files");
    PoseOptions pose;
    pose.architecture = reader.text("architecture", pose.architecture);
    if (pose.architecture != "movenet" && pose.architecture != "keypoints")
        throw reader.wrong("architecture", "movenet or keypoints");
    pose.network = network;
    const CardReader input = reader.object("input");
    input.refuse_unknown({"width", "height"});
    pose.input = {input.integer("width", 1, max_input_side),
                  input.integer("height", 1, max_input_side)};
    return pose;
}

} // namespace fovea
