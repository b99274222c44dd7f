#include "fovea/train/bundle_writer.h"

#include <algorithm>

#include "fovea/bundle/backbone_options.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"
#include "fovea/nn/backbone.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/module_state.h"

namespace fovea {

namespace {

Json decision_of(const Json &base, const TrainedBundle &trained)
{
    const std::vector<std::string> &labels = trained.labels;
    Json decision = base.contains("decision") ? base["decision"] : Json::object();
    const std::string normal = decision.value("normal", "");
    if (std::find(labels.begin(), labels.end(), normal) == labels.end()) {
        decision["normal"] = ""; // every class is an activity: the best one is the label
        decision["threshold"] = 0;
    }
    const int most = static_cast<int>(labels.size());
    decision["top_k"] = std::max(1, std::min(decision.value("top_k", 5), most));
    decision["many_labels"] = trained.many_labels;
    if (trained.window > 0) {
        decision["window"] = trained.window;
        decision["hop"] = std::max(1, trained.window / 4);
    }
    return decision;
}

std::string bundle_name(const std::filesystem::path &folder)
{
    const auto whole = std::filesystem::absolute(folder).lexically_normal();
    return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

} // namespace

Weights backbone_weights(const Bundle &bundle)
{
    const auto backbone = nn::make_backbone(backbone_options(bundle.activity()));
    return without_prefixes(read_weights(bundle.file(bundle.files().front())),
                            {"head.", backbone->classifier() + "."});
}

Bundle write_bundle(const std::filesystem::path &folder, const Bundle &base,
                    const TrainedBundle &trained)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw cannot_write(folder, error.value());

    const std::string name = bundle_name(folder);
    const auto weights_file = folder / (name + ".pt");
    Weights weights = trained.backbone;
    add_with_prefix(&weights, "head.", trained.head_weights);
    write_weights(weights_file, weights);

    std::string labels;
    for (const std::string &label : trained.labels)
        labels += label + "\n";
    write_whole(folder / "labels.txt", labels);

    Json card = read_json(base.folder() / "card.json");
    card["name"] = name;
    card["title"] = trained.title;
    card["head"] = trained.head;
    card["classes"] = trained.labels.size();
    card["labels"] = "labels.txt";
    card["regions"]["full"] = trained.regions.full;
    card["regions"]["grid"] = trained.regions.grid;
    card["regions"]["actor"] = trained.regions.actor;
    card["decision"] = decision_of(card, trained);
    card.erase("segments"); // the base's are of its own labels
    if (!trained.priors.empty())
        card["segments"] = {{"priors", trained.priors}};
    if (trained.window_rows > 0) {
        card["sampling"] = {{"plan", "windows"}, {"frames", base.activity().sampling.frames}};
        card["segments"]["rows"] = trained.window_rows;
    }
    card["files"] =
        Json::array({{{"name", name + ".pt"}, {"sha256", sha256_of(weights_file)}, {"url", ""}}});
    card["source"] = trained.source;
    card["measured"] = trained.measured;
    write_whole(folder / "card.json", card.dump(2) + "\n");
    return Bundle::open(std::filesystem::absolute(folder).string());
}

} // namespace fovea
