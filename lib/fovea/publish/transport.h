// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "fovea/core/growing_pause.h"
#include "fovea/core/stop_flag.h"
#include "fovea/publish/message.h"

namespace fovea {

/** Before a receiver that is away is tried again; spread, so that many who lost it do not come back together */
constexpr GrowingPause::Limits receiver_pauses = {std::chrono::milliseconds(250),
                                                  std::chrono::seconds(30), /*spread=*/0.25};

enum class SendOutcome {
    Pending,   ///< to be sent again
    Confirmed, ///< the receiver has it
    Refused    ///< the receiver will never take it
};

struct Delivery {
    std::vector<SendOutcome>
        outcomes; ///< of each message, or of the first: the others are sent next time
    std::string
        why; ///< one is pending or refused; without secrets; empty: none is, or it was stopped
    std::chrono::milliseconds pause{0}; ///< before the next try is worth it
};

/** \brief A camera and the labels that it may raise alarms of */
struct Announcement {
    std::string key;
    std::vector<std::string> labels;
    bool is_gone = false; ///< nothing of it is told any more, but how what went on ends
};

/** \brief The way to one receiver; all of it is called by one thread, but the constructor by another before */
class Transport
{
public:
    virtual ~Transport() = default;

    /**
     * \brief Sends messages in their order
     *
     * Comes back when all have an outcome, when the receiver is away, or soon after \a stop. None that is pending may be
     * overtaken by one of the same key that is confirmed.
     * \throw Error when it cannot try at all, without secrets; the caller waits before it calls again
     */
    virtual Delivery send(const std::vector<Message> &messages, const StopFlag &stop) = 0;

    /** \brief Called about once a second while there is nothing to send */
    virtual void idle() {}

    /** \brief Makes a camera known, or forgotten, where the receiver has a form for that, now and whenever it comes back */
    virtual void announce(const Announcement &) {}
};

} // namespace fovea
