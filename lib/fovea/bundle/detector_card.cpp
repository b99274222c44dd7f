// SPDX-License-Identifier: MIT
#include "fovea/bundle/detector_card.h"

#include <algorithm>

#include "fovea/bundle/card_reader.h"

namespace fovea {

DnnDetectorOptions read_detector(const CardReader &reader, const std::vector<CardFile> &files)
{
    reader.refuse_unknown({"schema", "kind", "name", "title", "licence", "source", "measured",
                           "limits", "files", "layout", "network", "weights", "input", "classes",
                           "person_class", "nms_threshold"});
    DnnDetectorOptions detector;
    detector.layout = find_named(detector_layouts, reader.text("layout"));
    if (detector.layout == nullptr)
        throw reader.wrong("layout", "one of " + joined(names_in(detector_layouts)));
    const auto listed = [&](const char *key) {
        std::string name = reader.file_name(key);
        const bool found = std::any_of(files.begin(), files.end(),
                                       [&](const CardFile &file) { return file.name == name; });
        if (!found)
            throw reader.wrong(key, "the name of one of the card's files");
        return name;
    };
    detector.network = listed("network");
    if (detector.layout->files == NetworkFiles::Darknet)
        detector.weights = listed("weights");
    else if (reader.has("weights"))
        throw reader.wrong("weights", "no such entry: the layout has one file");
    const CardReader input = reader.object("input");
    input.refuse_unknown({"width", "height", "bgr"});
    detector.input = {input.integer("width", 1, max_input_side),
                      input.integer("height", 1, max_input_side)};
    detector.bgr = input.flag("bgr", detector.bgr);
    detector.classes = reader.integer("classes", 1, max_count, detector.classes);
    detector.person_class = reader.integer("person_class", 0, max_count, detector.person_class);
    if (detector.person_class >= detector.classes)
        throw reader.wrong("person_class",
                           "less than classes, " + std::to_string(detector.classes));
    detector.nms_threshold =
        static_cast<float>(reader.number("nms_threshold", 0, 1, detector.nms_threshold));
    return detector;
}

} // namespace fovea
