// SPDX-License-Identifier: MIT
#include "fovea/detect/person_motion.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "fovea/core/errors.h"
#include "fovea/detect/keypoint_motion.h"
#include "fovea/detect/person_paths.h"

namespace fovea {

namespace {

constexpr double mean_levels = 10;    // of the whole frame, its mean over the clip
constexpr double highest_levels = 20; // and its highest
constexpr float edge = 2.0F / 240;    // frame heights: as near counts as touching
constexpr float most_unlike = 2.5F;   // of the sizes of a pair
constexpr float farthest = 2;         // sizes that a pair's centres are apart when nearest

struct Pair {
    std::size_t first;
    std::size_t second;
    float size;
    std::vector<float> distance; ///< [frames], sizes
    float nearest;
};

std::vector<Pair> pairs_of(const std::vector<PersonPath> &persons)
{
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < persons.size(); ++i)
        for (std::size_t j = i + 1; j < persons.size(); ++j) {
            const float a = persons[i].size;
            const float b = persons[j].size;
            if (std::max(a, b) > most_unlike * std::min(a, b))
                continue;
            Pair pair = {i, j, (a + b) / 2, {}, 0};
            for (std::size_t t = 0; t < persons[i].places.size(); ++t) {
                const PersonPlace &one = persons[i].places[t];
                const PersonPlace &other = persons[j].places[t];
                pair.distance.push_back(std::hypot(one.x - other.x, one.y - other.y) / pair.size);
            }
            pair.nearest = *std::min_element(pair.distance.begin(), pair.distance.end());
            if (pair.nearest <= farthest)
                pairs.push_back(std::move(pair));
        }
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const Pair &a, const Pair &b) { return a.nearest < b.nearest; });
    if (pairs.size() > MotionLayout::pairs)
        pairs.resize(MotionLayout::pairs);
    return pairs;
}

float overlap(const PersonPlace &a, const PersonPlace &b)
{
    const float across = std::min(a.right(), b.right()) - std::max(a.left(), b.left());
    const float down = std::min(a.bottom(), b.bottom()) - std::max(a.top(), b.top());
    return std::max(across, 0.0F) * std::max(down, 0.0F);
}

bool at_edge(const PersonPlace &place, float aspect)
{
    return place.left() < edge || place.top() < edge || place.right() > aspect - edge ||
           place.bottom() > 1 - edge;
}

/** \param out [steps, of_person] */
void write_person(const std::vector<MotionFrame> &clip, const PersonPath &path, float aspect,
                  float *out)
{
    float mean_x = 0;
    float mean_y = 0;
    for (const PersonPlace &place : path.places) {
        mean_x += place.x / static_cast<float>(path.places.size());
        mean_y += place.y / static_cast<float>(path.places.size());
    }
    for (std::size_t t = 1; t < clip.size(); ++t, out += MotionLayout::of_person) {
        const PersonPlace &before = path.places[t - 1];
        const PersonPlace &now = path.places[t];
        const float rate = rate_at(clip, t) / path.size;
        const auto set = [out](PersonFeature feature, float value) {
            out[static_cast<int>(feature)] = value;
        };
        set(PersonFeature::X, (now.x - mean_x) / path.size);
        set(PersonFeature::Y, (now.y - mean_y) / path.size);
        set(PersonFeature::Height, now.height / path.size);
        set(PersonFeature::Width, now.width / path.size);
        set(PersonFeature::SpeedX, (now.x - before.x) * rate);
        set(PersonFeature::SpeedY, (now.y - before.y) * rate);
        set(PersonFeature::Growth, (now.height - before.height) * rate);
        set(PersonFeature::Widening, (now.width - before.width) * rate);
        set(PersonFeature::Aspect, std::log(now.width / now.height));
        set(PersonFeature::Confidence, now.confidence);
        set(PersonFeature::AtEdge, at_edge(now, aspect) ? 1 : 0);
        set(PersonFeature::Energy, path.energy[t - 1]);
        set(PersonFeature::UpperEnergy, path.upper[t - 1]);
        set(PersonFeature::Seen, path.seen[t] ? 1 : 0);
    }
}

