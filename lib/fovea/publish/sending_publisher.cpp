// SPDX-License-Identifier: MIT
#include "fovea/publish/sending_publisher.h"

#include <algorithm>
#include <utility>

#include "fovea/core/errors.h"
#include "fovea/core/named_thread.h"
#include "fovea/store/database.h"

namespace fovea {

namespace {

constexpr std::size_t lines_a_batch = 100;
constexpr std::chrono::seconds look_after_every(1); // WAL written back, a full disk tried again

/* Whether they are told: the first, and whenever they are twice as many */
bool has_doubled(std::uint64_t count, std::uint64_t *told)
{
    const bool has = count >= 2 * *told + 1;
    if (has)
        *told = count;
    return has;
}

} // namespace

SendingPublisher::SendingPublisher(std::unique_ptr<Transport> transport,
                                   std::unique_ptr<Spool> spool, std::string name,
                                   std::function<void(const std::string &)> on_trouble,
                                   std::chrono::seconds last_wait)
    : name_(std::move(name)),
      on_trouble_(std::move(on_trouble)),
      last_wait_(last_wait),
      transport_(std::move(transport)),
      spool_(std::move(spool))
{
    if (!spool_->trouble().empty())
        tell(spool_->trouble());
    thread_ = named_thread("fovea-publish", [this] { run(); });
}

SendingPublisher::~SendingPublisher()
{
    {
        std::unique_lock<std::mutex> lock(mutex_);
        settled_.wait_for(lock, last_wait_, [this] { return is_empty() || counts_.away; });
    }
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        stop_.stop();
    }
    changed_.notify_all();
    thread_.join();
}

bool SendingPublisher::is_empty() const
{
    return spool_->counts().lines <= sent_.size() && unspooled_.empty();
}

void SendingPublisher::tell(const std::string &trouble) const
{
    if (on_trouble_)
        on_trouble_(name_ + ": " + trouble);
}

void SendingPublisher::publish(const Message &message)
{
    std::string full;
    bool is_told = false;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ++counts_.published;
        try {
            if (!unspooled_.empty() || !spool_->add(message))
                keep_unspooled(message);
        } catch (const Error &error) {
            full = error.what();
            is_told = full_told_.is_due();
            keep_unspooled(message);
        }
    }
    changed_.notify_all();
    if (is_told)
        tell("lines wait in memory alone, at most " + std::to_string(max_unspooled) + ": " + full);
}

void SendingPublisher::keep_unspooled(const Message &message)
{
    unspooled_.push_back(message);
    if (unspooled_.size() <= max_unspooled)
        return;
    const auto window = std::find_if(unspooled_.begin(), unspooled_.end(), [](const Message &one) {
        return one.kind == Message::Kind::Window;
    });
    const bool is_window = window != unspooled_.end();
    ++(is_window ? counts_.dropped_windows : counts_.dropped_alarms);
    unspooled_.erase(is_window ? window : unspooled_.begin());
}

void SendingPublisher::announce(const Announcement &announcement)
{
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        announcements_.push_back(announcement);
    }
    changed_.notify_all();
}

PublisherCounts SendingPublisher::counts() const
{
    const std::lock_guard<std::mutex> lock(mutex_);
    const SpoolCounts spooled = spool_->counts();
    PublisherCounts counts = counts_;
    counts.waiting =
        spooled.lines - std::min<std::uint64_t>(spooled.lines, sent_.size()) + unspooled_.size();
    counts.dropped_windows += spooled.dropped_windows;
    counts.dropped_alarms += spooled.dropped_alarms;
    return counts;
}

void SendingPublisher::run()
{
    while (!stop_.stopped()) {
        try {
            take_announcements();
            look_after_spool();
            if (!pauses() && send_some())
                continue;
            transport_->idle();
        } catch (const DatabaseError &error) { // what the spool holds is tried again
            mend_spool(error);
            stop_.wait(look_after_every);
        }
        std::unique_lock<std::mutex> lock(mutex_);
        settled_.notify_all();
        const auto next = std::chrono::steady_clock::now() + look_after_every;
        changed_.wait_until(lock, pauses() ? std::min(next, next_try_) : next, [this] {
            return stop_.stopped() || !announcements_.empty() || !(pauses() || is_empty());
        });
    }
}

bool SendingPublisher::pauses() const
{
    return std::chrono::steady_clock::now() < next_try_;
}

/* What a damaged one held is not sent, but later lines are */
void SendingPublisher::mend_spool(const DatabaseError &damage)
{
    const std::string told = spool_->trouble();
    std::string trouble = damage.what();
    if (damage.broken()) {
        const std::lock_guard<std::mutex> lock(mutex_);
        sent_.clear();
        try {
            spool_->renew(damage);
        } catch (const Error &error) {
            trouble = error.what();
        }
    }
    if (spool_->trouble() != told)
        tell(spool_->trouble());
    else if (spool_told_.is_due())
        tell(trouble);
}

