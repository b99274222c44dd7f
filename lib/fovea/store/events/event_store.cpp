// SPDX-License-Identifier: MIT
#include "fovea/store/events/event_store.h"

#include <algorithm>

#include "fovea/store/events/event_schema.h"

namespace fovea {

namespace {

/* ?1: before when, ?2: behind which an alarm is ahead of the clock */
const std::string is_old = "(end_utc < ?1 OR (end_utc > ?2 AND id IN (SELECT alarm FROM ahead "
                           "WHERE seen_utc < ?1)))";

std::string text_of(const std::vector<int> &persons)
{
    std::string text;
    for (const int person : persons)
        text += (text.empty() ? "" : " ") + std::to_string(person);
    return text;
}

} // namespace

void check_event_store(const std::filesystem::path &file)
{
    std::error_code none;
    if (std::filesystem::status(file, none).type() == std::filesystem::file_type::not_found)
        return;
    Database database(file, event_schema(), Database::Access::Check);
    Statement version(database, "PRAGMA user_version");
    if (version.step() &&
        version.integer(0) == static_cast<std::int64_t>(event_schema().steps.size()))
        EventReader(file).open_alarms(); // reads all alarms
}

struct EventStore::Statements {
    explicit Statements(Database &database)
        : add(database, "INSERT INTO alarm (end_utc, stream_end, best_utc, score, x, y, width, "
                        "height, persons, ended, camera, label, model, run, number, begin_utc, "
                        "stream_begin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
          update(database, "UPDATE alarm SET end_utc = ?, stream_end = ?, best_utc = ?, score = ?, "
                           "x = ?, y = ?, width = ?, height = ?, persons = ?, ended = ? "
                           "WHERE id = ?"),
          end_open(database, "UPDATE alarm SET ended = 1 WHERE ended = 0"),
          has_alarm(database, "SELECT 1 FROM alarm WHERE id = ?"),
          add_evidence(database, "INSERT OR IGNORE INTO evidence (alarm, path) VALUES (?, ?)"),
          judge(database, "UPDATE alarm SET verdict = ?, verdict_utc = ? WHERE id = ?"),
          add_change(database,
                     "INSERT INTO camera_change (camera, up, why, utc) VALUES (?, ?, ?, ?)"),
          forget_ahead(database, "DELETE FROM ahead WHERE alarm IN (SELECT alarm FROM ahead JOIN "
                                 "alarm ON alarm = id WHERE end_utc <= ?)"),
          add_ahead(database,
                    "INSERT OR IGNORE INTO ahead SELECT id, ?1 FROM alarm WHERE end_utc > ?2"),
          orphans(database, "SELECT DISTINCT path FROM evidence WHERE alarm IN (SELECT id FROM "
                            "alarm WHERE " +
                                is_old +
                                ") AND path NOT IN (SELECT path FROM evidence JOIN alarm ON alarm "
                                "= id WHERE NOT " +
                                is_old + ") ORDER BY path"),
          remove_evidence(database,
                          "DELETE FROM evidence WHERE alarm IN (SELECT id FROM alarm WHERE " +
                              is_old + " AND verdict IS NOT NULL)"),
          remove_alarms(database, "DELETE FROM alarm WHERE id IN (SELECT id FROM alarm WHERE " +
                                      is_old + " AND verdict IS NULL LIMIT ?3)"),
          learned_of(database, "SELECT camera FROM watched UNION SELECT camera FROM counted"),
          last_of(database,
                  "SELECT MAX(utc) FROM (SELECT camera, utc FROM kept_window UNION ALL SELECT "
                  "camera, hour * 3600000000000 FROM counted_hour UNION ALL SELECT camera, utc "
                  "FROM camera_change) WHERE camera = ? AND utc <= ?"),
          forget_windows(database, "DELETE FROM kept_window WHERE id IN (SELECT id FROM "
                                   "kept_window WHERE camera = ? LIMIT ?)"),
          forget_peaks(database, "DELETE FROM peak WHERE camera = ?"),
          forget_hours(database, "DELETE FROM counted_hour WHERE camera = ?"),
          forget_counted(database, "DELETE FROM counted WHERE camera = ?"),
          forget_watched(database, "DELETE FROM watched WHERE camera = ?"),
          remove_changes(database, "DELETE FROM camera_change WHERE utc < ? AND id NOT IN (SELECT "
                                   "MAX(id) FROM camera_change GROUP BY camera)")
    {
    }

    /** \brief Binds what changes while an alarm goes on, from parameter 1. \return the next */
    static int bind_progress(Statement *statement, const StoredAlarm &alarm)
    {
        int next = 1;
        for (const Nanoseconds time : {alarm.end_utc, alarm.stream.end, alarm.best_utc})
            statement->bind(next++, time);
        statement->bind(next++, static_cast<double>(alarm.score));
        for (const float side : {alarm.box.x, alarm.box.y, alarm.box.width, alarm.box.height})
            statement->bind(next++, static_cast<double>(side));
        statement->bind(next++, text_of(alarm.persons));
        statement->bind(next++, static_cast<std::int64_t>(alarm.ended));
        return next;
    }

    bool there_is(std::int64_t alarm)
    {
        has_alarm.bind(1, alarm);
        const bool there = has_alarm.step();
        has_alarm.reset();
        return there;
    }

    Statement add;
    Statement update;
    Statement end_open;
    Statement has_alarm;
    Statement add_evidence;
    Statement judge;
    Statement add_change;
    Statement forget_ahead;
    Statement add_ahead;
    Statement orphans;
    Statement remove_evidence;
    Statement remove_alarms;
    Statement learned_of;
    Statement last_of;
    Statement forget_windows;
    Statement forget_peaks;
    Statement forget_hours;
    Statement forget_counted;
    Statement forget_watched;
    Statement remove_changes;
};

EventStore::EventStore(const std::filesystem::path &file)
    : database_(file, event_schema(), Database::Access::Write),
      paths_(file),
      statements_(std::make_unique<Statements>(database_))
{
}

EventStore::~EventStore() = default;

std::int64_t EventStore::add_alarm(const StoredAlarm &alarm)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    Transaction transaction(database_);
    int next = Statements::bind_progress(&statements_->add, alarm);
    for (const std::string &text : {alarm.camera, alarm.label, alarm.model, alarm.run})
        statements_->add.bind(next++, text);
    for (const std::int64_t number :
         {static_cast<std::int64_t>(alarm.number), alarm.begin_utc, alarm.stream.start})
        statements_->add.bind(next++, number);
    statements_->add.run();
    const std::int64_t id = database_.last_id();
    for (const std::string &path : alarm.evidence)
        statements_->add_evidence.bind(1, id).bind(2, paths_.kept(path)).run();
    transaction.commit();
    return id;
}

bool EventStore::update_alarm(const StoredAlarm &alarm)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    const int next = Statements::bind_progress(&statements_->update, alarm);
    statements_->update.bind(next, alarm.id).run();
    return database_.changes() > 0;
}

