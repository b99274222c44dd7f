// SPDX-License-Identifier: MIT
/*
 * Events a second that the store of alarms and a publisher hold: bench_events FOLDER [URI...]
 *
 * Both write as `fovea watch` makes them: an alarm is added, gets stronger, gets its evidence and ends, each a
 * transaction of its own; a line of 600 bytes is published, and delivered once its receiver has confirmed it.
 * Prints a line for each. FOLDER should lie on the disk that is to be measured.
 */
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <thread>

#include "fovea/publish/publisher.h"
#include "fovea/store/events/event_store.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr int alarms = 2000;
constexpr int lines = 10000;
constexpr std::size_t line_bytes = 600; // of an alarm with two persons

double seconds_since(Clock::time_point begin)
{
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

void measure_store(const std::filesystem::path &file)
{
    fovea::EventStore store(file);
    const auto begin = Clock::now();
    for (int i = 0; i < alarms; ++i) {
        fovea::StoredAlarm alarm;
        alarm.camera = "camera-" + std::to_string(i % 20);
        alarm.label = "fight";
        alarm.run = "run";
        alarm.number = static_cast<std::uint64_t>(i);
        alarm.begin_utc = alarm.end_utc = i * fovea::nanoseconds_per_second;
        alarm.score = 0.5F;
        alarm.id = store.add_alarm(alarm);
        alarm.score = 0.75F;
        store.update_alarm(alarm);
        store.add_evidence(alarm.id, "alarms/" + std::to_string(i) + ".mp4");
        alarm.ended = true;
        store.update_alarm(alarm);
    }
    std::printf("store: %.0f alarms a second, each added, made stronger, shown and ended\n",
                alarms / seconds_since(begin));
}

void measure_publisher(const std::string &uri, const std::filesystem::path &spool)
{
    fovea::PublisherOptions options;
    options.spool = spool;
    options.on_trouble = [](const std::string &text) {
        std::fprintf(stderr, "bench_events: %s\n", text.c_str());
    };
    const auto publisher = fovea::make_publisher(uri, options);
    fovea::Message message;
    message.kind = fovea::Message::Kind::AlarmBegin;
    message.label = "fight";
    const auto begin = Clock::now();
    for (int i = 0; i < lines; ++i) {
        message.id = "run-" + std::to_string(i);
        message.key = "camera-" + std::to_string(i % 20);
        message.text = R"({"id": ")" + message.id + R"(", "padding": ")";
        message.text += std::string(line_bytes - message.text.size() - 2, 'x') + "\"}";
        publisher->publish(message);
    }
    const double taken = seconds_since(begin);
    while (publisher->counts().delivered < lines && seconds_since(begin) < 120)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const double delivered = seconds_since(begin);
    const std::string receiver = uri.substr(0, uri.find(':'));
    std::printf("%s: %.0f lines a second taken, %.0f delivered (%llu of %d)\n", receiver.c_str(),
                lines / taken, static_cast<double>(publisher->counts().delivered) / delivered,
                static_cast<unsigned long long>(publisher->counts().delivered), lines);
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 2) {
        std::fputs("usage: bench_events FOLDER [URI...]\n", stderr);
        return 2;
    }
    try {
        const std::filesystem::path folder = argv[1];
        std::filesystem::create_directories(folder);
        std::filesystem::remove(folder / "events.db");
        measure_store(folder / "events.db");
        for (int i = 2; i < argc; ++i)
            measure_publisher(argv[i], folder / "spool");
    } catch (const std::exception &error) {
        std::fprintf(stderr, "bench_events: %s\n", error.what());
        return 1;
    }
}
