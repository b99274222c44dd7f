// SPDX-License-Identifier: MIT
#include <cmath>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/detect/network_output.h"

using fovea::DecodeOptions;
using fovea::Error;
using fovea::NetworkOutput;

TEST(DarknetYolo, RowsAreCentresAndSizesOfTheImage)
{
    const float rows[] = {
        0.5F,  0.4F, 0.2F, 0.6F, 0.9F, 0.8F, 0.1F, // person
        0.5F,  0.4F, 0.2F, 0.6F, 0.9F, 0.3F, 0.7F, // under the threshold
        0.05F, 0.9F, 0.2F, 0.4F, 0.9F, 0.5F, 0.6F, // reaches over the left and the lower border
        1.5F,  0.5F, 0.2F, 0.2F, 0.9F, 0.9F, 0.1F, // outside
    };
    const auto persons = decode_darknet_yolo(NetworkOutput{{4, 7}, rows}, DecodeOptions{});
    ASSERT_EQ(persons.size(), 2U);
    EXPECT_FLOAT_EQ(persons[0].box.x, 0.4F);
    EXPECT_FLOAT_EQ(persons[0].box.y, 0.1F);
    EXPECT_FLOAT_EQ(persons[0].box.width, 0.2F);
    EXPECT_FLOAT_EQ(persons[0].box.height, 0.6F);
    EXPECT_FLOAT_EQ(persons[0].confidence, 0.8F);
    EXPECT_FLOAT_EQ(persons[1].box.x, 0);
    EXPECT_FLOAT_EQ(persons[1].box.width, 0.15F);
    EXPECT_FLOAT_EQ(persons[1].box.y, 0.7F);
    EXPECT_FLOAT_EQ(persons[1].box.height, 0.3F);
}

TEST(DarknetYolo, AnotherClassCanBeThePerson)
{
    const float row[] = {0.5F, 0.5F, 0.2F, 0.2F, 0.9F, 0.1F, 0.7F};
    DecodeOptions options;
    options.person_class = 1;
    const auto persons = decode_darknet_yolo(NetworkOutput{{1, 7}, row}, options);
    ASSERT_EQ(persons.size(), 1U);
    EXPECT_FLOAT_EQ(persons[0].confidence, 0.7F);
}

TEST(FastestDet, CellsAreDecodedAsTheReferenceDoes)
{
    // [1, 5 + 2 classes, h = 2, w = 3]; the cell of row 1, column 2 holds a person
    constexpr int cells = 6;
    constexpr int cell = 5;
    float values[7 * cells] = {};
    values[0 * cells + cell] = 0.81F;
    values[1 * cells + cell] = 0.5F;  // tanh: 0.4621172
    values[2 * cells + cell] = -0.5F; // tanh: -0.4621172
    values[3 * cells + cell] = -1;    // sigmoid: 0.2689414
    values[4 * cells + cell] = 0;     // sigmoid: 0.5
    values[5 * cells + cell] = 0.9F;
    values[6 * cells + cell] = 0.1F;
    // In row 0, column 1 the other class is better
    values[0 * cells + 1] = 1;
    values[5 * cells + 1] = 0.45F;
    values[6 * cells + 1] = 0.55F;
    // In row 0, column 0 the score, 0.3^0.6 * 1^0.4 = 0.4856, is under the threshold
    values[0 * cells + 0] = 0.3F;
    values[5 * cells + 0] = 1;

    const auto persons = decode_fastest_det(NetworkOutput{{1, 7, 2, 3}, values}, DecodeOptions{});
    ASSERT_EQ(persons.size(), 1U);
    // Centre ((2 + 0.4621172) / 3, (1 - 0.4621172) / 2) = (0.8207057, 0.2689414)
    EXPECT_NEAR(persons[0].box.x, 0.8207057 - 0.1344707, 1e-6);
    EXPECT_NEAR(persons[0].box.y, 0.2689414 - 0.25, 1e-6);
    EXPECT_NEAR(persons[0].box.width, 0.2689414, 1e-6);
    EXPECT_NEAR(persons[0].box.height, 0.5, 1e-6);
    EXPECT_NEAR(persons[0].confidence, 0.8448663, 1e-6); // 0.81^0.6 * 0.9^0.4 = 0.9^1.6
}

TEST(DarknetYolo, EachClassIsRaisedToItsHighestScore)
{
    const float rows[] = {
        0.5F, 0.4F, 0.2F, 0.6F, 0.9F, 0.8F, 0.1F, //
        0.5F, 0.4F, 0.2F, 0.6F, 0.9F, 0.3F, 0.7F,
    };
    std::vector<float> most = {0.2F, 0.75F}; // of another output
    raise_to_darknet_yolo(NetworkOutput{{2, 7}, rows}, &most);
    EXPECT_EQ(most, (std::vector<float>{0.8F, 0.75F}));
    std::vector<float> three(3);
    EXPECT_THROW(raise_to_darknet_yolo(NetworkOutput{{2, 7}, rows}, &three), Error);
}

TEST(FastestDet, EachClassIsRaisedToItsHighestScore)
{
    // [1, 5 + 2 classes, 1, 2]: objectness, four of the box, two classes; two cells each
    const float values[] = {0.9F, 0.4F, 0, 0, 0, 0, 0, 0, 0, 0, 0.1F, 0.7F, 0.9F, 0.3F};
    std::vector<float> most(2);
    raise_to_fastest_det(NetworkOutput{{1, 7, 1, 2}, values}, &most);
    EXPECT_FLOAT_EQ(most[0], std::pow(0.4F, 0.6F) * std::pow(0.7F, 0.4F));
    EXPECT_FLOAT_EQ(most[1], 0.9F);
    std::vector<float> three(3);
    EXPECT_THROW(raise_to_fastest_det(NetworkOutput{{1, 7, 1, 2}, values}, &three), Error);
}

TEST(NetworkOutput, OfAnotherShapeIsRefusedWithExpectedAndGot)
{
    const float values[8] = {};
    const auto refused = [&](auto decode, const std::vector<int> &shape, const char *expected,
                             const char *got) {
        try {
            decode(NetworkOutput{shape, values}, DecodeOptions{});
            FAIL() << "accepted";
        } catch (const Error &error) {
            EXPECT_EQ(error.kind(), Error::Kind::Init);
            EXPECT_NE(std::string(error.what()).find(expected), std::string::npos) << error.what();
            EXPECT_NE(std::string(error.what()).find(got), std::string::npos) << error.what();
        }
    };
    refused(fovea::decode_darknet_yolo, {1, 8, 1, 1}, "[rows, 5 + classes]", "[1, 8, 1, 1]");
    refused(fovea::decode_darknet_yolo, {1, 5}, "[rows, 5 + classes]", "[1, 5]");
    refused(fovea::decode_fastest_det, {1, 8}, "[1, 5 + classes, h, w]", "[1, 8]");
    refused(fovea::decode_fastest_det, {2, 6, 1, 1}, "[1, 5 + classes, h, w]", "[2, 6, 1, 1]");
}