bool EventStore::add_evidence(std::int64_t alarm, const std::string &path)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    Transaction transaction(database_);
    if (!statements_->there_is(alarm))
        return false;
    statements_->add_evidence.bind(1, alarm).bind(2, paths_.kept(path)).run();
    transaction.commit();
    return true;
}

bool EventStore::set_verdict(std::int64_t alarm, std::optional<Verdict> verdict, Nanoseconds utc)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    if (verdict)
        statements_->judge.bind(1, name_of(verdicts, *verdict));
    else
        statements_->judge.bind_null(1);
    statements_->judge.bind(2, verdict ? utc : 0).bind(3, alarm).run();
    return database_.changes() > 0;
}

void EventStore::add_camera_change(const CameraChange &change)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    statements_->add_change.bind(1, change.camera)
        .bind(2, static_cast<std::int64_t>(change.up))
        .bind(3, change.why)
        .bind(4, change.utc)
        .run();
}

std::int64_t EventStore::end_interrupted()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    statements_->end_open.run();
    return database_.changes();
}

std::int64_t EventStore::notice_ahead(Nanoseconds now)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    ahead_ = now + is_ahead_by;
    Transaction transaction(database_);
    statements_->forget_ahead.bind(1, ahead_).run(); // which a clock that was behind took for such
    statements_->add_ahead.bind(1, now).bind(2, ahead_).run();
    const std::int64_t noticed = database_.changes();
    transaction.commit();
    return noticed;
}

std::vector<std::string> EventStore::evidence_before(Nanoseconds utc)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<std::string> paths;
    statements_->orphans.bind(1, utc).bind(2, ahead_);
    while (statements_->orphans.step())
        paths.push_back(paths_.whole(statements_->orphans.text(0)));
    return paths;
}

bool EventStore::forget_others(const std::vector<std::string> &cameras, Nanoseconds utc,
                               std::size_t most)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<std::string> others;
    while (statements_->learned_of.step())
        if (const std::string camera = statements_->learned_of.text(0);
            std::count(cameras.begin(), cameras.end(), camera) == 0)
            others.push_back(camera);
    for (const std::string &camera : others) {
        Statement &last_of = statements_->last_of.bind(1, camera).bind(2, ahead_);
        last_of.step();
        const Nanoseconds last = last_of.integer(0); // NULL, where nobody knows, is 0
        last_of.reset();
        if (last == 0 || last >= utc)
            continue;
        Transaction transaction(database_);
        statements_->forget_windows.bind(1, camera).bind(2, static_cast<std::int64_t>(most)).run();
        const bool is_last = database_.changes() < static_cast<std::int64_t>(most);
        if (is_last)
            for (Statement *forget : {&statements_->forget_peaks, &statements_->forget_hours,
                                      &statements_->forget_counted, &statements_->forget_watched})
                forget->bind(1, camera).run();
        transaction.commit();
        if (!is_last)
            return false;
    }
    return true;
}

bool EventStore::remove_before(Nanoseconds utc, std::size_t most)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    Transaction transaction(database_);
    statements_->remove_alarms.bind(1, utc)
        .bind(2, ahead_)
        .bind(3, static_cast<std::int64_t>(most))
        .run();
    const bool is_last = database_.changes() < static_cast<std::int64_t>(most);
    if (is_last) {
        statements_->remove_evidence.bind(1, utc).bind(2, ahead_).run();
        statements_->remove_changes.bind(1, utc).run();
    }
    transaction.commit();
    return is_last;
}

} // namespace fovea
