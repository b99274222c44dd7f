// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/arena.h"

#include <algorithm>
#include <new>
#include <numeric>

namespace fovea {

namespace {

std::size_t aligned(std::size_t bytes)
{
    return (bytes + AlignedBytes::alignment - 1) / AlignedBytes::alignment *
           AlignedBytes::alignment;
}

} // namespace

std::byte *AlignedBytes::reserve(std::size_t size)
{
    if (size > size_) {
        bytes_.reset(); // before: the old and the new need not both fit
        size_ = 0;
        bytes_.reset(static_cast<std::byte *>(std::aligned_alloc(alignment, aligned(size))));
        if (!bytes_)
            throw std::bad_alloc();
        size_ = size;
    }
    return bytes_.get();
}

std::size_t ArenaPlan::add(std::size_t bytes, std::size_t first, std::size_t last)
{
    slots_.push_back({aligned(bytes), first, last, 0});
    return slots_.size() - 1;
}

void ArenaPlan::extend(std::size_t slot, std::size_t last)
{
    slots_[slot].last = std::max(slots_[slot].last, last);
}

void ArenaPlan::place()
{
    std::vector<std::size_t> order(slots_.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
        return slots_[a].bytes > slots_[b].bytes;
    });
    std::vector<const Slot *> placed; // by offset
    for (const std::size_t index : order) {
        Slot &slot = slots_[index];
        slot.offset = 0;
        for (const Slot *other : placed) {
            const bool together = other->first <= slot.last && slot.first <= other->last;
            if (!together || other->offset + other->bytes <= slot.offset)
                continue;
            if (other->offset >= slot.offset + slot.bytes)
                break;
            slot.offset = other->offset + other->bytes;
        }
        size_ = std::max(size_, slot.offset + slot.bytes);
        const auto behind =
            std::upper_bound(placed.begin(), placed.end(), slot.offset,
                             [](std::size_t offset, const Slot *s) { return offset < s->offset; });
        placed.insert(behind, &slot);
    }
}

} // namespace fovea
