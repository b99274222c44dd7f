// SPDX-License-Identifier: MIT
#include "fovea/eval/evaluation_files.h"

#include "fovea/core/json.h"
#include "fovea/eval/report.h"
#include "fovea/store/atomic_file.h"

namespace fovea {

Evaluation write_evaluation(const std::filesystem::path &folder, const std::string &name,
                            const std::vector<Prediction> &predictions,
                            const std::vector<std::string> &labels)
{
    Evaluation evaluation = evaluate(predictions, labels);
    write_whole(folder / (name + ".json"), file_text(to_json(evaluation)));
    write_whole(folder / (name + ".txt"), to_text(evaluation));
    if (!evaluation.many_labels)
        write_whole(folder / (name + ".svg"), to_svg(evaluation));
    write_whole(folder / (name + "-predictions.csv"), predictions_csv(predictions, labels));
    write_whole(folder / (name + "-activitynet.json"),
                file_text(predictions_activity_net(predictions, labels)));
    return evaluation;
}

} // namespace fovea
