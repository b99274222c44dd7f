// SPDX-License-Identifier: MIT
#include "service/recent_pictures.h"

#include <algorithm>
#include <utility>

namespace fovea {

void RecentPictures::add(Nanoseconds time, Jpeg picture)
{
    const std::lock_guard lock(mutex_);
    last_ = picture;
    pictures_.push_back({time, std::move(picture)});
    if (pictures_.size() > most)
        pictures_.pop_front();
}

RecentPictures::Jpeg RecentPictures::last() const
{
    const std::lock_guard lock(mutex_);
    return last_;
}

RecentPictures::Jpeg RecentPictures::nearest(Nanoseconds time) const
{
    const std::lock_guard lock(mutex_);
    const auto found = std::min_element(
        pictures_.begin(), pictures_.end(), [time](const Picture &one, const Picture &other) {
            return std::abs(one.time - time) < std::abs(other.time - time);
        });
    return found != pictures_.end() ? found->jpeg : Jpeg();
}

void RecentPictures::cut()
{
    const std::lock_guard lock(mutex_);
    pictures_.clear();
}

} // namespace fovea
