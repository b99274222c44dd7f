// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>

#include <gtest/gtest.h>

#include "fovea/publish/sending_publisher.h"
#include "output_test.h"
#include "temporary_folder.h"

namespace fovea::test {

using std::chrono::milliseconds;

/** \brief What a receiver does that the tests lead; it outlives its transport */
struct Receiver {
    std::mutex mutex;
    std::vector<std::string> got; ///< ids, in the order they came
    std::set<std::string> refuses;
    std::set<std::string> fails;
    std::vector<std::string> announced;
    std::atomic<bool> away{false};
    std::atomic<bool> has_no_way{false};                      ///< the transport cannot even try
    std::vector<std::chrono::steady_clock::time_point> tried; ///< when
    std::atomic<int> tries{0};
    std::atomic<int> takes_ms{0};
    std::atomic<int> asks_for_ms{20}; ///< of patience, while it is away

    void refuse(int number)
    {
        const std::lock_guard<std::mutex> lock(mutex);
        refuses.insert(std::to_string(number));
    }

    void is_tried()
    {
        const std::lock_guard<std::mutex> lock(mutex);
        tried.push_back(std::chrono::steady_clock::now());
        ++tries;
    }

    std::vector<std::chrono::steady_clock::time_point> times()
    {
        const std::lock_guard<std::mutex> lock(mutex);
        return tried;
    }

    std::vector<std::string> ids()
    {
        const std::lock_guard<std::mutex> lock(mutex);
        return got;
    }
};

class LedTransport final : public Transport
{
public:
    explicit LedTransport(Receiver *receiver) : receiver_(receiver) {}

    Delivery send(const std::vector<Message> &messages, const StopFlag &stop) override
    {
        receiver_->is_tried();
        if (receiver_->has_no_way)
            throw Error(Error::Kind::Settings, "the certificate is gone");
        Delivery delivery{std::vector<SendOutcome>(messages.size(), SendOutcome::Pending), ""};
        for (std::size_t i = 0; i < messages.size(); ++i) {
            if (stop.wait(milliseconds(receiver_->takes_ms)))
                return delivery;
            if (receiver_->away) {
                delivery.why = "unplugged";
                delivery.pause = milliseconds(receiver_->asks_for_ms);
                return delivery;
            }
            const std::lock_guard<std::mutex> lock(receiver_->mutex);
            if (receiver_->refuses.count(messages[i].id) > 0) {
                delivery.outcomes[i] = SendOutcome::Refused;
                delivery.why = "not to its taste";
                continue;
            }
            if (receiver_->fails.count(messages[i].id) > 0) {
                delivery.why = "unplugged";
                return delivery;
            }
            receiver_->got.push_back(messages[i].id);
            delivery.outcomes[i] = SendOutcome::Confirmed;
        }
        return delivery;
    }

    void announce(const Announcement &announcement) override
    {
        const std::lock_guard<std::mutex> lock(receiver_->mutex);
        receiver_->announced.push_back(announcement.key);
    }

private:
    Receiver *receiver_;
};

class SendingPublisherTest : public Output
{
protected:
    std::unique_ptr<SendingPublisher> open(
        std::uint64_t bytes = 1 << 20,
        std::chrono::seconds last_wait = PublisherOptions().last_wait)
    {
        return std::make_unique<SendingPublisher>(
            std::make_unique<LedTransport>(&receiver_),
            std::make_unique<Spool>(folder_, "s", bytes), "led://receiver",
            [this](const std::string &text) {
                const std::lock_guard<std::mutex> lock(receiver_.mutex);
                told_.push_back(text);
            },
            last_wait);
    }

    static Message made(int number, Message::Kind kind = Message::Kind::AlarmBegin,
                        std::size_t bytes = 2)
    {
        Message message;
        message.id = std::to_string(number);
        message.key = "north";
        message.kind = kind;
        message.text = std::string(bytes, 'x');
        return message;
    }

    template <typename Condition>
    static bool eventually(Condition &&condition)
    {
        for (int i = 0; i < 6000 && !condition(); ++i)
            std::this_thread::sleep_for(milliseconds(10));
        return condition();
    }

    static std::vector<std::string> numbers(int from, int to)
    {
        std::vector<std::string> ids;
        for (int i = from; i < to; ++i)
            ids.push_back(std::to_string(i));
        return ids;
    }

    bool has_told(const std::string &words)
    {
        const auto all = told();
        return std::any_of(all.begin(), all.end(), [&words](const std::string &text) {
            return text.find(words) != std::string::npos;
        });
    }

    std::vector<std::string> told()
    {
        const std::lock_guard<std::mutex> lock(receiver_.mutex);
        return told_;
    }

    Receiver receiver_;
    std::vector<std::string> told_;
};

} // namespace fovea::test