/** \param out [steps, of_pair] */
void write_pair(const std::vector<MotionFrame> &clip, const std::vector<PersonPath> &persons,
                const Pair &pair, float *out)
{
    for (std::size_t t = 1; t < clip.size(); ++t, out += MotionLayout::of_pair) {
        const PersonPlace &one = persons[pair.first].places[t];
        const PersonPlace &other = persons[pair.second].places[t];
        const auto set = [out](PairFeature feature, float value) {
            out[static_cast<int>(feature)] = value;
        };
        set(PairFeature::Distance, pair.distance[t]);
        set(PairFeature::Receding, (pair.distance[t] - pair.distance[t - 1]) * rate_at(clip, t));
        set(PairFeature::Overlap, overlap(one, other) / (pair.size * pair.size));
        set(PairFeature::Across, std::abs(other.x - one.x) / pair.size);
        set(PairFeature::Below, (other.y - one.y) / pair.size);
    }
}

/** \param out [energies] */
void write_energy(const std::vector<MotionFrame> &clip, float *out)
{
    double sum = 0;
    double highest = 0;
    for (std::size_t t = 1; t < clip.size(); ++t) {
        const LumaImage &now = *clip[t].luma;
        const double one =
            luma_difference(now, *clip[t - 1].luma, {0, 0, now.size.width, now.size.height});
        sum += one;
        highest = std::max(highest, one);
    }
    out[0] = static_cast<float>(sum / static_cast<double>(clip.size() - 1) / mean_levels);
    out[1] = static_cast<float>(highest / highest_levels);
}

void check_pictures(const std::vector<MotionFrame> &clip)
{
    const ImageSize size = clip.front().luma->size;
    for (const MotionFrame &frame : clip) {
        const ImageSize got = frame.luma->size;
        if (got.width != size.width || got.height != size.height)
            throw Error(Error::Kind::Settings,
                        "persons: expected pictures of one size, " + std::to_string(size.width) +
                            " x " + std::to_string(size.height) + ", got " +
                            std::to_string(got.width) + " x " + std::to_string(got.height));
    }
}

} // namespace

LumaImage luma_of(const RgbImage &picture)
{
    LumaImage luma{picture.size, std::vector<std::uint8_t>(picture.pixels.size() / 3)};
    const std::uint8_t *rgb = picture.pixels.data();
    for (std::uint8_t &value : luma.values) { // 0.299, 0.587, 0.114 in 1/256
        value = static_cast<std::uint8_t>((77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2] + 128) / 256);
        rgb += 3;
    }
    return luma;
}

std::vector<float> person_motion(const std::vector<MotionFrame> &clip, float aspect)
{
    const MotionLayout layout = MotionLayout::of_frames(static_cast<int>(clip.size()));
    check_pictures(clip);
    const std::vector<PersonPath> persons = person_paths(clip, aspect, MotionLayout::persons);
    const std::vector<Pair> pairs = pairs_of(persons);

    std::vector<float> values(static_cast<std::size_t>(layout.channels()));
    float *at = values.data();
    for (std::size_t i = 0; i < persons.size(); ++i) {
        float *person = at + i * static_cast<std::size_t>(layout.steps * MotionLayout::of_person);
        write_person(clip, persons[i], aspect, person);
        write_keypoints(clip, persons[i], person);
        const Box &box = persons[i].last;
        float *place =
            at + layout.places() + static_cast<std::ptrdiff_t>(i) * MotionLayout::of_place;
        place[0] = static_cast<float>(persons[i].id);
        place[1] = box.x;
        place[2] = box.y;
        place[3] = box.width;
        place[4] = box.height;
    }
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        float *pair = at + layout.pairs_at() +
                      static_cast<std::ptrdiff_t>(i) * layout.steps * MotionLayout::of_pair;
        write_pair(clip, persons, pairs[i], pair);
        write_reaches(clip, persons[pairs[i].first], persons[pairs[i].second], pairs[i].size, pair);
        float *members = at + layout.members() + 2 * static_cast<std::ptrdiff_t>(i);
        members[0] = static_cast<float>(pairs[i].first + 1);
        members[1] = static_cast<float>(pairs[i].second + 1);
    }
    write_energy(clip, at + layout.energy());
    return values;
}

} // namespace fovea
