// SPDX-License-Identifier: MIT
#include <cmath>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>
#include <sys/stat.h>
#include <vector>

#include <gtest/gtest.h>

#include "error_of.h"
#include "fovea/train/data/frame_cache.h"
#include "made_videos.h"

namespace fovea {

namespace {

constexpr int picture_side = 16;

/** \brief Three grey frames of any video, counted */
class CountingReader final : public VideoReader
{
public:
    Info info(const std::filesystem::path &) const override
    {
        return {{picture_side, picture_side}, 30, stated / 30.0};
    }

    void read(const std::filesystem::path &video, const KeptFrames &kept,
              const std::function<void(const FrameView &)> &frame) const override
    {
        ++reads[video.filename().string()];
        EXPECT_EQ(kept.fps, 30);
        GreyPicture picture(picture_side);
        for (int i = 0; i < frames; ++i) {
            frame(picture.filled(static_cast<std::uint8_t>(20 + i), -1));
        }
    }

    mutable std::map<std::string, int> reads;
    int frames = 3;
    int stated = 0; ///< frames, by the container; 0: it does not say
};

using Frames = std::vector<std::int64_t>;

constexpr std::uint64_t picture_bytes = picture_side * picture_side * 3 / 2;

class Cache : public testing::Test
{
protected:
    void SetUp() override
    {
        card_.input.size = {96, 96};
        card_.sampling = {Sampling::Uniform, 8, 64, 0, 0, 1000};
        card_.regions.actor = false;
        settings_.folder = folder_.path() / "frames";
    }

    ListedClip clip(const std::string &name) const
    {
        ListedClip clip;
        clip.path = folder_.write(name, name);
        return clip;
    }

    FrameCache cache() const { return {card_, settings_, reader_}; }

    /** \brief A clip of a split, from a time to another, s */
    ListedClip part(const std::string &name, const std::string &split, double start,
                    double end) const
    {
        ListedClip one = clip(name);
        one.split = split;
        one.start = {start, false};
        one.end = {end, false};
        return one;
    }

    /** \brief What all files that lie there or are mapped take, unlinked ones too */
    std::uint64_t bytes_on_disk() const
    {
        std::map<std::string, std::uint64_t> by_inode;
        for (const auto &entry : std::filesystem::directory_iterator(settings_.folder)) {
            struct stat status = {};
            stat(entry.path().c_str(), &status);
            by_inode[std::to_string(status.st_ino)] = static_cast<std::uint64_t>(status.st_size);
        }
        std::ifstream maps("/proc/self/maps");
        for (std::string line; std::getline(maps, line);) {
            if (line.find(settings_.folder.string()) == std::string::npos)
                continue;
            std::uint64_t from = 0;
            std::uint64_t to = 0;
            std::string rest;
            std::string inode;
            char dash = 0;
            std::istringstream words(line);
            words >> std::hex >> from >> dash >> to >> rest >> rest >> rest >> inode;
            if (by_inode.count(inode) == 0)
                by_inode[inode] = to - from;
        }
        std::uint64_t sum = 0;
        for (const auto &[inode, bytes] : by_inode)
            sum += bytes;
        return sum;
    }

    /** \brief Frames of an open video whose pictures are there */
    static Frames pictures(const FrameFile &video)
    {
        Frames there;
        for (std::int64_t i = 0; i < video.frames(); ++i) {
            try {
                EXPECT_EQ(video.frame(i).planes[0][0], 20 + i);
                there.push_back(i);
            } catch (const Error &) { // it is not kept
            }
        }
        return there;
    }

    std::ptrdiff_t kept() const
    {
        using Entries = std::filesystem::directory_iterator;
        return std::distance(Entries(settings_.folder), Entries());
    }

