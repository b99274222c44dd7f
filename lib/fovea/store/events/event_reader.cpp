// SPDX-License-Identifier: MIT
#include <sstream>

#include "fovea/store/events/event_schema.h"
#include "fovea/store/events/event_store.h"

namespace fovea {

namespace {

constexpr const char *alarm_columns =
    "SELECT id, camera, label, run, number, begin_utc, end_utc, stream_begin, stream_end, "
    "best_utc, score, x, y, width, height, persons, ended, verdict, verdict_utc, model FROM alarm";

/** \brief A condition in SQL, and in what order its parameters are bound */
class Condition
{
public:
    explicit Condition(const AlarmQuery &query) : query_(query)
    {
        if (!query.camera.empty())
            add("camera = ?");
        if (query.from)
            add("end_utc >= ?");
        if (query.to)
            add("begin_utc < ?");
    }

    std::string sql() const { return sql_; }

    /** \return the parameter behind them */
    int bind(Statement *statement) const
    {
        int next = 1;
        if (!query_.camera.empty())
            statement->bind(next++, query_.camera);
        if (query_.from)
            statement->bind(next++, *query_.from);
        if (query_.to)
            statement->bind(next++, *query_.to);
        return next;
    }

private:
    void add(const std::string &condition)
    {
        sql_ += (sql_.empty() ? " WHERE " : " AND ") + condition;
    }

    const AlarmQuery &query_;
    std::string sql_;
};

std::vector<int> persons_of(const std::string &text)
{
    std::vector<int> persons;
    std::istringstream stream(text);
    for (int person = 0; stream >> person;)
        persons.push_back(person);
    return persons;
}

} // namespace

EventReader::EventReader(const std::filesystem::path &file)
    : database_(file, event_schema(), Database::Access::Read),
      paths_(file),
      evidence_(database_, "SELECT path FROM evidence WHERE alarm = ? ORDER BY rowid")
{
}

StoredAlarm EventReader::alarm_at(const Statement &row)
{
    StoredAlarm alarm;
    alarm.id = row.integer(0);
    alarm.camera = row.text(1);
    alarm.label = row.text(2);
    alarm.run = row.text(3);
    alarm.number = static_cast<std::uint64_t>(row.integer(4));
    alarm.begin_utc = row.integer(5);
    alarm.end_utc = row.integer(6);
    alarm.stream = {row.integer(7), row.integer(8)};
    alarm.best_utc = row.integer(9);
    alarm.score = static_cast<float>(row.real(10));
    alarm.box = {static_cast<float>(row.real(11)), static_cast<float>(row.real(12)),
                 static_cast<float>(row.real(13)), static_cast<float>(row.real(14))};
    alarm.persons = persons_of(row.text(15));
    alarm.ended = row.integer(16) != 0;
    if (const auto *verdict = find_named(verdicts, row.text(17)))
        alarm.verdict = verdict->value;
    alarm.verdict_utc = row.integer(18);
    alarm.model = row.text(19);
    evidence_.bind(1, alarm.id);
    while (evidence_.step())
        alarm.evidence.push_back(paths_.whole(evidence_.text(0)));
    return alarm;
}

std::vector<StoredAlarm> EventReader::alarms(const AlarmQuery &query)
{
    const Condition condition(query);
    Statement newest(database_,
                     alarm_columns + condition.sql() + " ORDER BY begin_utc DESC, id DESC LIMIT ?");
    newest.bind(condition.bind(&newest), static_cast<std::int64_t>(query.limit));
    std::vector<StoredAlarm> alarms;
    while (newest.step())
        alarms.push_back(alarm_at(newest));
    return alarms;
}

std::vector<StoredAlarm> EventReader::open_alarms()
{
    Statement open(database_, std::string(alarm_columns) + " WHERE ended = 0 ORDER BY id");
    std::vector<StoredAlarm> alarms;
    while (open.step())
        alarms.push_back(alarm_at(open));
    return alarms;
}

std::int64_t EventReader::count(const AlarmQuery &query)
{
    const Condition condition(query);
    Statement count(database_, "SELECT COUNT(*) FROM alarm" + condition.sql());
    condition.bind(&count);
    count.step();
    return count.integer(0);
}

std::optional<StoredAlarm> EventReader::alarm(std::int64_t id)
{
    Statement one(database_, std::string(alarm_columns) + " WHERE id = ?");
    one.bind(1, id);
    if (!one.step())
        return std::nullopt;
    return alarm_at(one);
}

std::vector<CameraChange> EventReader::cameras()
{
    // of the rows of a group SQLite takes the columns from the one with the maximum
    Statement last(database_, "SELECT camera, up, why, utc, MAX(id) FROM camera_change GROUP BY "
                              "camera ORDER BY camera");
    std::vector<CameraChange> changes;
    while (last.step())
        changes.push_back({last.text(0), last.integer(1) != 0, last.text(2), last.integer(3)});
    return changes;
}

} // namespace fovea
