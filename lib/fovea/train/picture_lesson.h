// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <torch/nn/modules/conv.h>

#include "fovea/bundle/pose_networks.h"
#include "fovea/nn/backbone.h"
#include "fovea/train/loop/goal.h"
#include "fovea/train/training_steps.h"
#include "fovea/video/frame_to_tensor.h"

namespace fovea {

/** \brief A teacher as PictureGoal runs it, where the training runs \throw Error as load_picture_view() and training_device() */
PictureView picture_teacher(const std::string &model, const TrainingSettings &settings);

/**
 * \brief A network's layers of single pictures as what is trained, on a teacher's map: the rest of it keeps its
 * weights, and a 1x1 convolution between the two maps is forgotten afterwards
 */
class PictureStudent final : public Classifier
{
public:
    /** \param network of those with ArchitectureFacts::sees_pictures \param rest modules that the lesson is not for */
    PictureStudent(std::shared_ptr<nn::Backbone> network, const std::vector<std::string> &rest,
                   std::int64_t teachers_channels);

    /** \param clips [N, 3, T, H, W] \return map: that of each frame, as many channels as the teacher, [N T, C, h, w] */
    Response respond(const at::Tensor &clips) override;

    torch::nn::Module &module() override { return *module_; }

    std::int64_t classes() const override { return 0; }

    void set_training(bool on) override { module_->train(on); }

private:
    std::shared_ptr<nn::Backbone> network_;
    std::shared_ptr<torch::nn::Module> module_; ///< network and adaptor
    torch::nn::Conv2d adaptor_;
};

/**
 * \brief The mean square between a student's maps and those of a network of keypoints, in units of each channel's
 * variance, of every fourth frame of a clip
 *
 * That part of a network which others have taught about persons is worth more to actions than what a few hundred
 * clips teach, is this project's own finding (docs/default-model.md); to learn a teacher's maps in place of its answers is
 * FitNets (Romero et al., ICLR 2015).
 */
class PictureGoal final : public Goal
{
public:
    /**
     * \param normalisation of the student's clips
     * \param examples whose first samples say the teacher's mean and deviation by channel
     */
    PictureGoal(PictureView teacher, const Normalisation &normalisation,
                const SampleSource &examples);

    std::int64_t channels() const { return mean_.size(0); }

    /** \return loss: sum over the clips; hits: their count times what judge() calls accuracy */
    Objective::Outcome of(Classifier &student, const at::Tensor &clips,
                          const at::Tensor &labels) const override;

    /** \return loss: mean over the clips; accuracy: share of the teacher's variance that the student tells */
    ValidationFigures judge(Classifier &student, const SampleSource &source,
                            const std::function<bool()> &stop) const override;

private:
    at::Tensor teachers_map(const at::Tensor &frames) const;
    at::Tensor losses(Classifier &student, const at::Tensor &clips) const;

    PictureView teacher_;
    Normalisation normalisation_;
    at::Tensor mean_;      ///< [C]
    at::Tensor deviation_; ///< [C]
};

} // namespace fovea
