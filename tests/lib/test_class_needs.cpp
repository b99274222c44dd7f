// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/decide/class_needs.h"

namespace {

using fovea::Array;
using fovea::HeadScores;
using fovea::MotionLayout;
using fovea::PairFeature;
using fovea::PersonFeature;
using fovea::PersonsNeed;
using fovea::PersonsNeeds;

constexpr std::int64_t own = 5; // channels of the network
const MotionLayout layout = MotionLayout::of_frames(17);

/** Says the same of every window: normal 0.1, fight 0.6, fall 0.3 */
class FixedHead final : public fovea::ActivityHead
{
public:
    HeadScores run(const Array & /*rows*/) override { return {{0.1F, 0.6F, 0.3F}, {1}, {1}}; }

    std::int64_t channels() const override { return own + layout.channels(); }
};

/** \brief Rows of persons who stand still, two regions of four timesteps */
struct Window {
    Array rows{{2, 4, own + layout.channels()}};

    /** \param channel of the MotionLayout */
    void set(std::int64_t row, std::int64_t channel, float value)
    {
        const std::int64_t width = rows.shape[2];
        for (std::int64_t region = 0; region < 2; ++region)
            rows.values[static_cast<std::size_t>((region * 4 + row) * width + own + channel)] =
                value;
    }

    void set(std::int64_t row, int person, int step, PersonFeature feature, float value)
    {
        set(row,
            (std::int64_t{person} * layout.steps + step) * MotionLayout::of_person +
                static_cast<int>(feature),
            value);
    }

    /** \param width, height shares of the frame */
    void add(int person, float width, float height)
    {
        for (std::int64_t row = 0; row < 4; ++row) {
            const std::int64_t place =
                layout.places() + std::int64_t{person} * MotionLayout::of_place;
            set(row, place + 3, width);
            set(row, place + 4, height);
            for (int step = 0; step < layout.steps; ++step) {
                set(row, person, step, PersonFeature::Seen, 1);
                set(row, person, step, PersonFeature::Height, 1);
                set(row, person, step, PersonFeature::Aspect, -1);
            }
        }
    }

