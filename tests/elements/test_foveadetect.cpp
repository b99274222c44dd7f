// SPDX-License-Identifier: MIT
#include <array>
#include <filesystem>
#include <set>
#include <thread>

#include "passing_element.h"
#include "properties.h"

namespace fovea::test {

INSTANTIATE_TEST_SUITE_P(FoveaDetect, PassingElement,
                         testing::Values("foveadetect leaky=never",
                                         "foveadetect leaky=always area=square"));

namespace {
namespace fs = std::filesystem;

/** \brief What a whole pipeline left on its frames: one entry a frame */
struct SeenFrame {
    std::vector<FoveaPerson> persons;
    guint rois = 0;
    bool discontinuous = false;
};

class FoveaDetectOnClips : public testing::Test
{
protected:
    void SetUp() override
    {
        const char *shared = g_getenv("FOVEA_SHARED");
        if (shared == nullptr || !fs::exists(fs::path(shared) / "data/clips"))
            GTEST_SKIP() << "no real clips: FOVEA_SHARED is not set to their folder";
        data_ = fs::path(shared) / "data";
        // Weights as if fetched
        cache_ = fs::path(testing::TempDir()) / "fovea_test_foveadetect";
        const fs::path folder = cache_ / "models/yolo-fastest-1.1-xl";
        fs::create_directories(folder);
        for (const auto *name : {"yolo-fastest-1.1-xl.cfg", "yolo-fastest-1.1-xl.weights"})
            fs::copy_file(data_ / "detectors" / name, folder / name,
                          fs::copy_options::skip_existing);
        g_setenv("FOVEA_CACHE", cache_.c_str(), /*overwrite=*/TRUE);
    }

    void TearDown() override
    {
        if (!cache_.empty())
            fs::remove_all(cache_);
    }

    using Handoff = void (*)(GstElement *, GstBuffer *, GstPad *, gpointer);

