// SPDX-License-Identifier: MIT
#include "fovea/nn/motion_parts.h"

namespace fovea::nn {

namespace {

constexpr auto index_of(PersonFeature feature)
{
    return static_cast<std::int64_t>(feature);
}

/* Of a pair, from FirstReaches on */
constexpr std::int64_t pair_keypoint_features =
    MotionLayout::of_pair - static_cast<std::int64_t>(PairFeature::FirstReaches);

/** \brief The features from \a first to \a last of each person, to be changed in place */
at::Tensor features(const at::Tensor &persons, PersonFeature first, PersonFeature last)
{
    return persons.narrow(/*dim=*/4, index_of(first), index_of(last) - index_of(first) + 1);
}

} // namespace

MotionParts motion_parts(const at::Tensor &motion, const MotionLayout &layout)
{
    const std::int64_t windows = motion.size(0);
    const std::int64_t rows = motion.size(1);
    const auto part = [&](std::int64_t from, at::IntArrayRef shape) {
        std::vector<std::int64_t> whole = {windows, rows};
        whole.insert(whole.end(), shape.begin(), shape.end());
        return motion.narrow(2, from, c10::multiply_integers(shape)).reshape(whole);
    };
    constexpr std::int64_t count = MotionLayout::persons;
    constexpr std::int64_t pairs = MotionLayout::pairs;

    MotionParts parts;
    parts.persons = part(0, {count, layout.steps, MotionLayout::of_person});
    parts.pairs = part(layout.pairs_at(), {pairs, layout.steps, MotionLayout::of_pair});
    parts.members = part(layout.members(), {pairs, 2}).round().to(at::kLong).clamp(0, count);
    parts.energy = part(layout.energy(), {MotionLayout::energies});
    parts.ids = part(layout.places(), {count, MotionLayout::of_place}).select(3, 0);
    parts.is_there = parts.persons.select(4, index_of(PersonFeature::Seen)).amax(3) > 0;
    return parts;
}

at::Tensor pair_inputs(const MotionParts &parts)
{
    const at::Tensor nobody = at::zeros_like(parts.persons.narrow(2, 0, 1));
    const at::Tensor all = at::cat({nobody, parts.persons}, /*dim=*/2);
    const auto of_members = [&](std::int64_t which) {
        const at::Tensor place = parts.members.select(3, which).unsqueeze(3).unsqueeze(4);
        return all.gather(2,
                          place.expand({-1, -1, -1, parts.persons.size(3), parts.persons.size(4)}));
    };
    return at::cat({of_members(0), of_members(1), parts.pairs}, /*dim=*/4);
}

at::Tensor pair_is_there(const MotionParts &parts)
{
    const at::Tensor nobody = at::zeros_like(parts.is_there.narrow(2, 0, 1));
    const at::Tensor all = at::cat({nobody, parts.is_there}, /*dim=*/2);
    return all.gather(2, parts.members.select(3, 0))
        .logical_and(all.gather(2, parts.members.select(3, 1)));
}

MotionParts varied(const MotionParts &parts, const MotionAugmentation &augmentation)
{
    const at::Tensor &persons = parts.persons;
    const std::int64_t windows = persons.size(0);
    const auto options = persons.options();
    const auto for_each = [&](std::int64_t count) { // person of a window, or 1: window
        return at::IntArrayRef({windows, 1, count, 1, 1}).vec();
    };
    MotionParts made = parts;
    made.persons = persons.clone();

    const at::Tensor mirror =
        1 - 2 * (at::rand(for_each(1), options) < augmentation.flip).to(options);
    features(made.persons, PersonFeature::X, PersonFeature::X).mul_(mirror);
    features(made.persons, PersonFeature::SpeedX, PersonFeature::SpeedX).mul_(mirror);

    const auto noise = [&](const at::Tensor &part, double deviation) {
        const at::Tensor one =
            at::randn({windows, 1, part.size(2), part.size(3), part.size(4)}, options);
        part.add_(deviation * one);
    };
    noise(features(made.persons, PersonFeature::X, PersonFeature::Width), augmentation.jitter);
    noise(features(made.persons, PersonFeature::Aspect, PersonFeature::Aspect),
          augmentation.jitter);
    const at::Tensor speeds =
        features(made.persons, PersonFeature::SpeedX, PersonFeature::Widening);
    noise(speeds, 2 * augmentation.jitter);
    const at::Tensor faster = (augmentation.speed * at::randn(for_each(1), options)).exp();
    speeds.mul_(faster);
    features(made.persons, PersonFeature::Energy, PersonFeature::UpperEnergy)
        .mul_((augmentation.energy * at::randn(for_each(persons.size(2)), options)).exp());

    noise(features(made.persons, PersonFeature::TorsoAcross, PersonFeature::Reach),
          augmentation.keypoint_jitter);
    features(made.persons, PersonFeature::FastWrist, PersonFeature::SlowAnkle).mul_(faster);
    features(made.persons, PersonFeature::TorsoAcross, PersonFeature::TorsoAcross).mul_(mirror);
    const at::Tensor posed =
        (at::rand(for_each(1), options) >= augmentation.no_keypoints).to(options);
    features(made.persons, PersonFeature::TorsoAcross, PersonFeature::Posed).mul_(posed);
    made.pairs = parts.pairs.clone();
    made.pairs
        .narrow(4, static_cast<std::int64_t>(PairFeature::FirstReaches), pair_keypoint_features)
        .mul_(posed);

    const at::Tensor stays = at::rand({windows, 1, persons.size(2)}, options) >= augmentation.drop;
    const at::Tensor left = parts.is_there.logical_and(stays);
    const at::Tensor somebody = left.any(/*dim=*/2, /*keepdim=*/true);
    made.is_there = at::where(somebody, left, parts.is_there);
    made.persons.mul_(made.is_there.unsqueeze(3).unsqueeze(4)); // nobody stays nobody
    return made;
}

} // namespace fovea::nn
