// SPDX-License-Identifier: MIT
#include "fovea/decide/mean_head.h"

#include <algorithm>

#include "fovea/core/errors.h"
#include "fovea/core/names.h"

namespace fovea {

namespace {

class MeanHead final : public ActivityHead
{
public:
    explicit MeanHead(std::vector<WeightedHead> heads) : heads_(std::move(heads)) {}

    HeadScores run(const Array &rows) override
    {
        if (rows.shape.size() != 3 || rows.shape[2] != channels())
            throw Error(Error::Kind::Settings,
                        "rows: the combined heads expect " + std::to_string(channels()) +
                            " channels, got " +
                            std::to_string(rows.shape.empty() ? 0 : rows.shape.back()));
        const std::vector<std::string> &labels = heads_.front().labels;
        HeadScores joint;
        joint.scores.resize(labels.size());
        joint.region_weights.resize(static_cast<std::size_t>(rows.shape[0]));
        joint.time_weights.resize(static_cast<std::size_t>(rows.shape[1]));
        std::int64_t first = 0;
        for (const WeightedHead &part : heads_) {
            const HeadScores own = part.head->run(channels_of(rows, first, part.head->channels()));
            first += part.head->channels();
            const auto add = [&](std::vector<float> *sum, const std::vector<float> &values) {
                for (std::size_t i = 0; i < sum->size(); ++i)
                    (*sum)[i] += part.weight * values[i];
            };
            add(&joint.scores, in_order_of(labels, part.labels, own.scores));
            add(&joint.region_weights, own.region_weights);
            add(&joint.time_weights, own.time_weights);
        }
        return joint;
    }

    std::int64_t channels() const override
    {
        std::int64_t sum = 0;
        for (const WeightedHead &part : heads_)
            sum += part.head->channels();
        return sum;
    }

private:
    std::vector<WeightedHead> heads_;
};

} // namespace

Array channels_of(const Array &rows, std::int64_t first, std::int64_t count)
{
    Array part({rows.shape[0], rows.shape[1], count});
    const std::int64_t all = rows.shape[0] * rows.shape[1];
    for (std::int64_t row = 0; row < all; ++row)
        std::copy_n(rows.values.begin() + row * rows.shape[2] + first, count,
                    part.values.begin() + row * count);
    return part;
}

std::shared_ptr<ActivityHead> mean_head(std::vector<WeightedHead> heads)
{
    return std::make_shared<MeanHead>(std::move(heads));
}

std::vector<float> in_order_of(const std::vector<std::string> &labels,
                               const std::vector<std::string> &own,
                               const std::vector<float> &scores)
{
    std::vector<float> ordered;
    for (const std::string &label : labels)
        ordered.push_back(scores[static_cast<std::size_t>(place_of(label, own))]);
    return ordered;
}

} // namespace fovea