void SendingPublisher::take_announcements()
{
    std::vector<Announcement> announcements;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        announcements.swap(announcements_);
    }
    for (const Announcement &announcement : announcements)
        transport_->announce(announcement);
}

void SendingPublisher::look_after_spool()
{
    const auto now = std::chrono::steady_clock::now();
    if (now - looked_after_ < look_after_every)
        return;
    looked_after_ = now;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        remove_sent();
    }
    try {
        spool_->tidy();
    } catch (const DatabaseError &error) { // a full disk: told by publish(), and tried again
        if (error.broken())
            throw;
    }
    spool_unspooled(); // those too that came while tidy() let nobody add
    tell_away();
    const PublisherCounts all = counts();
    const std::uint64_t drops = all.dropped_windows + all.dropped_alarms;
    if (has_doubled(drops, &told_drops_))
        tell("no room for more waiting lines: the oldest were dropped, " +
             std::to_string(all.dropped_windows) + " of windows and " +
             std::to_string(all.dropped_alarms) + " of alarms so far");
}

void SendingPublisher::spool_unspooled()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    try {
        while (!unspooled_.empty() && spool_->add(unspooled_.front()))
            unspooled_.pop_front();
    } catch (const DatabaseError &error) { // told when it began
        if (error.broken())
            throw;
    }
}

void SendingPublisher::remove_sent()
{
    try {
        spool_->remove({sent_.begin(), sent_.end()});
        sent_.clear();
    } catch (const DatabaseError &error) { // a full disk: told by publish(), and tried again
        if (error.broken())
            throw;
    }
}

std::vector<SpooledMessage> SendingPublisher::waiting()
{
    // sent_ changes on this thread alone
    std::vector<SpooledMessage> batch = spool_->front(lines_a_batch + sent_.size());
    batch.erase(
        std::remove_if(batch.begin(), batch.end(),
                       [this](const SpooledMessage &one) { return sent_.count(one.place) > 0; }),
        batch.end());
    if (!batch.empty())
        return batch;
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const Message &message : unspooled_)
        if (batch.size() < lines_a_batch)
            batch.push_back({/*place=*/0, message});
    return batch;
}

bool SendingPublisher::send_some()
{
    const std::vector<SpooledMessage> batch = waiting();
    if (batch.empty())
        return false;
    std::vector<Message> messages;
    for (const SpooledMessage &one : batch)
        messages.push_back(one.message);
    Delivery delivery;
    try {
        delivery = transport_->send(messages, stop_);
        pause_.reset();
    } catch (const Error &error) {
        delivery = {std::vector<SendOutcome>(batch.size(), SendOutcome::Pending), error.what(),
                    pause_.next()};
    }
    next_try_ = std::chrono::steady_clock::now() + delivery.pause;
    settle(batch, delivery);
    return true;
}

void SendingPublisher::settle(const std::vector<SpooledMessage> &batch, const Delivery &delivery)
{
    std::uint64_t confirmed = 0;
    std::uint64_t refused = 0;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        for (std::size_t i = 0; i < batch.size() && i < delivery.outcomes.size(); ++i) {
            if (delivery.outcomes[i] == SendOutcome::Pending)
                continue;
            ++(delivery.outcomes[i] == SendOutcome::Confirmed ? confirmed : refused);
            if (batch[i].place > 0) {
                sent_.insert(batch[i].place);
                continue;
            }
            const auto same =
                std::find_if(unspooled_.begin(), unspooled_.end(), [&](const Message &message) {
                    return message.id == batch[i].message.id;
                });
            if (same != unspooled_.end())
                unspooled_.erase(same);
        }
        counts_.delivered += confirmed;
        counts_.refused += refused;
        remove_sent();
    }
    note(delivery, confirmed, refused);
}

void SendingPublisher::note(const Delivery &delivery, std::uint64_t confirmed,
                            std::uint64_t refused)
{
    const bool is_pending =
        std::count(delivery.outcomes.begin(), delivery.outcomes.end(), SendOutcome::Pending) > 0;
    const bool is_away = is_pending && !delivery.why.empty();
    std::unique_lock<std::mutex> lock(mutex_);
    const bool has_answered = confirmed + refused > 0;
    counts_.away = is_away || (counts_.away && !has_answered);
    const std::uint64_t all_refused = counts_.refused;
    lock.unlock();
    if (is_away)
        why_away_ = delivery.why;
    settled_.notify_all();
    if (refused > 0 && has_doubled(all_refused, &told_refused_))
        tell(std::to_string(all_refused) + " lines refused so far" +
             (is_away ? "" : ", the last: " + delivery.why)); // else that is why others wait
    tell_away();
}

void SendingPublisher::tell_away()
{
    const bool is_away = counts().away;
    if (is_away && !is_away_told_ && away_told_.is_due()) {
        is_away_told_ = true;
        tell("away, lines wait on disk: " + why_away_);
    } else if (!is_away && std::exchange(is_away_told_, false)) {
        tell("back");
    }
}

} // namespace fovea
