// SPDX-License-Identifier: MIT
#include <tuple>

#include <gtest/gtest.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "fovea/nn/backbone.h"
#include "fovea/train/loop/module_state.h"
#include "fovea/train/loop/optimiser.h"

namespace fovea {

namespace {

/** \brief A convolution, its norm and a classifier, all parameters 1 */
class Small final : public torch::nn::Module
{
public:
    Small()
    {
        register_module("conv", torch::nn::Conv1d(torch::nn::Conv1dOptions(2, 3, 1)));
        register_module("bn", torch::nn::BatchNorm1d(3));
        register_module("new_fc", torch::nn::Linear(3, 2));
        const at::NoGradGuard no_grad;
        for (at::Tensor &parameter : parameters())
            parameter.fill_(1);
    }

    double value(const std::string &name) { return named_parameters()[name].mean().item<double>(); }

    void set_gradient(double gradient)
    {
        for (at::Tensor &parameter : parameters())
            parameter.mutable_grad() = at::full_like(parameter, gradient);
    }
};

Recipe plain_sgd()
{
    Recipe recipe;
    recipe.optimiser = OptimiserKind::Sgd;
    recipe.learning_rate = 0.5; // another than the step's
    recipe.weight_decay = 0.1;
    return recipe;
}

/* get_optim_policies() of mit-han-lab/temporal-shift-module: w - rate (gradient + decay w), w = 1 */
TEST(Optimiser, BiasesNormsAndTheClassifierHaveRatesAndDecayOfTheirOwn)
{
    Small module;
    Recipe recipe = plain_sgd();
    recipe.decays_all = false;
    recipe.bias_factor = 2;
    recipe.classifier_factor = 5;
    Optimiser optimiser(module, recipe, "new_fc");
    optimiser.set_learning_rate(0.01);
    module.set_gradient(1);
    optimiser.step();
    EXPECT_NEAR(module.value("conv.weight"), 1 - 0.01 * 1.1, 1e-6);
    EXPECT_NEAR(module.value("conv.bias"), 1 - 0.02, 1e-6);
    EXPECT_NEAR(module.value("bn.weight"), 1 - 0.01, 1e-6);
    EXPECT_NEAR(module.value("bn.bias"), 1 - 0.01, 1e-6);
    EXPECT_NEAR(module.value("new_fc.weight"), 1 - 0.05 * 1.1, 1e-6);
    EXPECT_NEAR(module.value("new_fc.bias"), 1 - 0.1, 1e-6);
}

/* get_fine_tuning_parameters_fa() of junmuzi/sta-mars */
TEST(Optimiser, AttentionInsideANetworkHasARateOfItsOwnWhereverItStands)
{
    for (const auto &[architecture, attention, part] :
         {std::tuple{"watch", "sta", "blocks.2.sta."},
          std::tuple{"c3d", "sta", "conv5b_attention."}}) {
        nn::BackboneOptions options;
        options.architecture = architecture;
        options.classes = 2;
        options.attention.name = attention;
        options.clip =
            architecture == std::string("c3d") ? nn::Size3{16, 112, 112} : nn::Size3{16, 64, 64};
        const auto network = nn::make_backbone(options);
        Recipe recipe = plain_sgd();
        recipe.weight_decay = 0;
        recipe.attention_factor = 10;
        Optimiser optimiser(*network, recipe, network->classifier());
        optimiser.set_learning_rate(0.01);
        const Weights before = copy_of(*network);
        for (at::Tensor &parameter : network->parameters())
            parameter.mutable_grad() = at::ones_like(parameter);
        optimiser.step();
        int attending = 0;
        for (const auto &parameter : network->named_parameters()) {
            const bool attends = parameter.key().rfind(part, 0) == 0;
            attending += attends ? 1 : 0;
            const at::Tensor moved = before.at(parameter.key()) - parameter.value();
            EXPECT_NEAR(moved.mean().item<double>(), attends ? 0.1 : 0.01, 1e-5) << parameter.key();
        }
        EXPECT_EQ(attending, 6) << architecture; // two convolutions and a transposed one
    }
}

TEST(Optimiser, WithoutThemAllAreTrainedAlike)
{
    Small module;
    Optimiser optimiser(module, plain_sgd(), "new_fc");
    optimiser.set_learning_rate(0.01);
    module.set_gradient(1);
    optimiser.step();
    for (const auto &parameter : module.named_parameters())
        EXPECT_NEAR(module.value(parameter.key()), 1 - 0.01 * 1.1, 1e-6) << parameter.key();
}

TEST(Optimiser, DampeningIsOfAllGradientsButTheFirst)
{
    // Momentum 0.9, dampening 0.9: 1, then 0.9 + 0.1 * 1 = 1; without it 1, then 0.9 + 1 = 1.9
    for (const auto &[dampening, moved] :
         {std::pair<double, double>{0.9, 0.01 + 0.01}, {0, 0.01 + 0.019}}) {
        Small module;
        Recipe recipe = plain_sgd();
        recipe.weight_decay = 0;
        recipe.momentum = 0.9;
        recipe.dampening = dampening;
        Optimiser optimiser(module, recipe);
        optimiser.set_learning_rate(0.01);
        module.set_gradient(1);
        optimiser.step();
        optimiser.step();
        EXPECT_NEAR(module.value("conv.weight"), 1 - moved, 1e-6) << dampening;
    }
}

TEST(Optimiser, GoesOnWithItsMomentsInWhateverGroupsTheyAre)
{
    Recipe recipe = plain_sgd();
    recipe.momentum = 0.9;
    recipe.decays_all = false;
    recipe.bias_factor = 2;
    Small straight;
    Optimiser all(straight, recipe);
    straight.set_gradient(1);
    all.step();
    Small halved;
    Weights state;
    {
        Optimiser first(halved, recipe);
        halved.set_gradient(1);
        first.step();
        state = first.state();
    }
    EXPECT_EQ(state.size(), straight.parameters().size());
    all.step();
    Optimiser second(halved, recipe);
    second.restore(state, "checkpoint.pt");
    halved.set_gradient(1);
    second.step();
    for (const auto &parameter : straight.named_parameters())
        EXPECT_EQ(straight.value(parameter.key()), halved.value(parameter.key()))
            << parameter.key();
}

} // namespace

} // namespace fovea
