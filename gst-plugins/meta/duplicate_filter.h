// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>

namespace fovea {

/**
 * \brief What was met lately: a buffer that was duplicated brings its activities and alarms again
 *
 * Holds a reference to each, so that an address is not taken by another one in the meantime.
 */
template <typename Item, Item *(*ref)(Item *), void (*unref)(Item *)>
class DuplicateFilter
{
public:
    DuplicateFilter() = default;

    ~DuplicateFilter() { clear(); }

    DuplicateFilter(const DuplicateFilter &) = delete;
    DuplicateFilter &operator=(const DuplicateFilter &) = delete;

    /** \brief False when \a item was here among the last `kept` */
    bool add(Item *item)
    {
        if (std::find(items_.begin(), items_.end(), item) != items_.end())
            return false;
        items_.push_back(ref(item));
        if (items_.size() > kept) {
            unref(items_.front());
            items_.pop_front();
        }
        return true;
    }

    void clear()
    {
        for (Item *item : items_)
            unref(item);
        items_.clear();
    }

private:
    static constexpr std::size_t kept = 64; ///< many times what one buffer carries

    std::deque<Item *> items_;
};

} // namespace fovea
