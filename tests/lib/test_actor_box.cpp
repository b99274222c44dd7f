// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/focus/actor_box.h"
#include "time_units.h"

using fovea::ActorOptions;
using fovea::ActorSurvey;
using fovea::ActorWindow;
using fovea::Box;
using fovea::ImageSize;
using fovea::Nanoseconds;
using fovea::Person;
using fovea::ViewArea;

namespace {

constexpr ImageSize frame = {640, 480};
constexpr double box_error = 1e-3;

Box pixels(double x, double y, double width, double height, ImageSize size = frame)
{
    return {static_cast<float>(x / size.width), static_cast<float>(y / size.height),
            static_cast<float>(width / size.width), static_cast<float>(height / size.height)};
}

Person person(const Box &box, float confidence = 0.9F, bool detected = true)
{
    return {box, confidence, -1, detected};
}

ActorOptions options_of(ActorOptions::Method method, double margin = 1,
                        ViewArea area = ViewArea::Frame)
{
    ActorOptions options;
    options.method = method;
    options.margin = margin;
    options.area = area;
    return options;
}

const ActorOptions mean = options_of(ActorOptions::Method::Mean);
const ActorOptions all = options_of(ActorOptions::Method::Union);

void expect_square(const Box &box, double x, double y, double side, ImageSize size = frame)
{
    EXPECT_NEAR(box.x * size.width, x, box_error);
    EXPECT_NEAR(box.y * size.height, y, box_error);
    EXPECT_NEAR(box.width * size.width, side, box_error);
    EXPECT_NEAR(box.height * size.height, side, box_error);
}

} // namespace

TEST(ActorSquare, HasTheLongerSideAndTheSameCentre)
{
    expect_square(actor_square(pixels(100, 100, 50, 80), mean, frame), 85, 100, 80);
    expect_square(actor_square(pixels(100, 100, 80, 50), mean, frame), 100, 85, 80);
}

TEST(ActorSquare, IsWiderByTheMargin)
{
    // 80 * 1.5 = 120 around (125, 140)
    const auto options = options_of(ActorOptions::Method::Union, 1.5);
    expect_square(actor_square(pixels(100, 100, 50, 80), options, frame), 65, 80, 120);
}

TEST(ActorSquare, AtABorderIsShiftedNotShrunk)
{
    expect_square(actor_square(pixels(0, 200, 40, 100), mean, frame), 0, 200, 100);
    expect_square(actor_square(pixels(620, 200, 20, 100), mean, frame), 540, 200, 100);
    expect_square(actor_square(pixels(300, 0, 100, 40), mean, frame), 300, 0, 100);
    expect_square(actor_square(pixels(300, 460, 100, 20), mean, frame), 300, 380, 100);
    // 40 * 1.5 = 60 around (620, 460), moved from (590, 430)
    const auto options = options_of(ActorOptions::Method::Union, 1.5);
    expect_square(actor_square(pixels(600, 440, 40, 40), options, frame), 580, 420, 60);
}

TEST(ActorSquare, IsNeverLargerThanTheViewsShorterSide)
{
    // 600 wide around x = 320: 480 from 80
    expect_square(actor_square(pixels(20, 5, 600, 470), mean, frame), 80, 0, 480);
    expect_square(actor_square(fovea::whole_frame, mean, frame), 80, 0, 480);
}

TEST(ActorSquare, StaysInTheCentredSquare)
{
    // The square of 854x480 is 187..667
    const ImageSize wide = {854, 480};
    const auto options = options_of(ActorOptions::Method::Mean, 1, ViewArea::Square);
    expect_square(actor_square(pixels(187, 100, 20, 100, wide), options, wide), 187, 100, 100,
                  wide);
    expect_square(actor_square(pixels(650, 100, 17, 100, wide), options, wide), 567, 100, 100,
                  wide);
    expect_square(actor_square(fovea::whole_frame, options, wide), 187, 0, 480, wide);
}

TEST(ActorSurvey, WithoutAPersonThereIsNoBox)
{
    ActorSurvey survey(mean, frame);
    EXPECT_FALSE(survey.box());
    survey.add({});
    survey.add({person(pixels(0, 0, 100, 100), 0.49F)});
    EXPECT_FALSE(survey.box());
}

