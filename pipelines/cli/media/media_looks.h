// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>

#include "fovea/core/background_task.h"
#include "media/media_info.h"

namespace fovea {

/** \brief What files say of themselves; the first is looked into while the models are opened */
class MediaLooks
{
public:
    explicit MediaLooks(const std::filesystem::path &first)
        : first_(first),
          look_(std::make_unique<Look>("fovea-look", [first] { return media_info(first); }))
    {
    }

    bool is_looking() const
    {
        const std::lock_guard lock(mutex_);
        return look_ != nullptr && !look_->is_ready();
    }

    /** \throw Error as media_info() */
    MediaInfo at(const std::filesystem::path &file)
    {
        std::unique_ptr<Look> look;
        if (file == first_) {
            const std::lock_guard lock(mutex_);
            look = std::move(look_);
        }
        return look != nullptr ? look->get() : media_info(file);
    }

private:
    using Look = BackgroundTask<MediaInfo>;

    std::filesystem::path first_;
    mutable std::mutex mutex_; ///< guards what follows
    std::unique_ptr<Look> look_;
};

} // namespace fovea
