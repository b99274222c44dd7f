// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <mutex>

#include "fovea/publish/line_writer.h"
#include "fovea/publish/publisher.h"

namespace fovea {

/** \brief Lines to a file or to standard output: each is with the system when publish() is back */
class LinePublisher final : public Publisher
{
public:
    /** \param file empty: standard output. \throw Error CannotWrite with the cause */
    LinePublisher(const std::filesystem::path &file, bool append, const Rotation &rotation)
        : writer_(file, append, rotation)
    {
    }

    void publish(const Message &message) override
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ++counts_.published;
        counts_.away = true;
        auto &lost = message.kind == Message::Kind::Window ? counts_.dropped_windows
                                                           : counts_.dropped_alarms;
        ++lost; // unless it is written
        writer_.write(message.text);
        --lost;
        counts_.away = false;
        ++counts_.delivered;
    }

    PublisherCounts counts() const override
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return counts_;
    }

    void set_rotation(const Rotation &rotation) override
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        writer_.set_rotation(rotation);
    }

private:
    mutable std::mutex mutex_;
    LineWriter writer_;
    PublisherCounts counts_;
};

} // namespace fovea
