// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/plan_layout.h"

#include <algorithm>
#include <cstring>

#include "fovea/engine/onednn/bf16x3.h"

namespace fovea {

using nn::Node;
using nn::Op;
using Place = Plan::Place;

PlanLayout::PlanLayout(const PlanRequest &request, Plan &plan)
    : request_(request),
      plan_(plan),
      sum_of_(size(), no_node),
      addend_of_(size(), no_node),
      last_use_(size(), 0),
      places_(size())
{
    plan.kept_bytes.assign(size(), 0);
    fuse_sums();
    find_last_uses();
}

/** A convolution without ReLU that only a sum reads, all of it, is run at the sum */
void PlanLayout::fuse_sums()
{
    std::vector<int> readers(size(), 0);
    for (const Node &each : request_.graph.nodes()) {
        for (const std::size_t input : each.inputs)
            ++readers[input];
    }
    for (const std::size_t output : outputs())
        ++readers[output];
    const auto fits = [&](std::size_t sum, std::size_t k) {
        const std::size_t input = node(sum).inputs[k];
        const ValueStep &value = step(input).value;
        return node(input).op == Op::Convolution && !node(input).activation.bends() &&
               readers[input] == 1 && value.held == 0 && value.keep == 0 &&
               step(sum).reads[k].frames == value.fresh && value.fresh > 0;
    };
    for (std::size_t i = 0; i < size(); ++i) {
        for (std::size_t k = 0; node(i).op == Op::Add && addend_of_[i] == no_node && k < 2; ++k) {
            if (!fits(i, k))
                continue;
            addend_of_[i] = k;
            sum_of_[node(i).inputs[k]] = i;
        }
    }
}

void PlanLayout::find_last_uses()
{
    for (std::size_t i = 0; i < size(); ++i) {
        const std::size_t at = sum_of_[i] == no_node ? i : sum_of_[i];
        for (const std::size_t input : node(i).inputs)
            last_use_[input] = std::max(last_use_[input], at);
    }
    if (outputs().empty())
        last_use_.back() = size(); // the rows are made of it
    for (const std::size_t output : outputs())
        last_use_[output] = size();
}

std::size_t PlanLayout::frame_bytes(std::size_t index) const
{
    return static_cast<std::size_t>(shape(index).pixels() * shape(index).channels) *
           size_of(format(index).element);
}

PartShape PlanLayout::part(std::size_t index, std::int64_t frames) const
{
    const MapShape &map = shape(index);
    return {streams(), frames, map.height, map.width, map.channels};
}

nn::Padding PlanLayout::padding(std::size_t index) const
{
    const MapShape &in = shape(node(index).inputs.front());
    nn::Padding padding = node(index).window.padding({1, in.height, in.width});
    padding.before[0] = step(index).before;
    padding.after[0] = step(index).after;
    return padding;
}

Place PlanLayout::scratch(std::size_t bytes)
{
    return {plan_.arena.add(bytes, now_, now_), 0};
}

void PlanLayout::allocate(std::size_t index)
{
    const ValueStep &value = step(index).value;
    const std::int64_t frames = value.fresh + (streams() == 1 ? value.held : 0);
    const std::size_t bytes = static_cast<std::size_t>(frames * streams()) * frame_bytes(index);
    places_[index] = {plan_.arena.add(bytes, now_, std::max(now_, last_use_[index])), 0};
}

bool PlanLayout::allocate_in_place(std::size_t sum)
{
    const std::size_t other = 1 - addend_of(sum);
    const std::size_t value = node(sum).inputs[other];
    const ReadStep &read = step(sum).reads[other];
    const std::size_t convolution = node(sum).inputs[addend_of(sum)];
    const bool dies_here = value != 0 && last_use_[value] == sum &&
                           node(convolution).inputs.front() != value &&
                           read.begin == step(value).value.held &&
                           read.frames == step(value).value.fresh && step(sum).value.held == 0;
    if (!dies_here)
        return false;
    places_[sum] = fresh(value);
    plan_.arena.extend(places_[sum].slot, std::max(sum, last_use_[sum]));
    return true;
}

Place PlanLayout::fresh(std::size_t index) const
{
    Place place = places_[index];
    if (streams() == 1)
        place.bytes += static_cast<std::size_t>(step(index).value.held) * frame_bytes(index);
    return place;
}

Place PlanLayout::read(std::size_t index, std::size_t input)
{
    const std::size_t value = node(index).inputs[input];
    const ReadStep &read = step(index).reads[input];
    const ValueStep &from = step(value).value;
    const std::size_t bytes = frame_bytes(value);
    if (streams() == 1) {
        Place place = places_[value];
        place.bytes += static_cast<std::size_t>(read.begin) * bytes;
        return place;
    }
    if (read.begin == from.held && read.frames == from.fresh)
        return places_[value];
    const Place dense = scratch(static_cast<std::size_t>(read.frames * streams()) * bytes);
    const Splice splice = {from.held, from.fresh, read.begin, read.frames, streams(), bytes};
    plan_.works.emplace_back(
        [=, plan = &plan_, fresh_at = places_[value]](const PlanMemory &memory) {
            const std::byte *held = memory.state ? memory.state->held[value].data() : nullptr;
            splice.run(plan->at(memory, dense), held, plan->at(memory, fresh_at));
        });
    return dense;
}

Place PlanLayout::read_split(std::size_t index, std::size_t input)
{
    const std::size_t value = node(index).inputs[input];
    const ReadStep &wanted = step(index).reads[input];
    const auto known = std::find_if(splits_.begin(), splits_.end(), [&](const Split &split) {
        return split.value == value && split.begin == wanted.begin && split.frames == wanted.frames;
    });
    if (known != splits_.end()) {
        plan_.arena.extend(known->place.slot, now_);
        return known->place;
    }
    const std::int64_t channels = shape(value).channels;
    const std::int64_t pixels = wanted.frames * streams() * shape(value).pixels();
    const Place to = scratch(static_cast<std::size_t>(pixels * channels * split_bytes));
    plan_.works.emplace_back([=, plan = &plan_,
                              from = read(index, input)](const PlanMemory &memory) {
        split_channels(reinterpret_cast<std::uint16_t *>(plan->at(memory, to)),
                       reinterpret_cast<const float *>(plan->at(memory, from)), pixels, channels);
    });
    splits_.push_back({value, wanted.begin, wanted.frames, to});
    return to;
}

void PlanLayout::remember(std::size_t index)
{
    const ValueStep &value = step(index).value;
    const std::size_t bytes = frame_bytes(index);
    plan_.kept_bytes[index] = static_cast<std::size_t>(value.keep * streams()) * bytes;
    if (streams() == 1 && value.held > 0) {
        const auto all = static_cast<std::size_t>(value.held) * bytes;
        plan_.works.emplace_back([=, plan = &plan_, to = places_[index]](const PlanMemory &memory) {
            std::memcpy(plan->at(memory, to), memory.state->held[index].data(), all);
        });
    }
    if (value.keep == 0)
        return;
    const Splice splice = {value.held, value.fresh, value.held + value.fresh - value.keep,
                           value.keep, streams(),   bytes};
    plan_.works.emplace_back([=, plan = &plan_, from = fresh(index)](const PlanMemory &memory) {
        splice.run(memory.state->kept[index].data(), memory.state->held[index].data(),
                   plan->at(memory, from));
    });
}

} // namespace fovea
