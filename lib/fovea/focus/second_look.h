// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/names.h"
#include "fovea/core/saliency.h"

namespace fovea {

/** \brief What is seen a second time, at the detail of the original frame; section 5.3 names baselines */
enum class Focus {
    Card, ///< only asked for: as the model's card says
    None,
    Saliency, ///< where the network looks, by Attribution: section 3.1
    Upscaled, ///< the same place, enlarged from what the network saw: a baseline without new detail
    Repeat,   ///< all of it once more: a baseline
    Random,   ///< anywhere: a baseline
    Centre    ///< the middle: a baseline
};

constexpr Named<Focus> focuses[] = {
    {Focus::Card, "card", "As the model's card says; where it says nothing, none", NameUse::Asked},
    {Focus::None, "none", "No second look"},
    {Focus::Saliency, "saliency", "Where the model looks, by focus-entropy and focus-attribution"},
    {Focus::Upscaled, "upscaled",
     "The same place, enlarged from what the network saw, not from the original: a baseline"},
    {Focus::Repeat, "repeat", "All of the view once more: a baseline"},
    {Focus::Random, "random", "Anywhere: a baseline"},
    {Focus::Centre, "centre", "The middle: a baseline"}};

/** \brief Whether the network is asked where to look */
constexpr bool is_by_saliency(Focus focus)
{
    return focus == Focus::Saliency || focus == Focus::Upscaled;
}

/** \brief How the second look joins the first: section 3.2 */
enum class Fusion {
    Card,    ///< only asked for: as the model's card says
    Late,    ///< it is one more region, with rows of its own
    Temporal ///< it follows the first in time: both are one clip of twice the frames
};

constexpr Named<Fusion> fusions[] = {
    {Fusion::Card, "card", "As the model's card says; where it says nothing, late", NameUse::Asked},
    {Fusion::Late, "late", "One more region"},
    {Fusion::Temporal, "temporal", "Behind the first look in time, both one clip"}};

/** \brief A closer look at a part of each clip. Source: Sydorov et al., BMVC 2019 */
struct SecondLook {
    Focus focus = Focus::None;
    Fusion fusion = Fusion::Late;
    Entropy entropy = Entropy::Paper;                ///< where is_by_saliency()
    Attribution attribution = Attribution::Gradient; ///< likewise

    constexpr bool is_taken() const { return focus != Focus::None; }

    constexpr bool is_late() const { return is_taken() && fusion == Fusion::Late; }

    /** \brief Whether a network beside the one that sees both looks has a part in it */
    constexpr bool is_by_two() const { return is_by_saliency(focus) || is_late(); }

    constexpr bool is_in_time() const { return is_taken() && fusion == Fusion::Temporal; }
};

/** \brief Nothing is asked for: all of it is as the card says */
constexpr SecondLook look_of_card = {Focus::Card, Fusion::Card, Entropy::Card, Attribution::Card};

/** \brief What was asked for, and as the card says where it was left to it */
constexpr SecondLook settled(const SecondLook &asked, const SecondLook &card)
{
    return {asked.focus == Focus::Card ? card.focus : asked.focus,
            asked.fusion == Fusion::Card ? card.fusion : asked.fusion,
            asked.entropy == Entropy::Card ? card.entropy : asked.entropy,
            asked.attribution == Attribution::Card ? card.attribution : asked.attribution};
}

} // namespace fovea
