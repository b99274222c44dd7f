// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <new>
#include <sys/mman.h>
#include <vector>

#include <unistd.h>

namespace fovea::test {

/** \brief Memory that ends at a page which may not be touched */
template <typename T>
struct GuardedAllocator {
    using value_type = T;

    GuardedAllocator() = default;

    template <typename Other>
    GuardedAllocator(const GuardedAllocator<Other> &) // NOLINT: as the standard's
    {
    }

    T *allocate(std::size_t count)
    {
        const std::size_t pages = bytes_of_pages(count);
        void *at = mmap(nullptr, pages + page(), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (at == MAP_FAILED)
            throw std::bad_alloc();
        auto *end = static_cast<std::byte *>(at) + pages;
        if (mprotect(end, page(), PROT_NONE) != 0)
            throw std::bad_alloc();
        return reinterpret_cast<T *>(end - count * sizeof(T));
    }

    void deallocate(T *first, std::size_t count)
    {
        const std::size_t pages = bytes_of_pages(count);
        munmap(reinterpret_cast<std::byte *>(first + count) - pages, pages + page());
    }

    friend bool operator==(const GuardedAllocator &, const GuardedAllocator &) { return true; }

    friend bool operator!=(const GuardedAllocator &, const GuardedAllocator &) { return false; }

private:
    static std::size_t page() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

    static std::size_t bytes_of_pages(std::size_t count)
    {
        return (count * sizeof(T) + page() - 1) / page() * page();
    }
};

/**
 * \brief A vector behind whose last value nothing can be read or written: a kernel that does ends the test, in every
 * build and on every processor. Of one that is made as long as it stays
 */
template <typename T>
using GuardedVector = std::vector<T, GuardedAllocator<T>>;

} // namespace fovea::test
