// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "fovea/nn/architecture.h"
#include "fovea/train/loop/named_recipes.h"
#include "fovea/train/loop/trainer.h"
#include "memory_samples.h"
#include "named_numbers.h"
#include "temporary_folder.h"

namespace fovea::test {

/** \brief Eight clips of noise, of two classes */
inline std::vector<Sample> eight_clips()
{
    std::vector<Sample> samples;
    for (std::int64_t i = 0; i < 8; ++i)
        samples.push_back(
            {named_numbers::uniform("clip/" + std::to_string(i), {3, 5, 32, 32}).to(at::kFloat),
             i % 2});
    return samples;
}

inline std::unique_ptr<BackboneClassifier> compact(const std::vector<std::string> &trained = {})
{
    const auto network = nn::make_backbone("watch", /*classes=*/2);
    named_numbers::fill(*network);
    return std::make_unique<BackboneClassifier>(network, 2, trained);
}

/** \brief All that draws random numbers or has a state */
inline Recipe busy_recipe(int epochs)
{
    Recipe recipe = recipe_named("from-scratch", NamedRecipe::Trains::Backbone).recipe;
    recipe.batch_size = 3;
    recipe.epochs = epochs;
    recipe.seed = 4;
    recipe.clip_norm = 5;
    return recipe;
}

inline bool same(const Weights &a, const Weights &b)
{
    if (a.size() != b.size())
        return false;
    for (const auto &[name, tensor] : a) {
        if (!tensor.equal(b.at(name)))
            return false;
    }
    return true;
}

/** \brief On one thread, with the eight clips */
class Trainer : public testing::Test
{
protected:
    void SetUp() override { at::set_num_threads(1); }

    const MemorySamples training_{eight_clips(), /*as_views=*/false};
    const MemorySamples validation_{eight_clips(), /*as_views=*/true};
    const TemporaryFolder folder_;
};

} // namespace fovea::test
