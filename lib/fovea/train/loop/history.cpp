// SPDX-License-Identifier: MIT
#include "fovea/train/loop/history.h"

#include <algorithm>
#include <array>

#include "fovea/eval/svg.h"
#include "fovea/store/atomic_file.h"

namespace fovea {

namespace {

constexpr double plot_width = 420;  // pixels, all
constexpr double plot_height = 240; //
constexpr double margin = 48;
constexpr const char *train_colour = "#144e8c";
constexpr const char *validation_colour = "#d9661f";

using Value = double EpochRecord::*;

struct Plot {
    const char *title;
    Value train;
    Value validation;
    double left;
    double top_value; ///< at the upper end; the lower is 0
};

std::string curve(const std::vector<EpochRecord> &history, const Plot &plot, Value value,
                  const char *colour)
{
    std::vector<std::array<double, 2>> points;
    const double steps = std::max<double>(static_cast<double>(history.size()) - 1, 1);
    for (std::size_t i = 0; i < history.size(); ++i) {
        const double share = std::clamp(history[i].*value / plot.top_value, 0.0, 1.0);
        points.push_back({plot.left + plot_width * static_cast<double>(i) / steps,
                          margin + plot_height * (1 - share)});
    }
    return svg_curve(points, colour);
}

std::string drawn(const std::vector<EpochRecord> &history, const Plot &plot)
{
    const double bottom = margin + plot_height;
    std::string body = svg_text(plot.left, margin - 20, plot.title, {14});
    for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
        const double y = margin + plot_height * (1 - share);
        body += svg_grid_line(plot.left, y, plot.left + plot_width, y);
        body += svg_text(plot.left - 6, y + 4, svg_number(share * plot.top_value), {11, "end"});
    }
    body += svg_text(plot.left, bottom + 18, "epoch 1", {11});
    body +=
        svg_text(plot.left + plot_width, bottom + 18, std::to_string(history.size()), {11, "end"});
    body += curve(history, plot, plot.train, train_colour);
    if (history.back().validated)
        body += curve(history, plot, plot.validation, validation_colour);
    return body;
}

} // namespace

Json to_json(const EpochRecord &record)
{
    Json json = {{"epoch", record.epoch},
                 {"train_loss", record.train_loss},
                 {"train_accuracy", record.train_accuracy}};
    if (record.validated) {
        json["validation_loss"] = record.validation_loss;
        json["validation_accuracy"] = record.validation_accuracy;
    }
    json["learning_rate"] = record.learning_rate;
    json["seconds"] = record.seconds;
    json["best"] = record.best;
    return json;
}

EpochRecord epoch_from_json(const Json &line, const std::string &where)
{
    const JsonReader reader(line, where);
    EpochRecord record;
    record.epoch = reader.get<int>("epoch");
    record.train_loss = reader.get<double>("train_loss");
    record.train_accuracy = reader.get<double>("train_accuracy");
    record.validated = reader.has("validation_loss");
    record.validation_loss = reader.get<double>("validation_loss", 0);
    record.validation_accuracy = reader.get<double>("validation_accuracy", 0);
    record.learning_rate = reader.get<double>("learning_rate");
    record.seconds = reader.get<double>("seconds");
    record.best = reader.get<bool>("best");
    return record;
}

void write_history(const std::filesystem::path &file, const std::vector<EpochRecord> &history)
{
    AtomicFile output(file);
    for (const EpochRecord &record : history)
        output.write(to_json(record).dump() + "\n");
    output.commit();
}

std::string curves_svg(const std::vector<EpochRecord> &history)
{
    if (history.empty())
        return svg_document(plot_width, plot_height, "");
    double top = 0;
    for (const EpochRecord &record : history)
        top = std::max({top, record.train_loss, record.validation_loss});

    const Plot loss = {"Loss", &EpochRecord::train_loss, &EpochRecord::validation_loss, margin,
                       top > 0 ? top : 1};
    const Plot accuracy = {"Accuracy", &EpochRecord::train_accuracy,
                           &EpochRecord::validation_accuracy, plot_width + 3 * margin, 1};
    const double width = 2 * plot_width + 4 * margin;
    std::string body = drawn(history, loss) + drawn(history, accuracy);
    body += svg_text(width - margin - 130, margin - 20, "training", {12, "end", train_colour});
    body += svg_text(width - margin, margin - 20, "validation", {12, "end", validation_colour});
    return svg_document(width, plot_height + 2 * margin, body);
}

} // namespace fovea
