// SPDX-License-Identifier: MIT
#include <utility>

#include "fovea/core/csv_field.h"
#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/decide/label_decision.h"
#include "fovea/eval/report.h"
#include "fovea/store/results/result_formats.h"

namespace fovea {

namespace {

/** \brief The class, or all of them: "a;b" */
std::string truth_text(const Prediction &prediction, const std::vector<std::string> &labels)
{
    if (prediction.truth >= 0)
        return labels.at(static_cast<std::size_t>(prediction.truth));
    std::string text;
    for (const int truth : prediction.truths)
        text += (text.empty() ? "" : ";") + labels.at(static_cast<std::size_t>(truth));
    return text;
}

std::string score_text(float score)
{
    return formatted("%.6g", static_cast<double>(score));
}

} // namespace

std::string predictions_csv(const std::vector<Prediction> &predictions,
                            const std::vector<std::string> &labels)
{
    std::string text = "id,group,truth,predicted";
    for (const std::string &label : labels)
        text += "," + csv_cell(label);
    text += "\n";
    for (const Prediction &prediction : predictions) {
        text += csv_cell(prediction.id) + "," + csv_cell(prediction.group) + "," +
                csv_cell(truth_text(prediction, labels)) + "," +
                csv_cell(labels.at(static_cast<std::size_t>(prediction.label())));
        for (const float score : prediction.scores)
            text += "," + score_text(score);
        text += "\n";
    }
    return text;
}

Json predictions_activity_net(const std::vector<Prediction> &predictions,
                              const std::vector<std::string> &labels)
{
    constexpr std::size_t top_k = 5;
    Json results = Json::object();
    for (const Prediction &one : predictions) {
        Json &entries = results[one.id];
        for (const ScoredLabel &best : best_labels(one.scores, labels, top_k))
            entries.push_back({{"label", best.label}, {"score", best.confidence}});
    }
    return activity_net_predictions(std::move(results));
}

} // namespace fovea
