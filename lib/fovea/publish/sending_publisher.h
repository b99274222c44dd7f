// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "fovea/core/growing_pause.h"
#include "fovea/core/seldom_told.h"
#include "fovea/core/stop_flag.h"
#include "fovea/publish/publisher.h"
#include "fovea/publish/spool.h"
#include "fovea/publish/transport.h"

namespace fovea {

class DatabaseError;

/**
 * \brief Lines through a spool to a transport on a thread of its own
 *
 * publish() writes into the spool and is done. Where the disk takes no more, lines wait in memory, at most
 * `max_unspooled`, in their order behind those on disk; that is told, and the oldest windows go first here too.
 */
class SendingPublisher final : public Publisher
{
public:
    static constexpr std::size_t max_unspooled = 1000;
    static constexpr std::chrono::minutes told_every{1}; ///< of what comes and goes

    /**
     * \param name of the receiver for what is told: scheme, host and port, no more
     * \param on_trouble may be empty; any thread calls it
     * \param last_wait PublisherOptions::last_wait
     */
    SendingPublisher(std::unique_ptr<Transport> transport, std::unique_ptr<Spool> spool,
                     std::string name, std::function<void(const std::string &)> on_trouble,
                     std::chrono::seconds last_wait = PublisherOptions().last_wait);
    ~SendingPublisher() override;
    SendingPublisher(const SendingPublisher &) = delete;
    SendingPublisher &operator=(const SendingPublisher &) = delete;

    void publish(const Message &message) override;
    void announce(const Announcement &announcement) override;
    PublisherCounts counts() const override;

private:
    void run();
    std::vector<SpooledMessage> waiting();
    bool send_some();
    void settle(const std::vector<SpooledMessage> &batch, const Delivery &delivery);
    void note(const Delivery &delivery, std::uint64_t confirmed, std::uint64_t refused);
    void remove_sent();                          ///< under mutex_
    void keep_unspooled(const Message &message); ///< under mutex_
    void spool_unspooled();
    void take_announcements();
    void look_after_spool();
    bool pauses() const;
    void mend_spool(const DatabaseError &damage);
    void tell_away();
    void tell(const std::string &trouble) const;
    bool is_empty() const; ///< under mutex_

    std::string name_;
    std::function<void(const std::string &)> on_trouble_;
    std::chrono::seconds last_wait_;
    StopFlag stop_;

    std::unique_ptr<Transport> transport_; ///< of the thread, as all up to mutex_
    std::set<std::int64_t>
        sent_; ///< places on disk that it did not let go of; written under mutex_
    std::chrono::steady_clock::time_point looked_after_{};
    std::uint64_t told_drops_ = 0;
    std::uint64_t told_refused_ = 0;
    std::string why_away_;
    bool is_away_told_ = false;
    SeldomTold away_told_{told_every};
    SeldomTold spool_told_{told_every}; ///< that it fails
    std::chrono::steady_clock::time_point next_try_{};
    GrowingPause pause_{receiver_pauses}; ///< while the transport cannot try

    mutable std::mutex mutex_; ///< of all below; the spool's add() is called under it
    std::condition_variable changed_;
    std::condition_variable settled_;
    std::unique_ptr<Spool> spool_;
    std::deque<Message> unspooled_;
    SeldomTold full_told_{told_every};        ///< that they wait in memory
    std::vector<Announcement> announcements_; ///< not yet told to the transport
    PublisherCounts counts_;
    std::thread thread_;
};

} // namespace fovea
