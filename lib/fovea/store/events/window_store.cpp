// SPDX-License-Identifier: MIT
#include "fovea/store/events/window_store.h"

#include <algorithm>
#include <cstring>

#include "fovea/store/events/event_schema.h"

namespace fovea {

namespace {

double weight_of(double score)
{
    constexpr double least = 0.001; // what raises no score at all is seen as well
    return score * score + least;
}

std::string_view bytes_of(const Array &rows)
{
    return {reinterpret_cast<const char *>(rows.values.data()), rows.values.size() * sizeof(float)};
}

Array rows_from(const std::string &bytes, std::vector<std::int64_t> shape)
{
    Array rows(std::move(shape));
    if (bytes.size() != rows.values.size() * sizeof(float))
        throw Error(Error::Kind::Settings, "event store: a kept window has " +
                                               std::to_string(bytes.size()) + " bytes, expected " +
                                               std::to_string(rows.values.size() * sizeof(float)));
    std::memcpy(rows.values.data(), bytes.data(), bytes.size());
    return rows;
}

} // namespace

struct WindowStore::Statements {
    explicit Statements(Database &database)
        : watched(database, "SELECT weights, model FROM watched WHERE camera = ?"),
          forget(database, "DELETE FROM kept_window WHERE camera = ?"),
          begin(database, "INSERT INTO watched (camera, model, weights, seconds, left_out) VALUES "
                          "(?1, ?2, ?3, 0, 0) ON CONFLICT (camera) DO UPDATE SET model = ?2, "
                          "seconds = CASE WHEN weights = ?3 THEN seconds ELSE 0 END, left_out = "
                          "CASE WHEN weights = ?3 THEN left_out ELSE 0 END, weights = ?3"),
          count(database, "SELECT COUNT(*), COALESCE(MIN(priority), 0) FROM kept_window WHERE "
                          "camera = ? AND alarm IS NULL"),
          left_out(database, "SELECT left_out FROM watched WHERE camera = ?"),
          insert(database, "INSERT INTO kept_window (camera, alarm, utc, score, priority, regions, "
                           "timesteps, channels, features) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
          drop_lowest(database, "DELETE FROM kept_window WHERE id = (SELECT id FROM kept_window "
                                "WHERE camera = ? AND alarm IS NULL ORDER BY priority LIMIT 1)"),
          of_alarm(database, "SELECT COUNT(*) FROM kept_window WHERE alarm = ?"),
          drop_of_alarms(database,
                         "DELETE FROM kept_window WHERE id IN (SELECT kept_window.id FROM "
                         "kept_window JOIN alarm ON alarm = alarm.id WHERE kept_window.camera = "
                         "?1 ORDER BY verdict IS NULL, kept_window.id DESC LIMIT -1 OFFSET ?2)"),
          flush(database, "UPDATE watched SET seconds = seconds + ?, left_out = ? WHERE camera = ?")
    {
    }

    Statement watched;
    Statement forget;
    Statement begin;
    Statement count;
    Statement left_out;
    Statement insert;
    Statement drop_lowest;
    Statement of_alarm;
    Statement drop_of_alarms;
    Statement flush;
};

WindowStore::WindowStore(const std::filesystem::path &file, const Limits &limits,
                         std::uint64_t seed)
    : limits_(limits),
      random_(seed),
      database_(file, event_schema(), Database::Access::Write),
      statements_(std::make_unique<Statements>(database_))
{
}

WindowStore::~WindowStore()
{
    try {
        flush();
    } catch (const Error &) { // a disk that is full: what was counted last is lost
    }
}

WindowStore::Forgotten WindowStore::begin(const std::string &camera, const std::string &model,
                                          const std::string &weights)
{
    flush();
    Forgotten forgotten;
    Transaction transaction(database_);
    Statement &watched = statements_->watched;
    watched.bind(1, camera);
    const bool others = watched.step() && watched.text(0) != weights;
    if (others)
        forgotten.model = watched.text(1);
    watched.reset();
    if (others) {
        statements_->forget.bind(1, camera).run();
        forgotten.windows = database_.changes();
    }
    statements_->begin.bind(1, camera).bind(2, model).bind(3, weights).run();
    transaction.commit();
    Camera known;
    statements_->left_out.bind(1, camera);
    if (statements_->left_out.step())
        known.left_out = statements_->left_out.real(0);
    statements_->left_out.reset();
    count(camera, &known);
    cameras_[camera] = known;
    return forgotten;
}

void WindowStore::count(const std::string &name, Camera *camera)
{
    statements_->count.bind(1, name);
    statements_->count.step();
    camera->kept = statements_->count.integer(0);
    camera->lowest = statements_->count.real(1);
    statements_->count.reset();
}

void WindowStore::add_time(const std::string &camera, double seconds)
{
    cameras_.at(camera).seconds += seconds;
}

void WindowStore::add_quiet(const std::string &camera, const KeptWindow &window)
{
    Camera &known = cameras_.at(camera);
    const double priority = weight_of(window.score) / (1 - random_.uniform());
    if (known.kept >= limits_.quiet && priority <= known.lowest) {
        known.left_out = std::max(known.left_out, priority);
        return;
    }
    Transaction transaction(database_);
    insert(camera, window, priority);
    if (known.kept >= limits_.quiet) {
        statements_->drop_lowest.bind(1, camera).run();
        known.left_out = std::max(known.left_out, known.lowest);
    }
    statements_->flush.bind(1, known.seconds).bind(2, known.left_out).bind(3, camera).run();
    transaction.commit();
    known.seconds = 0;
    count(camera, &known);
}

void WindowStore::add_of_alarm(const std::string &camera, const KeptWindow &window)
{
    statements_->of_alarm.bind(1, window.alarm);
    statements_->of_alarm.step();
    const std::int64_t there = statements_->of_alarm.integer(0);
    statements_->of_alarm.reset();
    if (there >= limits_.of_one_alarm)
        return;
    Transaction transaction(database_);
    insert(camera, window, /*priority=*/0);
    statements_->drop_of_alarms.bind(1, camera).bind(2, limits_.of_alarms).run();
    transaction.commit();
}

void WindowStore::insert(const std::string &camera, const KeptWindow &window, double priority)
{
    Statement &insert = statements_->insert;
    insert.bind(1, camera);
    if (window.alarm == 0)
        insert.bind_null(2);
    else
        insert.bind(2, window.alarm);
    insert.bind(3, window.utc).bind(4, static_cast<double>(window.score)).bind(5, priority);
    int next = 6;
    for (const std::int64_t size : window.rows.shape)
        insert.bind(next++, size);
    insert.bind_bytes(next, bytes_of(window.rows)).run();
}

void WindowStore::flush()
{
    for (auto &[name, camera] : cameras_) {
        statements_->flush.bind(1, camera.seconds).bind(2, camera.left_out).bind(3, name).run();
        camera.seconds = 0;
    }
}

std::optional<WatchedCamera> watched_camera(const std::filesystem::path &file,
                                            const std::string &camera)
{
    Database database(file, event_schema(), Database::Access::Read);
    Statement one(database, "SELECT model, weights, seconds FROM watched WHERE camera = ?");
    one.bind(1, camera);
    if (!one.step())
        return std::nullopt;
    return WatchedCamera{one.text(0), one.text(1), one.real(2)};
}

std::vector<KeptWindow> kept_windows(const std::filesystem::path &file, const std::string &camera)
{
    Database database(file, event_schema(), Database::Access::Read);
    Statement all(database,
                  "SELECT kept_window.alarm, label, verdict, utc, kept_window.score, regions, "
                  "timesteps, channels, features, left_out FROM kept_window LEFT JOIN alarm ON "
                  "kept_window.alarm = alarm.id LEFT JOIN watched ON watched.camera = "
                  "kept_window.camera WHERE kept_window.camera = ? ORDER BY utc, kept_window.id");
    all.bind(1, camera);
    std::vector<KeptWindow> windows;
    while (all.step()) {
        KeptWindow window;
        window.alarm = all.integer(0); // NULL is 0
        window.label = all.text(1);
        if (const auto *verdict = find_named(verdicts, all.text(2)))
            window.verdict = verdict->value;
        window.utc = all.integer(3);
        window.score = static_cast<float>(all.real(4));
        window.rows = rows_from(all.text(8), {all.integer(5), all.integer(6), all.integer(7)});
        if (window.alarm == 0)
            window.stands_for =
                std::max(1.0, all.real(9) / weight_of(static_cast<double>(window.score)));
        windows.push_back(std::move(window));
    }
    return windows;
}

std::vector<std::string> cameras_with_windows(const std::filesystem::path &file)
{
    Database database(file, event_schema(), Database::Access::Read);
    Statement all(database, "SELECT DISTINCT camera FROM kept_window ORDER BY camera");
    std::vector<std::string> names;
    while (all.step())
        names.push_back(all.text(0));
    return names;
}

} // namespace fovea