    TemporaryFolder folder_;
    ActivityCard card_;
    FrameCacheSettings settings_;
    std::shared_ptr<CountingReader> reader_ = std::make_shared<CountingReader>();
};

TEST(KeptFrames, AreTwiceAsManyAsThePlanTakesAtTheSizeOfTheActor)
{
    ActivityCard card;
    card.input.size = {96, 96};
    card.sampling.rate = 7.5;
    const KeptFrames full_hd = kept_frames(card, {1920, 1080}, 30);
    EXPECT_EQ(full_hd.fps, 15);
    EXPECT_TRUE(full_hd.resampled);
    EXPECT_EQ(full_hd.size.height, 240); // 2.5 times 96
    EXPECT_EQ(full_hd.size.width, 426);  // 426.7, even

    const KeptFrames small = kept_frames(card, {321, 180}, 10);
    EXPECT_EQ(small.fps, 10) << "not more frames than there are";
    EXPECT_FALSE(small.resampled);
    EXPECT_EQ(small.size.height, 180) << "never enlarged";
    EXPECT_EQ(small.size.width % 2, 0);
}

TEST(KeptFrames, AreAllOfThemWhereThePlanHasNoRate)
{
    ActivityCard card;
    card.sampling.rate = 0;
    EXPECT_EQ(kept_frames(card, {64, 64}, 50).fps, 50);
    EXPECT_FALSE(kept_frames(card, {64, 64}, 50).resampled);
    EXPECT_EQ(kept_frames(card, {64, 64}, 0).fps, 25) << "assumed where a file does not say";
    EXPECT_TRUE(kept_frames(card, {64, 64}, 0).resampled);
}

TEST_F(Cache, DecodesAVideoOnce)
{
    const ListedClip one = clip("one");
    {
        const FrameCache first = cache();
        const auto video = first.open(one);
        EXPECT_EQ(video->frames(), 3);
        EXPECT_EQ(video->frame(2).planes[0][0], 22);
        EXPECT_EQ(first.open(one), video);
    }
    EXPECT_EQ(cache().open(one)->frames(), 3); // another run
    EXPECT_EQ(reader_->reads["one"], 1);
}

/** \brief Three frames of a pattern that moves by 4 pixels of 512 to the right */
class MovingReader final : public VideoReader
{
public:
    Info info(const std::filesystem::path &) const override { return {{side, side}, 30, 0.1}; }

