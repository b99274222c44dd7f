// SPDX-License-Identifier: MIT
#include "fovea/store/events/peak_store.h"

#include "fovea/store/events/event.h"
#include "fovea/store/events/event_schema.h"

namespace fovea {

namespace {

constexpr Nanoseconds an_hour = 3600 * nanoseconds_per_second;

} // namespace

struct PeakStore::Statements {
    explicit Statements(Database &database)
        : setting(database, "SELECT setting FROM counted WHERE camera = ?"),
          begin(database, "INSERT INTO counted (camera, setting) VALUES (?1, ?2) ON CONFLICT "
                          "(camera) DO UPDATE SET setting = ?2"),
          add_time(database,
                   "INSERT INTO counted_hour (camera, hour, seconds) VALUES (?1, ?2, ?3) ON "
                   "CONFLICT (camera, hour) DO UPDATE SET seconds = seconds + ?3"),
          insert(database, "INSERT INTO peak (camera, label, begin_utc, end_utc, score) VALUES "
                           "(?, ?, ?, ?, ?)"),
          drop_lowest(database, "DELETE FROM peak WHERE id IN (SELECT id FROM peak WHERE camera = "
                                "?1 AND label = ?2 ORDER BY score DESC LIMIT -1 OFFSET ?3)"),
          forget_hours(database,
                       "DELETE FROM counted_hour WHERE camera = ? AND (hour < ? OR hour > ?)"),
          forget_peaks(database,
                       "DELETE FROM peak WHERE camera = ? AND (begin_utc < ? OR begin_utc >= ?)"),
          lowest(database, "SELECT COUNT(*), MIN(score) FROM peak WHERE camera = ? AND label = ?"),
          seconds(database, "SELECT TOTAL(seconds) FROM counted_hour WHERE camera = ?"),
          quiet(
              database,
              "SELECT label, begin_utc, end_utc, score FROM peak WHERE camera = ?1 AND NOT EXISTS "
              "(SELECT 1 FROM alarm WHERE alarm.camera = ?1 AND verdict = 'true' AND "
              "alarm.begin_utc < peak.end_utc + ?2 AND alarm.end_utc > peak.begin_utc - ?2) "
              "ORDER BY begin_utc, id")
    {
    }

    Statement setting;
    Statement begin;
    Statement add_time;
    Statement insert;
    Statement drop_lowest;
    Statement forget_hours;
    Statement forget_peaks;
    Statement lowest;
    Statement seconds;
    Statement quiet;
};

PeakStore::PeakStore(const std::filesystem::path &file)
    : database_(file, event_schema(), Database::Access::Write),
      statements_(std::make_unique<Statements>(database_))
{
}

PeakStore::~PeakStore() = default;

void PeakStore::begin(const std::string &camera, const std::string &setting)
{
    Transaction transaction(database_);
    Statement &known = statements_->setting.bind(1, camera);
    const bool same = known.step() && known.text(0) == setting;
    known.reset();
    if (!same) {
        constexpr std::int64_t end_of_time = INT64_MAX;
        statements_->forget_hours.bind(1, camera).bind(2, end_of_time).bind(3, end_of_time).run();
        statements_->forget_peaks.bind(1, camera).bind(2, end_of_time).bind(3, end_of_time).run();
    }
    statements_->begin.bind(1, camera).bind(2, setting).run();
    transaction.commit();
}

void PeakStore::add_time(const std::string &camera, Nanoseconds utc, double seconds)
{
    statements_->add_time.bind(1, camera).bind(2, utc / an_hour).bind(3, seconds).run();
}

void PeakStore::add(const std::string &camera, const AlarmPeak &peak)
{
    Transaction transaction(database_);
    statements_->insert.bind(1, camera)
        .bind(2, peak.label)
        .bind(3, peak.utc.start)
        .bind(4, peak.utc.end)
        .bind(5, static_cast<double>(peak.score))
        .run();
    statements_->drop_lowest.bind(1, camera)
        .bind(2, peak.label)
        .bind(3, static_cast<std::int64_t>(most))
        .run();
    transaction.commit();
}

void PeakStore::keep_between(const std::string &camera, Nanoseconds from, Nanoseconds to)
{
    const Nanoseconds first = from / an_hour;
    const Nanoseconds last = to / an_hour;
    Transaction transaction(database_);
    statements_->forget_hours.bind(1, camera).bind(2, first).bind(3, last).run();
    statements_->forget_peaks.bind(1, camera)
        .bind(2, first * an_hour)
        .bind(3, (last + 1) * an_hour)
        .run();
    transaction.commit();
}

std::optional<float> PeakStore::lowest_of_full(const std::string &camera, const std::string &label)
{
    Statement &lowest = statements_->lowest.bind(1, camera).bind(2, label);
    lowest.step();
    std::optional<float> found;
    if (lowest.integer(0) >= most)
        found = static_cast<float>(lowest.real(1));
    lowest.reset();
    return found;
}

double PeakStore::seconds(const std::string &camera)
{
    Statement &total = statements_->seconds.bind(1, camera);
    total.step();
    const double seconds = total.real(0);
    total.reset();
    return seconds;
}

std::vector<AlarmPeak> PeakStore::quiet_peaks(const std::string &camera)
{
    std::vector<AlarmPeak> peaks;
    Statement &quiet = statements_->quiet.bind(1, camera).bind(2, near_alarm);
    while (quiet.step())
        peaks.push_back({quiet.text(0),
                         {quiet.integer(1), quiet.integer(2)},
                         static_cast<float>(quiet.real(3))});
    return peaks;
}

} // namespace fovea
