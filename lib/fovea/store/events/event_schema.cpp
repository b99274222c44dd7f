// SPDX-License-Identifier: MIT
#include "fovea/store/events/event_schema.h"

namespace fovea {

const DatabaseSchema &event_schema()
{
    // "fvev"
    static const DatabaseSchema schema = {"event store",
                                          0x66766576,
                                          {R"(
    CREATE TABLE alarm (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        camera TEXT NOT NULL,
        label TEXT NOT NULL,
        run TEXT NOT NULL,
        number INTEGER NOT NULL,
        begin_utc INTEGER NOT NULL, -- ns since 1970, as all _utc
        end_utc INTEGER NOT NULL,
        stream_begin INTEGER NOT NULL, -- ns
        stream_end INTEGER NOT NULL,
        best_utc INTEGER NOT NULL,
        score REAL NOT NULL,
        x REAL NOT NULL,
        y REAL NOT NULL,
        width REAL NOT NULL,
        height REAL NOT NULL,
        persons TEXT NOT NULL, -- track ids, a blank between them
        ended INTEGER NOT NULL,
        verdict TEXT CHECK (verdict IN ('true', 'nothing')),
        verdict_utc INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX alarm_begin ON alarm (begin_utc, id);
    CREATE INDEX alarm_end ON alarm (end_utc);
    CREATE INDEX alarm_camera ON alarm (camera, begin_utc, id);
    CREATE INDEX alarm_label ON alarm (label, begin_utc, id); -- nothing asks by it: to go with the next step
    CREATE TABLE evidence (
        alarm INTEGER NOT NULL REFERENCES alarm (id) ON DELETE CASCADE,
        path TEXT NOT NULL,
        UNIQUE (alarm, path));
    CREATE INDEX evidence_path ON evidence (path);
    CREATE TABLE camera_change (
        id INTEGER PRIMARY KEY,
        camera TEXT NOT NULL,
        up INTEGER NOT NULL,
        why TEXT NOT NULL,
        utc INTEGER NOT NULL);
    CREATE INDEX camera_change_utc ON camera_change (utc);
    CREATE INDEX camera_change_camera ON camera_change (camera, utc, id);
    )",
                                           R"(
    CREATE TABLE watched (
        camera TEXT PRIMARY KEY,
        model TEXT NOT NULL,
        weights TEXT NOT NULL, -- SHA-256 of those that the rows were made with
        seconds REAL NOT NULL, -- watched since then
        left_out REAL NOT NULL); -- highest priority of a quiet window that was not kept
    CREATE TABLE kept_window (
        id INTEGER PRIMARY KEY,
        camera TEXT NOT NULL,
        alarm INTEGER REFERENCES alarm (id) ON DELETE CASCADE, -- NULL: of quiet time
        utc INTEGER NOT NULL,
        score REAL NOT NULL,
        priority REAL NOT NULL, -- of quiet time, else 0
        regions INTEGER NOT NULL,
        timesteps INTEGER NOT NULL,
        channels INTEGER NOT NULL,
        features BLOB NOT NULL); -- float32 of the machine that wrote them
    CREATE INDEX kept_window_camera ON kept_window (camera, alarm, priority);
    CREATE INDEX kept_window_alarm ON kept_window (alarm);
    )",
                                           R"(
    CREATE TABLE counted (
        camera TEXT PRIMARY KEY,
        setting TEXT NOT NULL); -- what its peaks depend on
    CREATE TABLE counted_hour (
        camera TEXT NOT NULL,
        hour INTEGER NOT NULL, -- since 1970
        seconds REAL NOT NULL, -- of it, watched
        PRIMARY KEY (camera, hour)) WITHOUT ROWID;
    CREATE TABLE peak (
        id INTEGER PRIMARY KEY,
        camera TEXT NOT NULL,
        label TEXT NOT NULL,
        begin_utc INTEGER NOT NULL,
        end_utc INTEGER NOT NULL,
        score REAL NOT NULL);
    CREATE INDEX peak_score ON peak (camera, label, score);
    CREATE INDEX alarm_true ON alarm (camera, begin_utc) WHERE verdict = 'true';
    )",
                                           R"(
    ALTER TABLE alarm ADD COLUMN model TEXT NOT NULL DEFAULT '';
    )",
                                           R"(
    CREATE TABLE ahead ( -- alarms that lie in the future
        alarm INTEGER PRIMARY KEY REFERENCES alarm (id) ON DELETE CASCADE,
        seen_utc INTEGER NOT NULL); -- first, by a clock that can be trusted
    )"},
                                          /*must_stay=*/true};
    return schema;
}

} // namespace fovea
