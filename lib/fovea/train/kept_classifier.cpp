// SPDX-License-Identifier: MIT
#include "fovea/train/kept_classifier.h"

#include "fovea/bundle/weights.h"
#include "fovea/core/names.h"
#include "fovea/nn/persons_head.h"

namespace fovea {

namespace {

/** \brief Places of \a labels among the model's; empty: they are others */
std::vector<std::int64_t> order_of(const std::vector<std::string> &labels,
                                   const std::vector<std::string> &of_model)
{
    if (labels.size() != of_model.size())
        return {};
    std::vector<std::int64_t> order;
    for (const std::string &label : labels) {
        order.push_back(place_of(label, of_model));
        if (order.back() < 0)
            return {};
    }
    return order;
}

} // namespace

Weights classifier_of(const Bundle &model, const Weights &weights, const std::string &name,
                      const std::vector<std::string> &labels)
{
    const std::vector<std::int64_t> order = order_of(labels, model.labels());
    if (order.empty())
        return {};
    Weights own = classifier_weights(weights, name);
    if (own.count("weight") == 0 || own.count("bias") == 0)
        return {};
    // Published weights of other classes, to fine-tune from, under the name of the card's
    const auto classes = static_cast<std::int64_t>(labels.size());
    if (own.at("weight").size(0) != classes || own.at("bias").size(0) != classes)
        return {};
    for (auto &[part, tensor] : own)
        tensor = tensor.index_select(0, at::tensor(order));
    return own;
}

bool keep_classifier(const Bundle &model, const std::vector<std::string> &labels, nn::Head *head)
{
    auto *persons = dynamic_cast<nn::PersonsHead *>(head);
    if (persons == nullptr)
        return false;
    const Weights own =
        classifier_of(model, read_weights(model.file(model.weights())), "fc", labels);
    return !own.empty() && persons->keep_classifier(own.at("weight"), own.at("bias"));
}

} // namespace fovea
