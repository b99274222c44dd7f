// SPDX-License-Identifier: MIT
#include "service/event_log.h"

#include <algorithm>
#include <cstdio>

#include <glib.h>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/core/printable.h"
#include "fovea/core/random_id.h"
#include "fovea/core/utc.h"
#include "fovea/publish/receiver_uri.h"
#include "fovea/publish/spool.h"
#include "fovea/store/results/result_json.h"

namespace fovea {

namespace {

constexpr std::size_t files_an_alarm = 3; // clip, picture, line
constexpr std::chrono::hours no_end(24);  // of what is written last

/* Of two paths at one host the figures would be taken for each other's */
template <typename Receivers>
std::string name_beside(const Receivers &others, const std::string &name)
{
    const auto is_taken = [&](const std::string &one) {
        return std::any_of(others.begin(), others.end(),
                           [&](const auto &other) { return other.first == one; });
    };
    std::string own = name;
    for (int number = 2; is_taken(own); ++number)
        own = name + " " + std::to_string(number);
    return own;
}

/* As after a power cut: without it nothing would be watched. \return \a file */
std::filesystem::path readable(const std::filesystem::path &file)
{
    try {
        const EventStore store(file);
        EventReader(file).open_alarms();
    } catch (const DatabaseError &error) {
        if (!error.broken())
            throw;
        log_line(error.cause() + ": put aside as '" + put_aside(file).string() + "'");
    }
    return file;
}

} // namespace

std::string printed_uri(const std::string &uri)
{
    const std::string scheme = scheme_of(uri);
    return scheme.empty() || scheme == "file" || scheme == "stdout" ? uri
                                                                    : receiver_uri(uri).name();
}

void log_line(const std::string &what)
{
    std::fprintf(stderr, "%s %s\n", to_utc_text(now_utc()).c_str(), printable(what).c_str());
}

EventLog::EventLog(const WatchConfig &config, std::map<std::string, int> labels)
    : labels_(std::move(labels)), run_(random_id()), store_(readable(config.folder / "events.db"))
{
    for (const ReceiverConfig &receiver : config.receivers) {
        PublisherOptions options;
        options.credentials = receiver.credentials;
        options.signing_key = receiver.signing_key;
        options.ca_file = receiver.ca_file;
        options.spool = config.folder / "unsent";
        options.append = true;
        options.on_trouble = log_line;
        receivers_.emplace_back(name_beside(receivers_, printed_uri(receiver.uri)),
                                make_publisher(receiver.uri, options));
    }
    for (const LeftSpool &left : left_spools(config.folder / "unsent"))
        log_line("'" + left.file.string() + "' holds " + counted(left.lines, "line") +
                 (left.is_further ? " for one more receiver of a URI than the configuration has; "
                                    "they wait until it has as many"
                                  : " for a receiver that is not in the configuration; they wait "
                                    "until it is") +
                 ", or until you remove the file");
    for (const CameraChange &earlier : EventReader(config.folder / "events.db").cameras())
        if (!config.has_camera(earlier.camera))
            announce(earlier.camera, /*is_gone=*/true);
    end_interrupted(config);
}

/* Receivers wait for the end of what they know to have begun. Killed here, it tells the same ids once more */
void EventLog::end_interrupted(const WatchConfig &config)
{
    const auto open = EventReader(config.folder / "events.db").open_alarms();
    for (const StoredAlarm &alarm : open) {
        AlarmNews news;
        news.utc_offset = alarm.begin_utc - alarm.stream.start;
        news.model = alarm.model.empty() ? config.model : alarm.model;
        news.alarm.kind = AlarmEvent::Kind::End;
        news.alarm.id = alarm.number;
        const auto place = labels_.find(alarm.label);
        news.alarm.label = {alarm.label, place != labels_.end() ? place->second : 0, alarm.score};
        news.alarm.time = alarm.stream;
        news.alarm.best = alarm.best_utc - news.utc_offset;
        news.alarm.box = alarm.box;
        news.alarm.persons = alarm.persons;
        publish_alarm(alarm.camera, news, {alarm.run, alarm.id},
                      alarm.run + "-end-" + std::to_string(alarm.id));
    }
    if (!open.empty() && !writes_.attempt_event([this] { store_.end_interrupted(); }))
        for (const StoredAlarm &alarm : open) {
            changed_[alarm.id] = alarm;
            changed_[alarm.id].ended = true;
        }
    if (!open.empty())
        log_line(counted(open.size(), "alarm") + " that an earlier run left open ended there");
}

void EventLog::announce(const std::string &camera, bool is_gone)
{
    std::vector<std::string> labels;
    for (const auto &[label, place] : labels_)
        labels.push_back(label);
    for (const auto &[name, receiver] : receivers_)
        receiver->announce({camera, labels, is_gone});
}

StoredAlarm EventLog::stored(const std::string &camera, const AlarmNews &news) const
{
    const AlarmEvent &alarm = news.alarm;
    StoredAlarm record;
    record.camera = camera;
    record.label = alarm.label.label;
    record.model = news.model;
    record.run = run_;
    record.number = alarm.id;
    record.begin_utc = alarm.time.start + news.utc_offset;
    record.end_utc = alarm.time.end + news.utc_offset;
    record.best_utc = alarm.best + news.utc_offset;
    record.stream = alarm.time;
    record.score = alarm.label.confidence;
    record.box = alarm.box;
    record.persons = alarm.persons;
    record.ended = alarm.kind == AlarmEvent::Kind::End;
    return record;
}

std::int64_t EventLog::begin(const std::string &camera, const AlarmNews &news)
{
    const std::int64_t own = ++last_begun_;
    changed_[own] = stored(camera, news);
    write_now();
    const std::int64_t id = stored_id(own);
    ids_.erase(own); // who goes on with it knows its id
    ++alarms_;
    log_line(camera + ": alarm" + (id != 0 ? " " + std::to_string(id) : "") + ", " +
             news.alarm.label.label);
    publish_alarm(camera, news, {run_, id});
    return id != 0 ? id : own;
}

std::int64_t EventLog::stored_id(std::int64_t alarm) const
{
    if (alarm > 0)
        return alarm;
    const auto late = ids_.find(alarm);
    return late != ids_.end() ? late->second : 0;
}

void EventLog::change(std::int64_t alarm, const std::string &camera, const AlarmNews &news)
{
    keep(alarm, camera, news);
    publish_alarm(camera, news, {run_, stored_id(alarm)});
}

void EventLog::keep(std::int64_t alarm, const std::string &camera, const AlarmNews &news)
{
    const std::int64_t id = stored_id(alarm);
    StoredAlarm &changed = changed_[id != 0 ? id : alarm];
    changed = stored(camera, news);
    changed.id = id;
    write_now();
}

/* In the order in which it happened, until one fails or the time is over */
void EventLog::write(std::chrono::milliseconds at_most)
{
    const auto begun = std::chrono::steady_clock::now();
    const auto is_over = [&] { return std::chrono::steady_clock::now() - begun >= at_most; };
    while (!changed_.empty()) {
        const auto &[alarm, changed] = *changed_.begin();
        if (alarm < 0)
            ids_[alarm] = store_.add_alarm(changed);
        else
            store_.update_alarm(changed);
        changed_.erase(changed_.begin());
        if (is_over())
            return;
    }
    while (!evidence_.empty()) {
        store_.add_evidence(stored_id(evidence_.front().first), evidence_.front().second);
        evidence_.pop_front();
        if (is_over())
            return;
    }
    while (!camera_changes_.empty()) {
        store_.add_camera_change(camera_changes_.front());
        camera_changes_.pop_front();
        if (is_over())
            return;
    }
}

/* Something that just happened, and what waits */
void EventLog::write_now()
{
    if (writes_.attempt_event([this] { write(write_at_most); }))
        tell_kept();
    bound();
}

/* Once all of it is */
void EventLog::tell_kept()
{
    if (is_behind())
        return;
    writes_.tell_kept();
    if (std::exchange(is_losing_, false))
        log_line("of what waited for events.db the oldest alarms, files of alarms, ups and downs "
                 "of cameras are lost");
}

/* The oldest goes, as where nobody mends it for weeks. How many are lost nobody knows: one that goes on comes again */
void EventLog::bound()
{
    bool is_lost = false;
    const auto keep_at_most = [&](std::size_t most, auto *waiting) {
        for (; waiting->size() > most; waiting->erase(waiting->begin()))
            is_lost = true;
    };
    keep_at_most(most_waiting, &changed_);
    keep_at_most(most_waiting * files_an_alarm, &evidence_);
    keep_at_most(most_waiting, &camera_changes_);
    if (is_lost && !std::exchange(is_losing_, true))
        log_line("what waits for events.db is more than memory should hold (" +
                 std::to_string(most_waiting) + " alarms): from here on the oldest is lost");
}

bool EventLog::is_behind() const
{
    return !changed_.empty() || !evidence_.empty() || !camera_changes_.empty();
}

std::string EventLog::unkept() const
{
    return is_behind() ? writes_.reason() : "";
}

void EventLog::write_waiting(std::chrono::milliseconds at_most)
{
    if (is_behind() && writes_.attempt_again([&] { write(at_most); }))
        tell_kept();
}

void EventLog::write_last()
{
    writes_.resume();
    write_waiting(no_end);
}

void EventLog::camera(const std::string &camera, const CameraNews &news)
{
    const bool is_picture = !news.picture.empty();
    const std::string why = is_picture ? "picture " + news.picture : news.reason;
    const std::string state = is_picture ? "picture" : (news.up ? "up" : "down");
    const std::string who = camera + (news.is_record ? " (record_uri)" : "");
    if (!news.is_record) {
        camera_changes_.push_back({camera, news.up, why, now_utc()});
        write_now();
    }
    if (is_picture)
        log_line(camera + ": " + why + ": " + news.text);
    else
        log_line(who + (news.up ? ": up" : ": down, " + news.reason + ": " + news.text));
    Message message;
    message.kind = Message::Kind::Camera;
    message.key = camera;
    publish(std::move(message), {{"camera", camera},
                                 {"state", (news.is_record ? "record-" : "") + state},
                                 {"reason", is_picture ? news.picture : news.reason},
                                 {"text", news.text},
                                 {"utc", to_utc_text(now_utc())},
                                 {"run", run_}});
}

void EventLog::evidence(std::int64_t alarm, const std::string &file)
{
    evidence_.emplace_back(alarm, file);
    write_now();
}

std::vector<std::pair<std::string, PublisherCounts>> EventLog::receivers() const
{
    std::vector<std::pair<std::string, PublisherCounts>> counts;
    for (const auto &[name, receiver] : receivers_)
        counts.emplace_back(name, receiver->counts());
    return counts;
}

Json EventLog::line(std::int64_t alarm, const std::string &camera, const AlarmNews &news) const
{
    return line({run_, stored_id(alarm)}, camera, news);
}

Json EventLog::line(const KeptAlarm &kept, const std::string &camera, const AlarmNews &news)
{
    Result result;
    result.timestamp = news.alarm.time.end;
    result.resolution = news.resolution;
    result.alarm = news.alarm;
    result.source = camera;
    result.model = news.model;
    result.utc = to_utc_text(news.alarm.time.end + news.utc_offset);
    result.run = kept.run;
    Json line = to_json(result);
    if (kept.id != 0)
        line["alarm"]["stored_id"] = kept.id;
    return line;
}

/** \param id of the message; empty: a new one */
void EventLog::publish_alarm(const std::string &camera, const AlarmNews &news,
                             const KeptAlarm &kept, std::string id)
{
    Message message;
    message.id = std::move(id);
    message.kind = kind_of(news.alarm.kind);
    message.key = camera;
    message.label = news.alarm.label.label;
    publish(std::move(message), line(kept, camera, news));
}

void EventLog::publish(Message message, Json line)
{
    if (message.id.empty())
        message.id = run_ + "-" + std::to_string(++messages_);
    line["id"] = message.id;
    message.text = one_line(line);
    for (const auto &[name, receiver] : receivers_) {
        try {
            receiver->publish(message);
            if (failing_.erase(name) > 0)
                log_line("'" + name + "' takes lines again");
        } catch (const Error &error) { // of a file: those of networks wait, and tell it themselves
            if (failing_.insert(name).second)
                log_line(std::string(error.what()) + "; until then its lines are lost");
        }
    }
}

} // namespace fovea
