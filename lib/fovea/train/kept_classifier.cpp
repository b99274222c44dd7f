// SPDX-License-Identifier: MIT
#include "fovea/train/kept_classifier.h"

#include <algorithm>

#include "fovea/bundle/weights.h"
#include "fovea/nn/persons_head.h"

namespace fovea {

namespace {

/* As a trained bundle names it, and as a network of its own does */
constexpr const char *classifiers[] = {"head.fc.", "fc."};

/** \brief Places of \a labels among the model's; empty: they are others */
std::vector<std::int64_t> order_of(const std::vector<std::string> &labels,
                                   const std::vector<std::string> &of_model)
{
    if (labels.size() != of_model.size())
        return {};
    std::vector<std::int64_t> order;
    for (const std::string &label : labels) {
        const auto place = std::find(of_model.begin(), of_model.end(), label);
        if (place == of_model.end())
            return {};
        order.push_back(place - of_model.begin());
    }
    return order;
}

} // namespace

bool keep_classifier(const Bundle &model, const std::vector<std::string> &labels, nn::Head *head)
{
    auto *persons = dynamic_cast<nn::PersonsHead *>(head);
    const std::vector<std::int64_t> order = order_of(labels, model.labels());
    if (persons == nullptr || order.empty())
        return false;
    const Weights all = read_weights(model.file(model.files().front()));
    const at::Tensor rows = at::tensor(order);
    for (const char *classifier : classifiers) {
        const Weights own = with_prefix(all, classifier);
        const auto weight = own.find("weight");
        const auto bias = own.find("bias");
        if (weight != own.end() && bias != own.end())
            return persons->keep_classifier(weight->second.index_select(0, rows),
                                            bias->second.index_select(0, rows));
    }
    return false;
}

} // namespace fovea