TEST(ActorSurvey, MeanIsOfTheCornersOfTheBestPersonOverFramesWithOne)
{
    // Corners (100, 100)-(140, 200) and (200, 120)-(260, 240): mean (150, 110)-(200, 220);
    // 110 high around (175, 165)
    ActorSurvey survey(mean, frame);
    survey.add({person(pixels(400, 0, 80, 80), 0.6F), person(pixels(100, 100, 40, 100), 0.9F)});
    survey.add({});
    survey.add({person(pixels(200, 120, 60, 120), 0.5F)});
    ASSERT_TRUE(survey.box());
    expect_square(*survey.box(), 120, 110, 110);
}

TEST(ActorSurvey, MeanLeavesOutPersonsCarriedOver)
{
    ActorSurvey survey(mean, frame);
    survey.add({person(pixels(100, 100, 100, 100))});
    survey.add({person(pixels(100, 100, 100, 100), 0.9F, /*detected=*/false)});
    survey.add({person(pixels(200, 100, 100, 100))});
    expect_square(*survey.box(), 150, 100, 100);
}

TEST(ActorSurvey, UnionHoldsEveryPersonOfEveryFrame)
{
    // (100, 100)-(300, 260): 200 around (200, 180)
    ActorSurvey survey(all, frame);
    survey.add({person(pixels(100, 100, 40, 100)), person(pixels(150, 160, 20, 100))});
    survey.add({person(pixels(280, 150, 20, 50), 0.5F), person(pixels(600, 0, 40, 40), 0.4F)});
    expect_square(*survey.box(), 100, 80, 200);
}

TEST(ActorSurvey, PersonsAreClippedToTheView)
{
    // The square of 854x480 is 187..667: of 147..287 remains 187..287; the other is outside
    const ImageSize wide = {854, 480};
    ActorSurvey survey(options_of(ActorOptions::Method::Union, 1, ViewArea::Square), wide);
    survey.add({person(pixels(0, 0, 150, 480, wide))});
    EXPECT_FALSE(survey.box());
    survey.add({person(pixels(147, 100, 140, 100, wide))});
    expect_square(*survey.box(), 187, 100, 100, wide);
}

TEST(ActorWindow, ForgetsWhatIsAWindowOld)
{
    ActorWindow window(all, frame, 2 * second);
    window.add({person(pixels(0, 100, 100, 100))}, 0);
    // Both: (0, 100)-(300, 200), 300 around (150, 150)
    expect_square(*window.add({person(pixels(200, 100, 100, 100))}, 2 * second - 1), 0, 0, 300);
    expect_square(*window.add({}, 2 * second), 200, 100, 100);
    EXPECT_TRUE(window.add({}, 4 * second - 2));
    EXPECT_FALSE(window.add({}, 4 * second - 1));
}

TEST(ActorWindow, MeanIsOverTheWindowsFramesWithAPerson)
{
    ActorWindow window(mean, frame, 2 * second);
    window.add({person(pixels(100, 100, 100, 100))}, 0);
    window.add({}, second / 2);
    expect_square(*window.add({person(pixels(200, 100, 100, 100))}, second), 150, 100, 100);
    expect_square(*window.add({person(pixels(300, 100, 100, 100))}, 2 * second), 250, 100, 100);
}

TEST(ActorWindow, PersonsCarriedOverCountForUnionOnly)
{
    const Person carried = person(pixels(100, 100, 100, 100), 0.9F, /*detected=*/false);
    ActorWindow of_mean(mean, frame, 2 * second);
    EXPECT_FALSE(of_mean.add({carried}, 0));
    ActorWindow of_union(all, frame, 2 * second);
    expect_square(*of_union.add({carried}, 0), 100, 100, 100);
}

TEST(ActorWindow, IsEmptyAfterAReset)
{
    ActorWindow window(all, frame, 2 * second);
    window.add({person(pixels(100, 100, 100, 100))}, 0);
    window.reset();
    EXPECT_FALSE(window.add({}, 1));
}

TEST(ActorWindow, TimeThatStepsBackLooksAtNoLaterFrame)
{
    ActorWindow window(all, frame, 2 * second);
    window.add({person(pixels(100, 100, 100, 100))}, 10 * second);
    EXPECT_FALSE(window.add({}, 9 * second));
}

TEST(ActorWindow, AWindowOfNothingSeesItsOwnFrame)
{
    ActorWindow window(all, frame, 0);
    window.add({person(pixels(0, 0, 50, 50))}, 0);
    expect_square(*window.add({person(pixels(100, 100, 100, 100))}, 1), 100, 100, 100);
    EXPECT_FALSE(window.add({}, 2));
}