    void read(const std::filesystem::path &, const KeptFrames &kept,
              const std::function<void(const FrameView &)> &frame) const override
    {
        EXPECT_EQ(kept.size.width, side) << "as it is: flow has a size of its own";
        EXPECT_FALSE(kept.resampled);
        I420Picture picture({side, side});
        for (int i = 0; i < 3; ++i) {
            frame(picture.filled([&](int at, int y) {
                const double x = at - 4 * i;
                return 120 + 50 * std::sin(x / 10) * std::cos(y / 14.0) +
                       40 * std::sin((x + y) / 21);
            }));
        }
    }

private:
    static constexpr int side = 512;
};

TEST_F(Cache, OfFlowKeepsPicturesOfIt)
{
    card_.modality = Modality::Flow;
    card_.sampling.rate = 7.5; // of frames some are left out; flow is from each to the next
    const FrameCache cache(card_, settings_, std::make_shared<MovingReader>());
    const ListedClip one = clip("one");
    EXPECT_EQ(cache.bytes_to_make(one), 3U * 256 * 256 * 3);
    const auto video = cache.open(one);
    EXPECT_EQ(video->frames(), 3);
    EXPECT_EQ(video->size().width, 256);
    EXPECT_EQ(video->fps(), 30);
    const FrameView second = video->frame(1);
    EXPECT_EQ(second.format, PixelFormat::RGB);
    const std::uint8_t *middle = second.planes[0] + 128 * second.strides[0] + 3 * 128;
    EXPECT_NEAR(middle[0], (2 + 20) / 40.0 * 255, 2); // 4 of 512 are 2 of 256
    EXPECT_NEAR(middle[1], 127, 2);
    EXPECT_EQ(video->frame(0).planes[0][0], 127);
    EXPECT_EQ(kept(), 1);
}

TEST_F(Cache, DecodesAnewForAnotherGeometryAChangedVideoOrADamagedFile)
{
    const ListedClip one = clip("one");
    cache().open(one);
    card_.input.size = {112, 112};
    cache().open(one);
    EXPECT_EQ(reader_->reads["one"], 2);
    folder_.write("one", "longer than before");
    cache().open(one);
    EXPECT_EQ(reader_->reads["one"], 3);
    settings_.detector = "another"; // no region needs one
    std::filesystem::resize_file(cache().open(one)->path(), 100);
    EXPECT_EQ(reader_->reads["one"], 3);
    EXPECT_EQ(cache().open(one)->frames(), 3);
    EXPECT_EQ(reader_->reads["one"], 4) << "damaged, as by a crash of the machine";
}

TEST_F(Cache, TheLeastRecentlyUsedGoWhenItIsFull)
{
    const ListedClip one = clip("one");
    const ListedClip two = clip("two");
    cache().open(one);
    const auto bytes =
        std::filesystem::file_size(std::filesystem::directory_iterator(settings_.folder)->path());
    settings_.limit = 2 * bytes;
    cache().open(two);
    EXPECT_EQ(kept(), 2);
    cache().open(one); // used again
    cache().open(clip("three"));
    EXPECT_EQ(kept(), 2);
    cache().open(one);
    EXPECT_EQ(reader_->reads["one"], 1) << "two had to go";
    cache().open(two);
    EXPECT_EQ(reader_->reads["two"], 2);
}

TEST_F(Cache, KeepsTheFramesOfAPlanAlone)
{
    reader_->frames = reader_->stated = 100;
    card_.sampling.timesteps = 3;
    card_.sampling.frames = 4;
    FrameCache first = cache();
    const ListedClip one = clip("one");
    first.expect({one});
    // floor(i * 100 / 3) and the three frames behind: 12 of 100
    const Frames planned = {0, 1, 2, 3, 33, 34, 35, 36, 66, 67, 68, 69};
    EXPECT_EQ(first.bytes_to_make(one), 12 * picture_bytes);
    const auto video = first.open(one);
    EXPECT_EQ(video->frames(), 100);
    EXPECT_EQ(pictures(*video), planned);
    EXPECT_EQ(video->persons(50).size(), 0U) << "known of every frame";
    EXPECT_EQ(reader_->reads["one"], 1);
    const auto bytes = bytes_on_disk();
    EXPECT_GT(bytes, 12 * picture_bytes);
    EXPECT_LT(bytes, 14 * picture_bytes) << "the rest is what is known of the frames";
    EXPECT_EQ(first.bytes_to_make(one), 0U);

    card_.sampling.timesteps = 2; // another plan needs others
    FrameCache second = cache();
    second.expect({one});
    EXPECT_EQ(pictures(*second.open(one)), (Frames{0, 1, 2, 3, 50, 51, 52, 53}));
}

TEST_F(Cache, KeepsTheFramesOfAllStretchesOfAVideo)
{
    reader_->frames = reader_->stated = 90;
    card_.sampling.timesteps = 2;
    card_.sampling.frames = 1;
    FrameCache frames = cache();
    const ListedClip early = part("one", "train", 0, 1);
    frames.expect({early, part("one", "test", 2, 3)});
    EXPECT_EQ(pictures(*frames.open(early)), (Frames{0, 15, 60, 75}));
}

TEST_F(Cache, KeepsAWholeStretchWhereTrainingDrawsAndThePlanWhereItJudges)
{
    reader_->frames = reader_->stated = 90;
    card_.sampling = {Sampling::Segments, 3, 1, 0, 0, 1000};
    FrameCache frames = cache();
    const ListedClip trained = part("one", "train", 1, 2);
    const ListedClip judged = part("two", "test", 1, 2);
    frames.expect({trained, judged});
    Frames second(31);
    std::iota(second.begin(), second.end(), 30);
    EXPECT_EQ(pictures(*frames.open(trained)), second);
    EXPECT_EQ(pictures(*frames.open(judged)), (Frames{35, 45, 55})) << "the middles of thirds";
}

TEST_F(Cache, AsksAgainWhereAContainerStatesAnotherLength)
{
    reader_->frames = 100;
    reader_->stated = 90;
    card_.sampling.timesteps = 2;
    card_.sampling.frames = 1;
    FrameCache frames = cache();
    frames.expect({clip("one")});
    EXPECT_EQ(pictures(*frames.open(clip("one"))), (Frames{0, 50}));
    EXPECT_EQ(reader_->reads["one"], 2);
}

TEST_F(Cache, HoldsItsLimitWithFilesThatAreMapped)
{
    reader_->frames = reader_->stated = 20;
    const std::uint64_t file = 20 * picture_bytes;
    settings_.limit = 3 * file + file / 2; // a file has its pictures and a little
    FrameCache frames = cache();
    const ListedClip first = clip("held");
    const ListedClip second = clip("once");
    const auto held = frames.open(first);
    frames.open(second);
    for (const char *name : {"a", "b", "c", "d", "e"}) {
        EXPECT_EQ(frames.open(clip(name))->frames(), 20);
        EXPECT_LE(bytes_on_disk(), settings_.limit);
        EXPECT_GE(bytes_on_disk(), file);
    }
    EXPECT_EQ(held->frame(3).planes[0][0], 23);
    cache().open(first);
    EXPECT_EQ(reader_->reads["held"], 1) << "in use, so it did not go";
    cache().open(second);
    EXPECT_EQ(reader_->reads["once"], 2);
}

TEST_F(Cache, LeavesFilesThatAnotherCacheHasOpen)
{
    reader_->frames = reader_->stated = 20;
    settings_.limit = 20 * picture_bytes + 10; // for one
    FrameCache other = cache();
    const ListedClip one = clip("one");
    auto held = other.open(one);
    cache().open(clip("a"));
    EXPECT_EQ(cache().open(one)->frame(3).planes[0][0], 23);
    EXPECT_EQ(reader_->reads["one"], 1);

    held.reset(); // mapped still, but by nobody
    other.open(clip("b"));
    EXPECT_EQ(kept(), 1);
    EXPECT_EQ(other.open(one)->frames(), 20);
    EXPECT_EQ(reader_->reads["one"], 2);
}

TEST_F(Cache, RemovesWhatACrashLeftOfAFileButNotWhatIsBeingWritten)
{
    std::filesystem::create_directories(settings_.folder);
    const auto left = folder_.write("frames/a.frames.AAAAAA.part", "half");
    const auto fresh = folder_.write("frames/b.frames.AAAAAA.part", "half");
    FrameFileWriter writer(settings_.folder / "c.frames", {{2, 2}, 30, {}, PixelFormat::I420});
    const auto an_hour_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
    for (const auto &entry : std::filesystem::directory_iterator(settings_.folder))
        if (entry.path() != fresh)
            std::filesystem::last_write_time(entry.path(), an_hour_ago);
    cache().open(clip("one"));
    EXPECT_FALSE(std::filesystem::exists(left));
    EXPECT_TRUE(std::filesystem::exists(fresh)) << "made a moment ago";
    EXPECT_EQ(kept(), 3) << "one's file, the fresh part and the writer's";
}

TEST_F(Cache, AVideoWithoutAFrameIsRefusedAndLeavesNothing)
{
    reader_->frames = 0;
    EXPECT_NE(error_of([&] { cache().open(clip("one")); }).find("not one frame could be decoded"),
              std::string::npos);
    EXPECT_EQ(kept(), 0);
}

TEST_F(Cache, SaysWhetherItsDiskHasRoomForWhatItsLimitAllows)
{
    constexpr std::uint64_t no_disk_has = 1ULL << 60;
    settings_.limit = 1000;
    EXPECT_NO_THROW(cache().check_room(no_disk_has)) << "the limit holds it to less";
    settings_.limit = 2 * no_disk_has;
    EXPECT_THROW(cache().check_room(no_disk_has), Error);
}

} // namespace

} // namespace fovea
