// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/publish/publisher.h"
#include "temporary_folder.h"

namespace fovea {

/** \brief Publishers of one test, with a spool of its own, and what they tell */
class PublishTest : public testing::Test
{
protected:
    std::unique_ptr<Publisher> open(const std::string &uri, PublisherOptions options = {})
    {
        options.spool = folder_.path() / "spool";
        options.on_trouble = [this](const std::string &text) {
            const std::lock_guard<std::mutex> lock(told_mutex_);
            told_ += text + "\n";
        };
        return make_publisher(uri, options);
    }

    static Message made(int number, Message::Kind kind = Message::Kind::Window,
                        const std::string &key = "north")
    {
        Message message;
        message.id = "run-" + std::to_string(number);
        message.key = key;
        message.kind = kind;
        message.label = "fight";
        message.text = R"({"id": ")" + message.id + R"("})";
        return message;
    }

    static std::vector<std::string> texts(int from, int to)
    {
        std::vector<std::string> lines;
        for (int i = from; i < to; ++i)
            lines.push_back(made(i).text);
        return lines;
    }

    /** \brief The lines without those that came before, as a receiver that knows duplicates by id leaves them */
    static std::vector<std::string> without_duplicates(const std::vector<std::string> &lines)
    {
        std::vector<std::string> first;
        for (const std::string &line : lines)
            if (std::find(first.begin(), first.end(), line) == first.end())
                first.push_back(line);
        return first;
    }

    std::string told()
    {
        const std::lock_guard<std::mutex> lock(told_mutex_);
        return told_;
    }

    template <typename Condition>
    static bool eventually(Condition &&condition)
    {
        for (int i = 0; i < 6000; ++i) {
            if (condition()) // not asked again: it may look at what comes in any order
                return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    }

    /** \brief Median and worst of times, as the test's properties, in ms. \return the median */
    static double record_latency(std::vector<double> ms)
    {
        std::sort(ms.begin(), ms.end());
        RecordProperty("median_ms", std::to_string(ms[ms.size() / 2]));
        RecordProperty("worst_ms", std::to_string(ms.back()));
        std::printf("latency of %zu lines: median %.2f ms, worst %.2f ms\n", ms.size(),
                    ms[ms.size() / 2], ms.back());
        return ms[ms.size() / 2];
    }

    TemporaryFolder folder_;

private:
    std::mutex told_mutex_;
    std::string told_;
};

} // namespace fovea
