// SPDX-License-Identifier: MIT
#include "fovea/decide/two_stage_head.h"

#include <string>
#include <utility>

#include "fovea/core/errors.h"
#include "fovea/decide/mean_head.h"

namespace fovea {

namespace {

class TwoStageHead final : public ActivityHead
{
public:
    TwoStageHead(ProposalStage proposals, std::shared_ptr<ActivityHead> classes)
        : proposals_(std::move(proposals)), classes_(std::move(classes))
    {
    }

    HeadScores run(const Array &rows) override
    {
        if (rows.shape.size() != 3 || rows.shape[2] != channels())
            throw Error(Error::Kind::Settings,
                        "rows: the two stages expect " + std::to_string(channels()) +
                            " channels, got " +
                            std::to_string(rows.shape.empty() ? 0 : rows.shape.back()));
        const std::int64_t own = classes_->channels();
        const HeadScores proposed =
            proposals_.head->run(channels_of(rows, own, proposals_.head->channels()));
        if (proposed.scores.at(proposals_.action) < proposals_.threshold)
            return {};
        return classes_->run(channels_of(rows, 0, own));
    }

    std::int64_t channels() const override
    {
        return classes_->channels() + proposals_.head->channels();
    }

private:
    ProposalStage proposals_;
    std::shared_ptr<ActivityHead> classes_;
};

} // namespace

std::shared_ptr<ActivityHead> two_stage_head(ProposalStage proposals,
                                             std::shared_ptr<ActivityHead> classes)
{
    return std::make_shared<TwoStageHead>(std::move(proposals), std::move(classes));
}

} // namespace fovea