    /** \brief Plays the first frames of a clip through \a rest; \a handoff gets each with \a data */
    void play(const std::string &clip, int frames, const std::string &rest, Handoff handoff,
              gpointer data)
    {
        const std::string launch = "filesrc location=" + (data_ / "clips" / clip).string() +
                                   " ! decodebin ! identity eos-after=" + std::to_string(frames) +
                                   " ! " + rest +
                                   " ! fakesink name=sink sync=false signal-handoffs=true";
        GstElement *pipeline = gst_parse_launch(launch.c_str(), nullptr);
        ASSERT_NE(pipeline, nullptr);
        GstElement *sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");
        g_signal_connect(sink, "handoff", G_CALLBACK(handoff), data);
        gst_object_unref(sink);
        gst_element_set_state(pipeline, GST_STATE_PLAYING);
        GstBus *bus = gst_element_get_bus(pipeline);
        GstMessage *message = gst_bus_timed_pop_filtered(
            bus, 240 * GST_SECOND,
            static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
        EXPECT_TRUE(message != nullptr && GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS);
        gst_clear_message(&message);
        gst_object_unref(bus);
        gst_element_set_state(pipeline, GST_STATE_NULL);
        gst_object_unref(pipeline);
    }

    std::vector<SeenFrame> run(const std::string &clip, int frames, const std::string &rest)
    {
        std::vector<SeenFrame> seen;
        const auto note = [](GstElement *, GstBuffer *buffer, GstPad *, gpointer data) {
            const FoveaMeta *meta = fovea_meta_get(buffer);
            ASSERT_NE(meta, nullptr);
            SeenFrame frame;
            const auto *first = reinterpret_cast<const FoveaPerson *>(meta->persons->data);
            frame.persons.assign(first, first + meta->persons->len);
            frame.rois = count_rois(buffer);
            frame.discontinuous = GST_BUFFER_IS_DISCONT(buffer);
            static_cast<std::vector<SeenFrame> *>(data)->push_back(frame);
        };
        play(clip, frames, rest, note, &seen);
        // identity lets frames through again behind its end of stream, until the pipeline is stopped
        if (seen.size() > static_cast<std::size_t>(frames))
            seen.resize(static_cast<std::size_t>(frames));
        return seen;
    }

    fs::path data_;
    fs::path cache_;
};

TEST_F(FoveaDetectOnClips, YoloKeepsOnePersonOnTheCarriedFramesToo)
{
    const auto frames = run("one-by-one-person-detection.mp4", 300,
                            "foveadetect model=yolo-fastest-1.1-xl inference-interval=10");
    ASSERT_GE(frames.size(), 290U);
    std::size_t with_person = 0;
    std::size_t persons = 0;
    std::size_t with_id = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const SeenFrame &frame = frames[i];
        with_person += frame.persons.empty() ? 0 : 1;
        EXPECT_EQ(frame.rois, frame.persons.size());
        for (const FoveaPerson &person : frame.persons) {
            EXPECT_EQ(person.detected != FALSE, i % 10 == 0) << "frame " << i;
            EXPECT_GE(person.confidence, 0.5F);
            ++persons;
            with_id += person.id >= 0 ? 1 : 0;
            EXPECT_GE(person.box.x, 0);
            EXPECT_GE(person.box.y, 0);
            EXPECT_LE(person.box.x + person.box.width, 1 + 1e-5F);
            EXPECT_LE(person.box.y + person.box.height, 1 + 1e-5F);
        }
        const SeenFrame &looked_at = frames[i - i % 10];
        EXPECT_EQ(frame.persons.size(), looked_at.persons.size()) << "frame " << i;
    }
    /* A person walks in after two seconds or so, and through. */
    EXPECT_GT(with_person, frames.size() / 2);
    /* From the second sighting on. */
    EXPECT_GE(with_id, persons * 9 / 10);
}

/* cases/time/crowd.mp4: 8 persons on a street, 10 frames a second; by overlap alone they had 18, 33 and
 * 47 ids. */
TEST_F(FoveaDetectOnClips, ACrowdHasNearAsManyIdsAsPersons)
{
    if (!fs::exists(data_ / "../cases/time/crowd.mp4"))
        GTEST_SKIP() << "the clip crowd.mp4 is not there";
    for (const int interval : {1, 2, 3}) {
        const auto frames = run("../../cases/time/crowd.mp4", 50,
                                "foveadetect model=yolo-fastest-1.1-xl inference-interval=" +
                                    std::to_string(interval));
        std::set<gint> ids;
        for (const SeenFrame &frame : frames)
            for (const FoveaPerson &person : frame.persons)
                if (person.id >= 0)
                    ids.insert(person.id);
        EXPECT_GE(ids.size(), 7U) << "interval " << interval;
        EXPECT_LE(ids.size(), 12U) << "interval " << interval;
    }
}

TEST_F(FoveaDetectOnClips, FilesGiveTheSameInEveryRun)
{
    const std::string launch = "foveadetect model=yolo-fastest-1.1-xl inference-interval=30";
    constexpr std::size_t frames = 150; // a few more arrive before the pipeline is stopped
    const auto first = run("one-by-one-person-detection.mp4", frames, launch);
    const auto second = run("one-by-one-person-detection.mp4", frames, launch);
    ASSERT_GE(first.size(), frames);
    ASSERT_GE(second.size(), frames);
    for (std::size_t i = 0; i < frames; ++i) {
        ASSERT_EQ(first[i].persons.size(), second[i].persons.size()) << "frame " << i;
        for (std::size_t p = 0; p < first[i].persons.size(); ++p) {
            EXPECT_EQ(first[i].persons[p].box.x, second[i].persons[p].box.x);
            EXPECT_EQ(first[i].persons[p].id, second[i].persons[p].id);
        }
    }
}

TEST_F(FoveaDetectOnClips, SeveralPicturesAtOnceGiveWhatOneAtATimeGives)
{
    constexpr int frames = 61;
    std::vector<std::vector<SeenFrame>> seen;
    for (const char *threads : {"threads=1", "threads=0"}) // one; as many as there are cores
        seen.push_back(run("pets-pedestrians.mp4", frames,
                           std::string("foveadetect model=yolo-fastest-1.1-xl "
                                       "inference-interval=3 ") +
                               threads));
    ASSERT_GE(seen[0].size(), frames);
    ASSERT_GE(seen[1].size(), frames);
    std::size_t persons = 0;
    for (std::size_t i = 0; i < frames; ++i) {
        EXPECT_EQ(seen[1][i].discontinuous, i == 0) << "frame " << i;
        ASSERT_EQ(seen[0][i].persons.size(), seen[1][i].persons.size()) << "frame " << i;
        for (std::size_t p = 0; p < seen[0][i].persons.size(); ++p, ++persons) {
            const FoveaPerson &one = seen[0][i].persons[p];
            EXPECT_EQ(one.box.x, seen[1][i].persons[p].box.x) << "frame " << i;
            EXPECT_EQ(one.id, seen[1][i].persons[p].id);
            EXPECT_EQ(one.detected, seen[1][i].persons[p].detected);
        }
    }
    EXPECT_GT(persons, 0U);
}

TEST_F(FoveaDetectOnClips, HogSeesPedestrians)
{
    const auto frames = run("pets-pedestrians.mp4", 41,
                            "foveadetect model=hog inference-interval=20 threshold=0.3");
    ASSERT_FALSE(frames.empty());
    std::size_t with_person = 0;
    for (const SeenFrame &frame : frames)
        with_person += frame.persons.empty() ? 0 : 1;
    EXPECT_GT(with_person, 0U);
}

TEST_F(FoveaDetectOnClips, RegionsOfInterestReadAsDlStreamerReadsThem)
{
    struct Found {
        bool any = false;
        FoveaPerson person = {};
        gdouble x_min = -1, x_max = -1, y_min = -1, y_max = -1, confidence = -1;
        gint label_id = -1;
        std::string label;
        gint id = -2;
    } found;

    const auto note = [](GstElement *, GstBuffer *buffer, GstPad *, gpointer data) {
        auto *out = static_cast<Found *>(data);
        const auto *roi = find_roi(buffer, "person");
        if (out->any || roi == nullptr)
            return;
        out->any = true;
        out->person = g_array_index(fovea_meta_get(buffer)->persons, FoveaPerson, 0);
        out->id = roi->id;
        const GstStructure *detection = gst_video_region_of_interest_meta_get_param(
            const_cast<GstVideoRegionOfInterestMeta *>(roi), "detection");
        ASSERT_NE(detection, nullptr);
        EXPECT_TRUE(gst_structure_get(
            detection, "x_min", G_TYPE_DOUBLE, &out->x_min, "x_max", G_TYPE_DOUBLE, &out->x_max,
            "y_min", G_TYPE_DOUBLE, &out->y_min, "y_max", G_TYPE_DOUBLE, &out->y_max, "confidence",
            G_TYPE_DOUBLE, &out->confidence, "label_id", G_TYPE_INT, &out->label_id, nullptr));
        out->label = gst_structure_get_string(detection, "label");
    };
    play("one-by-one-person-detection.mp4", 150,
         "foveadetect model=yolo-fastest-1.1-xl inference-interval=30", note, &found);

    ASSERT_TRUE(found.any);
    EXPECT_EQ(found.id, found.person.id);
    EXPECT_FLOAT_EQ(static_cast<float>(found.x_min), found.person.box.x);
    EXPECT_FLOAT_EQ(static_cast<float>(found.x_max), found.person.box.x + found.person.box.width);
    EXPECT_FLOAT_EQ(static_cast<float>(found.y_min), found.person.box.y);
    EXPECT_FLOAT_EQ(static_cast<float>(found.y_max), found.person.box.y + found.person.box.height);
    EXPECT_FLOAT_EQ(static_cast<float>(found.confidence), found.person.confidence);
    EXPECT_EQ(found.label_id, 0);
    EXPECT_EQ(found.label, "person");
}

TEST(FoveaDetect, AnUnknownModelIsAnErrorThatNamesIt)
{
    const StartError error = start_error("foveadetect", {{"model", "no-such-detector"}});
    EXPECT_EQ(error.domain, GST_RESOURCE_ERROR);
    EXPECT_EQ(error.code, GST_RESOURCE_ERROR_NOT_FOUND);
    EXPECT_NE(error.text.find("no-such-detector"), std::string::npos) << error.text;
}

TEST(FoveaDetect, AModelThatFindsNoPersonsIsRefused)
{
    const StartError error = start_error("foveadetect", {{"model", "watch"}});
    EXPECT_EQ(error.domain, GST_RESOURCE_ERROR);
    EXPECT_EQ(error.code, GST_RESOURCE_ERROR_SETTINGS);
    EXPECT_NE(error.text.find("watch"), std::string::npos) << error.text;
}

TEST_F(FoveaDetectOnClips, CamerasThatShareADetectorSeeWhatEachWouldSeeAlone)
{
    const std::string alone =
        "foveadetect model=yolo-fastest-1.1-xl inference-interval=40 threshold=";
    const std::string shared = "foveadetect model=yolo-fastest-1.1-xl model-instance-id=cameras "
                               "inference-interval=40 threshold=";
    constexpr std::size_t frames = 121;
    std::vector<std::vector<SeenFrame>> apart;
    std::vector<std::vector<SeenFrame>> together(2);
    const std::array<std::string, 2> thresholds = {"0.3", "0.9"};
    for (const std::string &threshold : thresholds)
        apart.push_back(run("pets-pedestrians.mp4", frames, alone + threshold));
    std::thread other(
        [&] { together[0] = run("pets-pedestrians.mp4", frames, shared + thresholds[0]); });
    together[1] = run("pets-pedestrians.mp4", frames, shared + thresholds[1]);
    other.join();
    for (std::size_t camera = 0; camera < 2; ++camera) {
        ASSERT_GE(together[camera].size(), frames);
        for (std::size_t i = 0; i < frames; ++i)
            ASSERT_EQ(together[camera][i].persons.size(), apart[camera][i].persons.size())
                << "camera " << camera << " frame " << i;
    }
    const auto persons = [](const std::vector<SeenFrame> &seen) {
        std::size_t sum = 0;
        for (const SeenFrame &frame : seen)
            sum += frame.persons.size();
        return sum;
    };
    EXPECT_GT(persons(apart[0]), persons(apart[1])) << "each has its own threshold";
}

TEST(FoveaDetect, AnInstanceIdIsOfOneModel)
{
    VideoHarness first("foveadetect model=hog model-instance-id=one-model");
    const StartError error = start_error(
        "foveadetect", {{"model", "yolo-fastest-1.1-xl"}, {"model-instance-id", "one-model"}});
    EXPECT_EQ(error.code, GST_RESOURCE_ERROR_SETTINGS);
    EXPECT_NE(error.text.find("in use with model 'hog'"), std::string::npos) << error.text;
}

TEST(FoveaDetect, CountsTheFramesItLookedAt)
{
    VideoHarness harness("foveadetect name=detect inference-interval=2 leaky=never");
    harness.push_range(0, 5);
    g_autoptr(GstElement) detect = gst_bin_get_by_name(GST_BIN(harness.element()), "detect");
    ASSERT_NE(detect, nullptr);
    g_autoptr(GstStructure) stats = nullptr;
    g_object_get(detect, "stats", &stats, nullptr);
    guint64 processed = 99;
    guint64 dropped = 99;
    ASSERT_TRUE(gst_structure_get(stats, "processed", G_TYPE_UINT64, &processed, "dropped",
                                  G_TYPE_UINT64, &dropped, nullptr));
    EXPECT_EQ(processed, 3U);
    EXPECT_EQ(dropped, 0U);
}

TEST(FoveaDetect, PropertiesOutOfRangeKeepTheirValue)
{
    expect_refused<gfloat>("foveadetect", "threshold", 1.5F, 0.5F);
    expect_refused<guint>("foveadetect", "inference-interval", 0, 1);
    expect_refused<guint>("foveadetect", "threads", 100000, 0);
}

} // namespace

} // namespace fovea::test
