// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/detect/dnn_detector.h"
#include "fovea/detect/hog_detector.h"
#include "fovea/detect/object_scorer.h"
#include "raw_video.h"

namespace fs = std::filesystem;
using fovea::DnnDetectorOptions;
using fovea::Error;
using fovea::ImageSize;
using fovea::Person;
using fovea::RgbImage;
using fovea::test::read_frames;
using fovea::test::shared_data;

namespace {

RgbImage grey_image(ImageSize size)
{
    return {size,
            std::vector<std::uint8_t>(static_cast<std::size_t>(3) * size.width * size.height, 128)};
}

void expect_fails(Error::Kind kind, const std::string &named, const std::function<void()> &action)
{
    try {
        action();
        FAIL() << "no error";
    } catch (const Error &error) {
        const std::string text = error.what();
        EXPECT_EQ(error.kind(), kind) << text;
        EXPECT_NE(text.find(named), std::string::npos) << text;
        EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
}

void expect_ordered_and_inside(const std::vector<Person> &persons)
{
    EXPECT_TRUE(
        std::is_sorted(persons.begin(), persons.end(), [](const Person &a, const Person &b) {
            return a.confidence > b.confidence;
        }));
    for (const Person &person : persons) {
        EXPECT_GE(person.box.x, 0);
        EXPECT_GE(person.box.y, 0);
        EXPECT_LE(person.box.x_max(), 1 + 1e-6);
        EXPECT_LE(person.box.y_max(), 1 + 1e-6);
        EXPECT_LE(person.confidence, 1);
    }
}

/** \brief 8 frames of a street with 3 to 9 persons each, some far away */
const std::vector<RgbImage> &pedestrians()
{
    static const auto frames =
        read_frames(shared_data() / "clips/pets-pedestrians.mp4", {960, 720}, /*every=*/100);
    return frames;
}

constexpr float threshold = 0.5F;
constexpr float fastest_det_threshold = 0.65F; // the reference's own

class Networks : public ::testing::Test
{
protected:
    void SetUp() override
    {
        if (shared_data().empty())
            GTEST_SKIP() << "no real networks and clips: FOVEA_SHARED is not set to their folder";
        folder_ = fs::path(::testing::TempDir()) / "fovea_test_detectors";
        fs::create_directories(folder_);
    }

    void TearDown() override
    {
        if (!folder_.empty())
            fs::remove_all(folder_);
    }

    static DnnDetectorOptions yolo()
    {
        DnnDetectorOptions options;
        options.network = shared_data() / "detectors/yolo-fastest-1.1-xl.cfg";
        options.weights = shared_data() / "detectors/yolo-fastest-1.1-xl.weights";
        return options;
    }

    static DnnDetectorOptions fastest_det()
    {
        DnnDetectorOptions options;
        options.layout = find_named(fovea::detector_layouts, "fastestdet");
        options.network = shared_data() / "detectors/FastestDet.onnx";
        options.input = {352, 352};
        options.bgr = true;
        return options;
    }

    /** \brief The first \a bytes of a file */
    fs::path truncated(const fs::path &file, std::size_t bytes) const
    {
        std::string content(bytes, '\0');
        std::ifstream(file, std::ios::binary)
            .read(content.data(), static_cast<std::streamsize>(bytes));
        fs::path copy = folder_ / file.filename();
        std::ofstream(copy, std::ios::binary) << content;
        return copy;
    }

    fs::path folder_;
};

} // namespace

TEST_F(Networks, YoloFindsThePersonThatWalksThrough)
{
    // Of 12 frames evenly apart a person is seen in 9
    const auto frames = read_frames(shared_data() / "clips/one-by-one-person-detection.mp4",
                                    {320, 320}, /*every=*/117);
    ASSERT_EQ(frames.size(), 12U);
    const auto detector = make_dnn_detector(yolo());
    int with_person = 0;
    for (const RgbImage &frame : frames) {
        const auto persons = detector->detect(frame, threshold);
        expect_ordered_and_inside(persons);
        with_person += persons.empty() ? 0 : 1;
    }
    EXPECT_GE(with_person, 9);
}

/* OpenCV's dnn is the reference: the same boxes, in the same order, of the same scores */
TEST_F(Networks, DarknetOnTheEngineFindsWhatOpenCVFinds)
{
    for (const char *name : {"yolo-fastest-1.1-xl", "yolo-fastest-1.1"}) {
        for (const char *engine : {"onednn", "torch"}) {
            DnnDetectorOptions options = yolo();
            options.network = shared_data() / "detectors" / (name + std::string(".cfg"));
            options.weights = shared_data() / "detectors" / (name + std::string(".weights"));
            options.precision = "fp32";
            options.engine = "opencv";
            const auto reference = make_dnn_detector(options);
            EXPECT_EQ(reference->runtime().rfind("OpenCV ", 0), 0U) << reference->runtime();
            options.engine = engine;
            const auto detector = make_dnn_detector(options);
            EXPECT_EQ(detector->runtime().find("OpenCV"), std::string::npos);
            std::size_t persons = 0;
            for (const RgbImage &frame : pedestrians()) {
                const auto expected = reference->detect(frame, 0.25F);
                const auto got = detector->detect(frame, 0.25F);
                ASSERT_EQ(got.size(), expected.size()) << name << " in " << engine;
                for (std::size_t i = 0; i < got.size(); ++i) {
                    EXPECT_NEAR(got[i].confidence, expected[i].confidence, 1e-3);
                    EXPECT_NEAR(got[i].box.x, expected[i].box.x, 1e-3);
                    EXPECT_NEAR(got[i].box.y, expected[i].box.y, 1e-3);
                    EXPECT_NEAR(got[i].box.width, expected[i].box.width, 1e-3);
                    EXPECT_NEAR(got[i].box.height, expected[i].box.height, 1e-3);
                }
                persons += got.size();
            }
            EXPECT_GE(persons, 24U) << name;
        }
    }
}

/* A picture's score of the class person is that of the best person found in it */
TEST_F(Networks, ScoreTheObjectsOfAPicture)
{
    for (const DnnDetectorOptions &options : {yolo(), fastest_det()}) {
        const auto frames = read_frames(shared_data() / "clips/one-by-one-person-detection.mp4",
                                        options.input, /*every=*/351);
        ASSERT_EQ(frames.size(), 4U);
        const auto detector = make_dnn_detector(options);
        const auto scorer = fovea::make_object_scorer(options);
        int seen = 0;
        for (const RgbImage &frame : frames) {
            const std::size_t plane = frame.pixels.size() / 3;
            std::vector<float> planes(frame.pixels.size());
            for (std::size_t i = 0; i < frame.pixels.size(); ++i)
                planes[i % 3 * plane + i / 3] = static_cast<float>(frame.pixels[i]) / 255;
            const auto scores = scorer->scores(planes.data());
            ASSERT_EQ(scores.size(), 80U);
            const auto persons = detector->detect(frame, threshold);
            if (persons.empty()) {
                EXPECT_LT(scores.front(), threshold);
                continue;
            }
            ++seen;
            EXPECT_NEAR(scores.front(), persons.front().confidence, 1e-5);
        }
        EXPECT_GT(seen, 0);
    }
    DnnDetectorOptions other = yolo();
    other.classes = 20;
    expect_fails(Error::Kind::Init, "with 20 classes", [&] { fovea::make_object_scorer(other); });
}

TEST_F(Networks, FindNobodyInAGreyImage)
{
    for (const DnnDetectorOptions &options : {yolo(), fastest_det()}) {
        const auto detector = make_dnn_detector(options);
        EXPECT_TRUE(detector->detect(grey_image(options.input), threshold).empty());
        EXPECT_TRUE(detector->detect(grey_image({17, 13}), threshold).empty());
    }
}

TEST_F(Networks, FastestDetAgreesWithYoloOnPedestrians)
{
    // The two networks were trained apart, so what both see is there
    ASSERT_EQ(pedestrians().size(), 8U);
    const auto fast = make_dnn_detector(fastest_det());
    const auto reference = make_dnn_detector(yolo());
    int found = 0;
    int agreed = 0;
    for (const RgbImage &frame : pedestrians()) {
        const auto theirs = reference->detect(frame, threshold);
        const auto persons = fast->detect(frame, fastest_det_threshold);
        expect_ordered_and_inside(persons);
        found += static_cast<int>(persons.size());
        for (const Person &person : persons)
            agreed += std::any_of(theirs.begin(), theirs.end(), [&](const Person &other) {
                return intersection_over_union(other.box, person.box) > 0.5F;
            });
    }
    EXPECT_GE(found, 24);
    EXPECT_GE(agreed, 3 * found / 4);
}

TEST_F(Networks, AThresholdKeepsOnlyBetterPersons)
{
    ASSERT_EQ(pedestrians().size(), 8U);
    const auto detector = make_dnn_detector(yolo());
    std::size_t many = 0;
    std::size_t few = 0;
    for (const RgbImage &frame : pedestrians()) {
        many += detector->detect(frame, 0.3F).size();
        const auto persons = detector->detect(frame, 0.8F);
        few += persons.size();
        for (const Person &person : persons)
            EXPECT_GE(person.confidence, 0.8F);
    }
    EXPECT_GT(few, 0U);
    EXPECT_LT(few, many);
}

TEST_F(Networks, TruncatedFilesAreRefusedByName)
{
    DnnDetectorOptions options = yolo();
    options.weights = truncated(options.weights, 2'000'000);
    expect_fails(Error::Kind::Init, options.weights.string(), [&] { make_dnn_detector(options); });
    options.weights = truncated(yolo().weights, 0);
    expect_fails(Error::Kind::Init, options.weights.string(), [&] { make_dnn_detector(options); });

    options = fastest_det();
    options.network = truncated(options.network, 500'000);
    expect_fails(Error::Kind::Init, options.network.string(), [&] { make_dnn_detector(options); });
}

TEST_F(Networks, NumbersThatAreNoneAreRefusedBeforeOpenCVReadsThem)
{
    DnnDetectorOptions options = yolo();
    std::ifstream file(options.network);
    std::string cfg{std::istreambuf_iterator<char>(file), {}};
    cfg.replace(cfg.find("groups=16"), 9, "groups=abc");
    options.network = folder_ / "groups.cfg";
    std::ofstream(options.network) << cfg;
    expect_fails(Error::Kind::Settings,
                 "groups.cfg': line 40: 'groups' is 'abc', expected a whole number from 1",
                 [&] { make_dnn_detector(options); });

    options = yolo();
    options.weights = truncated(options.weights, fs::file_size(options.weights));
    const float nan = std::nanf("");
    std::fstream weights(options.weights, std::ios::in | std::ios::out | std::ios::binary);
    weights.seekp(20 + 40);
    weights.write(reinterpret_cast<const char *>(&nan), sizeof nan);
    weights.close();
    expect_fails(Error::Kind::Init, "the number at byte 60 is NaN or infinite",
                 [&] { make_dnn_detector(options); });
}

TEST_F(Networks, WeightsOfAnotherNetworkAreRefused)
{
    DnnDetectorOptions options = yolo();
    options.weights = shared_data() / "detectors/yolo-fastest-1.1.weights";
    expect_fails(Error::Kind::Init, "expected 3693964 bytes", [&] { make_dnn_detector(options); });
}

TEST_F(Networks, TooFewClassesAreRefusedWithTheShapeGot)
{
    DnnDetectorOptions options = fastest_det();
    options.person_class = 80;
    expect_fails(Error::Kind::Init, "[1, 85, 22, 22]", [&] { make_dnn_detector(options); });
}

TEST_F(Networks, WrongSettingsAreRefusedByName)
{
    DnnDetectorOptions options = yolo();
    options.device = "gpu";
    expect_fails(Error::Kind::Settings, "device 'gpu'", [&] { make_dnn_detector(options); });
    options.engine = "opencv";
    expect_fails(Error::Kind::Settings, "got 'gpu'", [&] { make_dnn_detector(options); });
    options = yolo();
    options.engine = "tvm";
    expect_fails(Error::Kind::Settings, "engine 'tvm'", [&] { make_dnn_detector(options); });
    options = fastest_det();
    options.engine = "onednn";
    expect_fails(Error::Kind::Settings, "an ONNX network runs in OpenCV",
                 [&] { make_dnn_detector(options); });
    options = yolo();
    options.precision = "fp64";
    expect_fails(Error::Kind::Settings, "precision 'fp64'", [&] { make_dnn_detector(options); });
    options = yolo();
    options.input = {0, 320};
    expect_fails(Error::Kind::Settings, "input:", [&] { make_dnn_detector(options); });
    options = yolo();
    options.threads = -1;
    expect_fails(Error::Kind::Settings, "threads:", [&] { make_dnn_detector(options); });
    options = yolo();
    options.person_class = -1;
    expect_fails(Error::Kind::Settings, "person_class:", [&] { make_dnn_detector(options); });
}

TEST(DnnDetector, AMissingFileIsNamed)
{
    DnnDetectorOptions options;
    options.network = "/nowhere/net.cfg";
    expect_fails(Error::Kind::NotFound, "/nowhere/net.cfg", [&] { make_dnn_detector(options); });
}

TEST(HogDetector, FindsPedestrians)
{
    if (shared_data().empty())
        GTEST_SKIP() << "no real clips: FOVEA_SHARED is not set to their folder";
    const auto detector = fovea::make_hog_detector();
    ASSERT_EQ(pedestrians().size(), 8U);
    int found = 0;
    for (const RgbImage &frame : pedestrians()) {
        const auto persons = detector->detect(frame, threshold);
        expect_ordered_and_inside(persons);
        for (const Person &person : persons)
            EXPECT_GT(person.box.height * 576, person.box.width * 768); // upright
        found += static_cast<int>(persons.size());
    }
    // At least two a frame, and no crowd of false ones
    EXPECT_GE(found, 16);
    EXPECT_LE(found, 72);
}

TEST(HogDetector, FindsNobodyInAGreyOrTinyImage)
{
    const auto detector = fovea::make_hog_detector();
    EXPECT_TRUE(detector->detect(grey_image({640, 480}), threshold).empty());
    EXPECT_TRUE(detector->detect(grey_image({17, 13}), threshold).empty());
    EXPECT_TRUE(detector->detect(grey_image({64, 128}), threshold).empty());
}

TEST(HogDetector, ShrinksLargeFramesAndEnlargesSmallOnes)
{
    const auto detector = fovea::make_hog_detector();
    const auto expect_size = [&](ImageSize source, int width, int height) {
        const ImageSize size = detector->input_size(source);
        EXPECT_EQ(size.width, width);
        EXPECT_EQ(size.height, height);
    };
    expect_size({1920, 1080}, 1280, 720);
    expect_size({1280, 720}, 1280, 720);
    expect_size({768, 576}, 960, 720);
    expect_size({320, 240}, 640, 480);
    expect_size({8192, 256}, 4096, 128); // as wide as frames are brought to
}