    void overlap(std::int64_t row, int pair, int step, float share)
    {
        set(row,
            layout.pairs_at() + (std::int64_t{pair} * layout.steps + step) * MotionLayout::of_pair +
                static_cast<int>(PairFeature::Overlap),
            share);
    }
};

PersonsNeeds needs(float least_person = 0)
{
    PersonsNeeds made;
    made.classes = {std::nullopt, fovea::ClassNeed{PersonsNeed::TwoTouch, 0.5F},
                    fovea::ClassNeed{PersonsNeed::GoesDown, 0.25F}};
    made.normal = 0;
    made.least_person = least_person;
    return made;
}

HeadScores said_of(const Window &window, PersonsNeeds of = needs())
{
    return fovea::needs_head(std::make_unique<FixedHead>(), layout, std::move(of))
        ->run(window.rows);
}

void expect_scores(const HeadScores &said, float normal, float fight, float fall)
{
    ASSERT_EQ(said.scores.size(), 3U);
    EXPECT_NEAR(said.scores[0], normal, 1e-6);
    EXPECT_NEAR(said.scores[1], fight, 1e-6);
    EXPECT_NEAR(said.scores[2], fall, 1e-6);
}

TEST(ClassNeeds, OfNobodyNothingIsAsked)
{
    const HeadScores said = said_of({}, needs(0.5F));
    expect_scores(said, 0.1F, 0.6F, 0.3F);
    EXPECT_FALSE(said.too_far);
}

TEST(ClassNeeds, SomebodyAloneWhoStandsNeitherFightsNorFalls)
{
    Window window;
    window.add(0, 0.1F, 0.5F);
    // fight 0.6 * 0.5, fall 0.3 * 0.25; normal gets 0.3 and 0.225
    expect_scores(said_of(window), 0.625F, 0.3F, 0.075F);
}

TEST(ClassNeeds, TwoWhoseBoxesOverlapInAFrameMayFight)
{
    Window window;
    window.add(0, 0.1F, 0.5F);
    window.add(1, 0.1F, 0.5F);
    expect_scores(said_of(window), 0.625F, 0.3F, 0.075F);
    window.overlap(/*row=*/3, /*pair=*/7, /*step=*/15, 0.01F);
    expect_scores(said_of(window), 0.325F, 0.6F, 0.075F);
}

TEST(ClassNeeds, WhoSinksGetsLowerOrWiderMayFall)
{
    const auto fall_after = [](PersonFeature feature, float value) {
        Window window;
        window.add(0, 0.1F, 0.5F);
        window.add(4, 0.1F, 0.5F);
        window.set(/*row=*/1, /*person=*/4, /*step=*/9, feature, value);
        return said_of(window).scores[2];
    };
    EXPECT_NEAR(fall_after(PersonFeature::Y, 0.25F), 0.3F, 1e-6);
    EXPECT_NEAR(fall_after(PersonFeature::Y, 0.24F), 0.075F, 1e-6);
    EXPECT_NEAR(fall_after(PersonFeature::Height, 0.75F), 0.3F, 1e-6);
    EXPECT_NEAR(fall_after(PersonFeature::Height, 0.76F), 0.075F, 1e-6);
    EXPECT_NEAR(fall_after(PersonFeature::Aspect, -0.5F), 0.3F, 1e-6);
    EXPECT_NEAR(fall_after(PersonFeature::Aspect, -0.51F), 0.075F, 1e-6);
}

TEST(ClassNeeds, WhoRisesDoesNotFall)
{
    Window window;
    window.add(0, 0.1F, 0.5F);
    for (int step = 0; step < layout.steps; ++step)
        window.set(0, 0, step, PersonFeature::Y, 1 - 0.1F * static_cast<float>(step));
    expect_scores(said_of(window), 0.625F, 0.3F, 0.075F);
}

TEST(ClassNeeds, WhereAllAreTooSmallNoEventIsTold)
{
    Window window;
    window.add(0, 0.02F, 0.09F);
    window.add(1, 0.09F, 0.02F);
    window.overlap(0, 0, 0, 0.5F);
    const HeadScores far = said_of(window, needs(0.1F));
    EXPECT_TRUE(far.too_far);
    expect_scores(far, 1, 0, 0);

    window.add(2, 0.05F, 0.1F); // one is large enough
    const HeadScores near = said_of(window, needs(0.1F));
    EXPECT_FALSE(near.too_far);
    EXPECT_NEAR(near.scores[1], 0.6F, 1e-6);
}

TEST(ClassNeeds, WithoutANormalClassWhatIsLostIsLost)
{
    Window window;
    window.add(0, 0.1F, 0.5F);
    PersonsNeeds of = needs();
    of.normal = -1;
    expect_scores(said_of(window, of), 0.1F, 0.3F, 0.075F);
}

TEST(ClassNeeds, AreEmptyWhereNothingIsAsked)
{
    PersonsNeeds of;
    EXPECT_TRUE(of.empty());
    of.classes.resize(3);
    EXPECT_TRUE(of.empty());
    of.least_person = 0.1F;
    EXPECT_FALSE(of.empty());
    EXPECT_FALSE(needs().empty());
}

TEST(ClassNeeds, RefusesRowsWithoutPersonsAndNeedsOfMoreClasses)
{
    EXPECT_EQ(error_of([] {
                  fovea::needs_head(std::make_unique<FixedHead>(), MotionLayout::of_frames(65),
                                    needs());
              }),
              "needs: the head takes rows of " + std::to_string(own + layout.channels()) +
                  " channels, expected those of persons behind the network's, " +
                  std::to_string(MotionLayout::of_frames(65).channels()) + " or more");
    PersonsNeeds more = needs();
    more.classes.resize(4);
    EXPECT_EQ(error_of([&] { said_of({}, more); }), "needs: of 4 classes, the head gives 3 scores");
}

} // namespace
