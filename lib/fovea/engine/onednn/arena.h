// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <vector>

namespace fovea {

/** \brief Bytes on a cache line's boundary that grow and are never copied; contents not defined */
class AlignedBytes
{
public:
    static constexpr std::size_t alignment = 64;

    /** \brief The block holds at least \a size bytes; what was there is lost when it grows */
    std::byte *reserve(std::size_t size);

    std::byte *data() const { return bytes_.get(); }

private:
    struct Free {
        void operator()(std::byte *bytes) const { std::free(bytes); }
    };

    std::unique_ptr<std::byte, Free> bytes_;
    std::size_t size_ = 0;
};

/**
 * \brief Places for buffers that live for a part of a plan's steps, in one block of memory
 *
 * Largest first, each at the lowest place free for its whole life.
 */
class ArenaPlan
{
public:
    /** \return slot; steps [first, last] */
    std::size_t add(std::size_t bytes, std::size_t first, std::size_t last);

    /** \brief Keeps a slot until a later step */
    void extend(std::size_t slot, std::size_t last);

    void place();

    std::size_t offset(std::size_t slot) const { return slots_[slot].offset; }

    /** \brief Bytes of the whole block, after place() */
    std::size_t size() const { return size_; }

private:
    struct Slot {
        std::size_t bytes;
        std::size_t first;
        std::size_t last;
        std::size_t offset;
    };

    std::vector<Slot> slots_;
    std::size_t size_ = 0;
};

} // namespace fovea
