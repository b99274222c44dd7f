// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/nn/keypoint_network.h"
#include "fovea/train/loop/goal.h"

namespace fovea {

/** \brief A network for keypoints as what is trained: its maps [N, 86, H, W] */
class KeypointStudent final : public Classifier
{
public:
    explicit KeypointStudent(std::shared_ptr<nn::KeypointNetwork> network)
        : network_(std::move(network))
    {
    }

    /** \param pictures [N, 3, H, W] \return the maps; there are no classes */
    Response respond(const at::Tensor &pictures) override
    {
        return {{}, network_->forward(pictures)};
    }

    torch::nn::Module &module() override { return *network_; }

    std::int64_t classes() const override { return 0; }

    void set_training(bool on) override { network_->train(on); }

private:
    std::shared_ptr<nn::KeypointNetwork> network_;
};

inline constexpr double sure_keypoint =
    0.3; ///< confidence of a teacher's keypoint from which on it is judged by

/**
 * \brief Maps as decode_pose() reads them, of a teacher's keypoints
 *
 * Heatmaps: binary cross entropy to a Gaussian around each keypoint, as high as the teacher is sure, and around
 * the person's centre (the mean of the keypoints that the teacher is sure of); cells near one weigh more. Ways and offsets:
 * L1, near the centre and near each keypoint, as the teacher is sure. The weights are choices of this project.
 */
class KeypointGoal final : public Goal
{
public:
    /** \return loss: sum over the samples; hits: their count times what judge() calls accuracy, of the first eight */
    Objective::Outcome of(Classifier &student, const at::Tensor &pictures,
                          const at::Tensor &poses) const override;

    /**
     * \return accuracy: share of the keypoints, of those that the teacher is sure of by 0.3, that decode_pose() finds
     * within a tenth of the picture's side; loss: mean over the samples
     */
    ValidationFigures judge(Classifier &student, const SampleSource &source,
                            const std::function<bool()> &stop) const override;
};

/** \brief The loss alone, by sample \param maps [N, 86, H, W] \param poses [N, 17, 3] \return [N] */
at::Tensor keypoint_losses(const at::Tensor &maps, const at::Tensor &poses);

} // namespace fovea
